/**
 * A market for timing cycles: prebuilt columns, of which every snapshot is a set of views, so that what is timed is our
 * work and not the making of prices. Validation of every series is part of each snapshot, as in the real sources.
 */
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { DataFault, MarketSnapshot, MarketSource, SymbolMarket } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, lastClosedOpenAtMs, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';
import { instrumentOf, profileOf, type SymbolProfile } from '#exchanges/generator/profiles.ts';
import type { FundingSettlement, MarketData, SnapshotRequest } from '#exchanges/ports/market-data.ts';
import { walkBars } from './bench-walk.ts';

export const BENCH_TIMEFRAMES: readonly Timeframe[] = ['3m', '15m', '1h', '4h'];
export const BARS_PER_SERIES = 500;
export const BENCH_START_MS: EpochMs = Date.UTC(2025, 0, 1);
/** One bar of the fast timeframe: every cycle sees a market that has gone on. */
export const CYCLE_STEP_MS = TIMEFRAME_MS['3m'];

const FUNDING_EVERY_MS = 8 * HOUR_MS;
const FUNDING_RATE_FRACTION = 0.0001;
const BARS_PER_DAY = 480;

/** BTC, ETH and B00 to B47. */
export const BENCH_SYMBOLS: readonly MarketSymbol[] = [
  'BTC',
  'ETH',
  ...Array.from({ length: 48 }, (_, index) => `B${String(index).padStart(2, '0')}`),
].map((base) => `${base}/USDT:USDT`);

interface Listing {
  readonly profile: SymbolProfile;
  readonly series: ReadonlyMap<Timeframe, CandleSeries>;
}

/** Bars for 500 of each timeframe before `BENCH_START_MS` and for `cycles` after it. The same for every process. */
export function createBenchMarket(cycles: number): MarketData {
  const source: MarketSource = { kind: 'generator', name: 'bench walk', synthetic: true };
  const endMs = BENCH_START_MS + cycles * CYCLE_STEP_MS;
  const listings = new Map(
    BENCH_SYMBOLS.map((symbol, index) => [symbol, listingOf(symbol, index + 1, endMs)]),
  );
  const instruments = [...listings.values()].map(({ profile }) => instrumentOf(profile));

  function seriesOf(symbol: MarketSymbol, timeframe: Timeframe): CandleSeries {
    const series = listings.get(symbol)?.series.get(timeframe);
    if (series === undefined)
      throw new AppError('symbol_unknown', `the bench market has no ${timeframe} of ${symbol}`);
    return series;
  }

  function marketOf(symbol: MarketSymbol, { asOfMs, barsPerSeries }: SnapshotRequest) {
    const faults: DataFault[] = [];
    const series = new Map<Timeframe, CandleSeries>();
    for (const timeframe of BENCH_TIMEFRAMES) {
      const newest = newestBars(seriesOf(symbol, timeframe), asOfMs, barsPerSeries);
      series.set(timeframe, newest);
      faults.push(...validateSeries(newest, { nowMs: asOfMs, barsWanted: barsPerSeries }));
    }
    const { profile } = listings.get(symbol)!;
    const fast = series.get('3m')!;
    const market: SymbolMarket = {
      symbol,
      instrument: instrumentOf(profile),
      series,
      ticker: { lastQuote: fast.close.at(-1)!, atMs: asOfMs, quoteVolume24h: quoteVolumeOfDay(fast) },
      funding: { rateFraction: FUNDING_RATE_FRACTION, nextAtMs: nextFundingAtMs(asOfMs) },
      openInterestQuote: profile.openInterestQuote,
    };
    return { market, faults };
  }

  async function snapshot(request: SnapshotRequest): Promise<MarketSnapshot> {
    const markets = new Map<MarketSymbol, SymbolMarket>();
    const faults: DataFault[] = [];
    for (const symbol of request.symbols) {
      const asked = marketOf(symbol, request);
      if (asked.faults.length === 0) markets.set(symbol, asked.market);
      faults.push(...asked.faults);
    }
    const { snapshotId, asOfMs } = request;
    return { snapshotId, source, asOfMs, fastTimeframe: '3m', timeframes: BENCH_TIMEFRAMES, markets, faults };
  }

  return {
    source,
    finestTimeframe: '3m',
    fastTimeframe: '3m',
    spanMs: { from: BENCH_START_MS, to: endMs },
    instruments: async () => instruments,
    snapshot,
    candles: async ({ symbol, timeframe, fromMs, toMs }) =>
      barsBetween(seriesOf(symbol, timeframe), fromMs, toMs),
    fundingBetween: async (_symbol, fromMs, toMs) => settlementsBetween(fromMs, toMs),
    close: async () => {},
  };
}

function listingOf(symbol: MarketSymbol, seed: number, endMs: EpochMs): Listing {
  const profile = profileOf(symbol);
  const startMs = BENCH_START_MS - BARS_PER_SERIES * TIMEFRAME_MS['4h'];
  const fine = walkBars(profile, seed, { startMs, endMs });
  const series = BENCH_TIMEFRAMES.map((timeframe): [Timeframe, CandleSeries] => {
    const built = buildTimeframe(fine, timeframe);
    const firstMs = BENCH_START_MS - BARS_PER_SERIES * TIMEFRAME_MS[timeframe];
    return [timeframe, copyOf(sliceSeries(built, indexOf(built, firstMs)))];
  });
  return { profile, series: new Map(series) };
}

/** Columns of their own, so that the long walk behind the views can go. */
function copyOf(series: CandleSeries): CandleSeries {
  const { openAtMs, open, high, low, close, volume } = series;
  return {
    ...series,
    openAtMs: openAtMs.slice(),
    open: open.slice(),
    high: high.slice(),
    low: low.slice(),
    close: close.slice(),
    volume: volume.slice(),
  };
}

function newestBars(series: CandleSeries, asOfMs: EpochMs, count: number): CandleSeries {
  const end = indexOf(series, lastClosedOpenAtMs(asOfMs, series.timeframe)) + 1;
  return sliceSeries(series, end - count, end);
}

function barsBetween(series: CandleSeries, fromMs: EpochMs, toMs: EpochMs): CandleSeries {
  const widthMs = TIMEFRAME_MS[series.timeframe];
  const first = Math.ceil((fromMs - series.openAtMs[0]!) / widthMs);
  return sliceSeries(series, first, indexOf(series, lastClosedOpenAtMs(toMs, series.timeframe)) + 1);
}

/** Where the bar that opens then stands; the bars have no gaps. */
function indexOf(series: CandleSeries, openAtMs: EpochMs): number {
  return (openAtMs - series.openAtMs[0]!) / TIMEFRAME_MS[series.timeframe];
}

function quoteVolumeOfDay({ close, volume, length }: CandleSeries): number {
  let quote = 0;
  for (let i = Math.max(0, length - BARS_PER_DAY); i < length; i++) quote += close[i]! * volume[i]!;
  return quote;
}

function nextFundingAtMs(asOfMs: EpochMs): EpochMs {
  return (Math.floor(asOfMs / FUNDING_EVERY_MS) + 1) * FUNDING_EVERY_MS;
}

function settlementsBetween(fromMs: EpochMs, toMs: EpochMs): FundingSettlement[] {
  const settlements: FundingSettlement[] = [];
  for (let atMs = nextFundingAtMs(fromMs); atMs <= toMs; atMs += FUNDING_EVERY_MS)
    settlements.push({ atMs, rateFraction: FUNDING_RATE_FRACTION });
  return settlements;
}
