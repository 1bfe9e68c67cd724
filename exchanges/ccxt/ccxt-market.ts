/** A venue's public data through ccxt: prices as they are pushed, everything else by REST. It holds no keys and cannot trade. */
import { candleAt } from '#domain/candle.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { DataFault, MarketSnapshot, MarketSource, SymbolMarket } from '#domain/market.ts';
import { type MarketSymbol, quoteOf } from '#domain/symbol.ts';
import { type Clock, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';
import type { MarketData, SnapshotRequest } from '#exchanges/ports/market-data.ts';
import type { SharedLoad } from '#exchanges/ports/shared-load.ts';
import { type CandidatePools, type PoolWishes, readCandidatePools } from './candidate-pools.ts';
import { openMarketStream, type StreamChange } from './market-stream.ts';
import { createVenueCandles } from './venue-candles.ts';
import { instrumentOf, instrumentsIn } from './venue-instrument.ts';
import { createVenueQuotes } from './venue-quotes.ts';
import { openVenueSession } from './venue-session.ts';
import { venueTimeframes } from './venue-timeframes.ts';

/** Within this age an instant is "now" and may be answered with the venue's word of the moment. */
const PRESENT_MS = MINUTE_MS;

export interface CcxtMarketOptions {
  /** The id of an exchange in ccxt that has linear swaps, such as `binanceusdm`. */
  readonly exchangeId: string;
  /** What must be there: one the venue does not list is an error. */
  readonly symbols: readonly MarketSymbol[];
  /** What is taken as far as the venue lists it. */
  readonly ifListed?: readonly MarketSymbol[];
  /** What may be watched as far as the venue lists it, and is not offered. */
  readonly watchOnly?: readonly MarketSymbol[];
  /** Whether everything the venue lists in the quote of these symbols may be asked for as well. */
  readonly offersAll?: boolean;
  readonly barsPerSeries: number;
  /** Scheme, host and port that replace the venue's own, for a gateway or a simulator. */
  readonly baseUrl?: string;
  /** The venue's own test system: prices must come from where the orders go. */
  readonly sandbox?: boolean;
  /** What other processes behind the same address learn of its limits. */
  readonly sharedLoad?: SharedLoad | undefined;
  readonly wallClock: Clock;
  /** Told once when a stream comes or goes. Without it the market has no streams: everything comes by REST. */
  readonly onStreamChange?: (change: StreamChange) => void;
}

export interface CcxtMarket extends MarketData {
  /** Whether the venue tells the open interest of a symbol at all. */
  readonly tellsOpenInterest: boolean;
  /** Asks for what is worth a look beside the fixed list. @throws AppError `config_invalid`, `venue_unavailable` */
  candidates(wishes: PoolWishes): Promise<CandidatePools>;
}

/**
 * Loads the exchange's code, and asks the venue nothing before the first question.
 * @throws AppError `config_invalid` for an unknown exchange or address, `interval_unbuildable`
 */
export async function createCcxtMarket(options: CcxtMarketOptions): Promise<CcxtMarket> {
  const { exchangeId, symbols, ifListed = [], watchOnly = [], offersAll = false, barsPerSeries } = options;
  const session = await openVenueSession(options, options.wallClock);
  const timeframes = venueTimeframes(exchangeId, Object.keys(session.exchange.timeframes));
  const candles = createVenueCandles(session, timeframes, barsPerSeries);
  const { onStreamChange } = options;
  const stream = onStreamChange ? await openMarketStream(session, options, onStreamChange) : null;
  const quotes = createVenueQuotes(session, stream);
  const source: MarketSource = { kind: 'ccxt', name: exchangeId, synthetic: false };

  let universe: ReadonlyMap<MarketSymbol, Instrument> | null = null;

  /** What may be asked for; the venue's list is read once. */
  async function offered(): Promise<ReadonlyMap<MarketSymbol, Instrument>> {
    await session.ready();
    universe ??= readUniverse();
    return universe;
  }

  function readUniverse(): ReadonlyMap<MarketSymbol, Instrument> {
    const named = [...symbols, ...ifListed.filter(isListed)];
    const instruments = new Map(named.map((symbol) => [symbol, instrumentAt(symbol)]));
    if (!offersAll) return instruments;
    const quotes = [...new Set(named.map(quoteOf))];
    return new Map([...instruments, ...quotes.flatMap((quote) => [...instrumentsIn(session, quote)])]);
  }

  function instrumentAt(symbol: MarketSymbol): Instrument {
    return instrumentOf(session.market(symbol), session.exchange);
  }

  function isListed(symbol: MarketSymbol): boolean {
    try {
      session.market(symbol);
      return true;
    } catch {
      return false;
    }
  }

  async function assertOffered(symbol: MarketSymbol): Promise<void> {
    if (!(await offered()).has(symbol)) throw notInUniverse(symbol);
  }

  async function assertWatchable(symbol: MarketSymbol): Promise<void> {
    if (!watchOnly.includes(symbol)) await assertOffered(symbol);
    else await session.ready();
  }

  function notInUniverse(symbol: MarketSymbol): AppError {
    const message = `${symbol} is not in the universe of ${exchangeId}: add it to VIGIL_SYMBOLS`;
    return new AppError('symbol_unknown', message, { context: { symbol } });
  }

  async function marketOf(
    symbol: MarketSymbol,
    request: SnapshotRequest,
  ): Promise<SymbolMarket | DataFault[]> {
    const { asOfMs, barsPerSeries: barsWanted } = request;
    const all = await Promise.all(
      timeframes.snapshot.map((timeframe) => candles.newest(symbol, timeframe, asOfMs, barsWanted)),
    );
    const faults = all.flatMap((series) => validateSeries(series, { nowMs: asOfMs, barsWanted }));
    if (faults.length > 0) return faults;
    const instrument = instrumentAt(symbol);
    const series = new Map(all.map((one) => [one.timeframe, one]));
    const fast = series.get(timeframes.fast)!;
    if (asOfMs < session.nowMs() - PRESENT_MS) {
      // The venue's present word would be a look into the future of that instant.
      const last = candleAt(fast, -1)!;
      const atMs = last.openAtMs + TIMEFRAME_MS[fast.timeframe];
      const ticker = { lastQuote: last.close, atMs, quoteVolume24h: null };
      return { symbol, instrument, series, ticker, funding: null, openInterestQuote: null };
    }
    const [ticker, funding] = await Promise.all([quotes.ticker(symbol), quotes.funding(symbol)]);
    const openInterestQuote = await quotes.openInterestQuote(symbol, ticker.lastQuote);
    return { symbol, instrument, series, ticker, funding, openInterestQuote };
  }

  async function snapshot(request: SnapshotRequest): Promise<MarketSnapshot> {
    for (const symbol of request.symbols) await assertOffered(symbol);
    const answers = await Promise.all(
      request.symbols.map((symbol) =>
        marketOf(symbol, request).catch((thrown: unknown) => toAppError(thrown)),
      ),
    );
    const failures = answers.filter((answer) => answer instanceof AppError);
    if (failures[0] && failures.length === answers.length) throw failures[0];
    const markets = new Map<MarketSymbol, SymbolMarket>();
    const faults: DataFault[] = [];
    request.symbols.forEach((symbol, i) => {
      const answer = answers[i]!;
      if (answer instanceof AppError) faults.push(unavailable(symbol, answer));
      else if (Array.isArray(answer)) faults.push(...answer);
      else markets.set(symbol, answer);
    });
    const { snapshotId, asOfMs } = request;
    const { fast: fastTimeframe, snapshot: shown } = timeframes;
    return { snapshotId, source, asOfMs, fastTimeframe, timeframes: shown, markets, faults };
  }

  return {
    source,
    finestTimeframe: timeframes.finest,
    fastTimeframe: timeframes.fast,
    // A venue answers for the present; the look-back is there.
    spanMs: { from: options.wallClock.nowMs(), to: null },
    tellsOpenInterest: Boolean(session.exchange.has.fetchOpenInterest),
    async instruments() {
      return [...(await offered()).values()];
    },
    async watchOnly() {
      await session.ready();
      return watchOnly.filter(isListed);
    },
    async candidates(wishes) {
      return readCandidatePools(session, quotes, [...(await offered()).keys()], wishes);
    },
    snapshot,
    async candles(request) {
      await assertWatchable(request.symbol);
      return candles.between(request);
    },
    async fundingBetween(symbol, fromMs, toMs) {
      await assertOffered(symbol);
      return quotes.settlements(symbol, fromMs, toMs);
    },
    ...(stream && { stream }),
    async close() {
      await stream?.close();
      await session.close();
    },
  };
}

function unavailable(symbol: MarketSymbol, failure: AppError): DataFault {
  return { code: 'unavailable', symbol, timeframe: null, message: failure.message };
}
