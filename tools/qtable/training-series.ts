/** The candles of one symbol as a training walks them: states known at each close, and what the next bar costs or pays. */
import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { NO_STATE } from './encode-series.ts';

/** Columns aligned by bar. Never write to them. */
export interface TrainingSeries {
  readonly symbol: MarketSymbol;
  readonly length: number;
  readonly widthMs: number;
  readonly openAtMs: Float64Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** Market states at the close; `NO_STATE` where there is none. */
  readonly states: Uint16Array;
  /** Which stay a bar belongs to: bars in a row with one market state are one stay. */
  readonly stays: Uint32Array;
  readonly stayCount: number;
  /** What a long, and what a short, pays that is held from the open of the bar to the next one; fractions of notional. */
  readonly longFunding: Float64Array;
  readonly shortFunding: Float64Array;
}

/** Bars `from` (inclusive) to `to` (exclusive) that follow each other and all have a state. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const USUAL_FUNDING_MS = 8 * HOUR_MS;
/** Settlements that lie further apart than this have one missing between them. */
const FUNDING_GAP_MS = USUAL_FUNDING_MS + HOUR_MS;

/**
 * Joins candles, their states and what was settled. Where no settlement is known, either side pays the assumed rate
 * every eight hours: what is not known never pays anybody.
 * @throws RangeError when there are not as many states as candles
 */
export function trainingSeries(
  candles: CandleSeries,
  states: Uint16Array,
  settlements: readonly FundingSettlement[],
  assumedFundingFraction: number,
): TrainingSeries {
  const { symbol, length, timeframe, openAtMs, open, close } = candles;
  if (states.length !== length)
    throw new RangeError(`trainingSeries: ${states.length} states for ${length} bars of ${symbol}`);
  const widthMs = TIMEFRAME_MS[timeframe];
  const { stays, stayCount } = staysOf(states);
  const [longFunding, shortFunding] = fundingColumns(openAtMs, widthMs, settlements, assumedFundingFraction);
  return {
    ...{ symbol, length, widthMs, openAtMs, open, close },
    ...{ states, stays, stayCount, longFunding, shortFunding },
  };
}

function staysOf(states: Uint16Array): Pick<TrainingSeries, 'stays' | 'stayCount'> {
  const stays = new Uint32Array(states.length);
  let stayCount = 0;
  for (let i = 0; i < states.length; i++) {
    if (i === 0 || states[i] !== states[i - 1]) stayCount += 1;
    stays[i] = stayCount - 1;
  }
  return { stays, stayCount };
}

/**
 * What a long, and what a short, pays that is held from the open of each bar to the next one. A position that stands when a
 * settlement falls due has it; one that is closed at that very open still does.
 */
export function fundingColumns(
  openAtMs: Float64Array,
  widthMs: number,
  told: readonly FundingSettlement[],
  assumedFraction: number,
): readonly [long: Float64Array, short: Float64Array] {
  // Venues stamp settlements some milliseconds late.
  const settlements = told.map(({ atMs, rateFraction }) => ({
    atMs: Math.round(atMs / MINUTE_MS) * MINUTE_MS,
    rateFraction,
  }));
  const long = new Float64Array(openAtMs.length);
  const short = new Float64Array(openAtMs.length);
  let next = 0;
  for (let i = 0; i < openAtMs.length; i++) {
    const fromMs = openAtMs[i]!;
    const toMs = fromMs + widthMs;
    while (next < settlements.length && settlements[next]!.atMs <= fromMs) next += 1;
    for (; next < settlements.length && settlements[next]!.atMs <= toMs; next++) {
      long[i]! += settlements[next]!.rateFraction;
      short[i]! -= settlements[next]!.rateFraction;
    }
    if (isKnown(settlements, next, toMs)) continue;
    const assumed = dueWithin(fromMs, toMs) * assumedFraction;
    long[i]! += assumed;
    short[i]! += assumed;
  }
  return [long, short];
}

/** Whether settlements stand close enough around an instant that none can be missing there. */
function isKnown(settlements: readonly FundingSettlement[], next: number, atMs: EpochMs): boolean {
  const before = settlements[next - 1]?.atMs ?? Number.NEGATIVE_INFINITY;
  const after = settlements[next]?.atMs ?? Number.POSITIVE_INFINITY;
  return after - before <= FUNDING_GAP_MS || atMs - before < HOUR_MS;
}

function dueWithin(fromMs: EpochMs, toMs: EpochMs): number {
  return Math.floor(toMs / USUAL_FUNDING_MS) - Math.floor(fromMs / USUAL_FUNDING_MS);
}

/**
 * The stretches of the bars that open and close in the span. Every one can be walked: it has two bars at least, since
 * a decision needs the next open.
 */
export function stretchesOf(series: TrainingSeries, { fromMs, toMs }: TimeSpan): Stretch[] {
  const { openAtMs, states, length, widthMs } = series;
  const stretches: Stretch[] = [];
  let from = -1;
  const end = (to: number) => {
    if (from >= 0 && to - from >= 2) stretches.push({ from, to });
    from = -1;
  };
  for (let i = 0; i < length; i++) {
    const atMs = openAtMs[i]!;
    const isIn = states[i] !== NO_STATE && atMs >= fromMs && atMs + widthMs <= toMs;
    const follows = i > 0 && atMs - openAtMs[i - 1]! === widthMs;
    if (!isIn || !follows) end(i);
    if (isIn && from < 0) from = i;
  }
  end(length);
  return stretches;
}
