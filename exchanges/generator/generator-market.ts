/**
 * A made-up market that never ends: correlated symbols through calm, trending and spiking phases, and one crash.
 * Every bar is a pure function of seed and time, so any instant can be asked for, in any order, by any process.
 */
import { AppError } from '#domain/errors.ts';
import type { DataFault, MarketSnapshot, MarketSource, SymbolMarket, Ticker } from '#domain/market.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, DAY_MS, type EpochMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';
import type { MarketData, SnapshotRequest } from '#exchanges/ports/market-data.ts';
import { createCommonFactor } from './common-factor.ts';
import { CRASH_AFTER_START_MS, type Crash, standingCrash } from './crash.ts';
import { createDayBars, type DayBars } from './day-bars.ts';
import { createDerivatives, nextFundingAtMs, settlementsBetween } from './derivatives.ts';
import { DEFAULT_SYMBOLS, instrumentOf, profileOf } from './profiles.ts';
import { type ScheduledCrash, scheduleCrash } from './scheduled-crash.ts';
import { createSymbolPath, type SymbolPath } from './symbol-path.ts';

/** 2025-01-01T00:00Z. There is data before it for look-back; the crash begins 20 hours after it. */
export const DEFAULT_START_AT_MS: EpochMs = Date.UTC(2025, 0, 1);

const TIMEFRAMES: readonly Timeframe[] = ['3m', '15m', '1h', '4h'];
const SPARE_DAYS = 8;

export interface GeneratorOptions {
  /** Any whole number. */
  readonly seed: number;
  /** Eight well-known perpetuals when absent; a symbol without a profile of its own gets an altcoin's. */
  readonly symbols?: readonly MarketSymbol[];
  /** The look-back snapshots will ask for; it bounds what is remembered. */
  readonly barsPerSeries: number;
  readonly startAtMs?: EpochMs;
  /** From the start to the crash; `CRASH_AFTER_START_MS` when absent. */
  readonly crashAfterMs?: number;
  /** Instead of the standing crash: one of these symbols falls so far within such a time, and the others with it. */
  readonly scheduledCrash?: ScheduledCrash;
}

interface Listing {
  readonly path: SymbolPath;
  readonly bars: DayBars;
}

export function createGeneratorMarket(options: GeneratorOptions): MarketData {
  const { seed, barsPerSeries, symbols = DEFAULT_SYMBOLS, startAtMs = DEFAULT_START_AT_MS } = options;
  const { crashAfterMs = CRASH_AFTER_START_MS } = options;
  const source: MarketSource = { kind: 'generator', name: `generator seed ${seed}`, synthetic: true };
  const daysKept = Math.ceil((barsPerSeries * TIMEFRAME_MS['4h']) / DAY_MS) + SPARE_DAYS;
  const crash = options.scheduledCrash
    ? orderedCrash(seed, options.scheduledCrash, daysKept)
    : standingCrash(startAtMs + crashAfterMs);
  const factor = createCommonFactor(seed, crash, daysKept);
  const derivatives = createDerivatives(seed, crash);
  const listings = new Map<MarketSymbol, Listing>(
    symbols.map((symbol) => {
      const path = createSymbolPath(seed, profileOf(symbol), factor);
      return [symbol, { path, bars: createDayBars(path, daysKept) }];
    }),
  );

  function listingOf(symbol: MarketSymbol): Listing {
    const listing = listings.get(symbol);
    if (listing) return listing;
    const offered = [...listings.keys()].map(baseOf).join(', ');
    throw new AppError('symbol_unknown', `${symbol} is not in the ${source.name}: it has ${offered}`, {
      context: { symbol },
    });
  }

  function marketOf(symbol: MarketSymbol, request: SnapshotRequest): SymbolMarket | DataFault[] {
    const { path, bars } = listingOf(symbol);
    const { asOfMs, barsPerSeries: barsWanted } = request;
    const series = new Map(
      TIMEFRAMES.map((timeframe) => [timeframe, bars.newest(timeframe, barsWanted, asOfMs)]),
    );
    const faults = [...series.values()].flatMap((one) => validateSeries(one, { nowMs: asOfMs, barsWanted }));
    if (faults.length > 0) return faults;
    const nextAtMs = nextFundingAtMs(asOfMs);
    return {
      symbol,
      instrument: instrumentOf(path.profile),
      series,
      ticker: tickerAt(bars, asOfMs),
      funding: { rateFraction: derivatives.fundingRateAt(path, nextAtMs), nextAtMs },
      openInterestQuote: derivatives.openInterestQuoteAt(path, asOfMs),
    };
  }

  async function snapshot(request: SnapshotRequest): Promise<MarketSnapshot> {
    const markets = new Map<MarketSymbol, SymbolMarket>();
    const faults: DataFault[] = [];
    for (const symbol of request.symbols) {
      const answer = marketOf(symbol, request);
      if (Array.isArray(answer)) faults.push(...answer);
      else markets.set(symbol, answer);
    }
    const { snapshotId, asOfMs } = request;
    return { snapshotId, source, asOfMs, fastTimeframe: '3m', timeframes: TIMEFRAMES, markets, faults };
  }

  return {
    source,
    finestTimeframe: '1m',
    fastTimeframe: '3m',
    spanMs: { from: startAtMs, to: null },
    instruments: async () => [...listings.values()].map(({ path }) => instrumentOf(path.profile)),
    snapshot,
    candles: async ({ symbol, timeframe, fromMs, toMs }) =>
      listingOf(symbol).bars.between(timeframe, fromMs, toMs),
    fundingBetween: async (symbol, fromMs, toMs) => {
      const { path } = listingOf(symbol);
      return settlementsBetween(fromMs, toMs, (atMs) => derivatives.fundingRateAt(path, atMs));
    },
    close: async () => {},
  };
}

function orderedCrash(seed: number, ordered: ScheduledCrash, daysKept: number): Crash {
  const { symbol, atMs, overMs } = ordered;
  const profile = profileOf(symbol);
  return scheduleCrash(ordered, {
    beta: profile.beta,
    moveWith(crash) {
      const bars = createDayBars(
        createSymbolPath(seed, profile, createCommonFactor(seed, crash, daysKept)),
        daysKept,
      );
      const priceAt = (at: EpochMs) => bars.between('1m', at - TIMEFRAME_MS['1m'], at).close[0]!;
      return Math.log(priceAt(atMs + overMs) / priceAt(atMs));
    },
  });
}

/** The last closed minute's price, and what was traded in the 24 hours up to the last quarter of an hour. */
function tickerAt(bars: DayBars, asOfMs: EpochMs): Ticker {
  const atMs = barOpenAtMs(asOfMs, '1m');
  const minute = bars.between('1m', atMs - TIMEFRAME_MS['1m'], atMs);
  const dayEndMs = barOpenAtMs(asOfMs, '15m');
  const day = bars.between('15m', dayEndMs - DAY_MS, dayEndMs);
  let quoteVolume24h = 0;
  for (let i = 0; i < day.length; i++) quoteVolume24h += day.close[i]! * day.volume[i]!;
  return { lastQuote: minute.close[0]!, atMs, quoteVolume24h: Math.round(quoteVolume24h) };
}
