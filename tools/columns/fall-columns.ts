/**
 * Where the market's breaker may have something to say, as a column of marks: everywhere else no trigger of it can stand
 * at `watch`, so nobody has to feed it. It marks too much rather than too little.
 */
import type { CandleSeries } from '#domain/candle.ts';
import { baseOf } from '#domain/symbol.ts';
import { HOUR_MS, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { fallTriggers, MARKET, type MarketLimits } from '#tools/breaker/market-limits.ts';

/** Under its threshold by so much is as good as at it: bars of a snapshot lie otherwise than those of a watch. */
const MARGIN = 0.9;
/** How long a mark stands after what made it. */
const STANDS_MS = 20 * MINUTE_MS;
/** A bar of a snapshot may be made of so many of these, and reach out of the window by them. */
const COARSER_BARS = 3;
const LONG_MS = 4 * HOUR_MS;

/**
 * One byte for each bar, 1 where a breaker fed with these series has to be asked: a fall of BTC, of ETH or of all on
 * average near `watch`, a jump the breaker may not believe, a dollar currency off its peg. All series have the same bars.
 */
export function alarmColumn(
  series: readonly CandleSeries[],
  pegs: readonly CandleSeries[],
  limits: MarketLimits,
): Uint8Array {
  const length = series[0]?.length ?? 0;
  const alarms = new Uint8Array(length);
  const share = limits.watchShare * MARGIN;
  const mean = new Float64Array(length);
  for (const one of series) {
    const long = fallColumn(one, LONG_MS);
    for (let i = 0; i < length; i++) mean[i]! += long[i]! / series.length;
    for (const { asset, windowMs, fallFraction } of fallTriggers(limits))
      if (asset === baseOf(one.symbol))
        markAbove(windowMs === LONG_MS ? long : fallColumn(one, windowMs), fallFraction * share, alarms);
    markJumps(one, limits.plausibility.barJumpFraction * MARGIN, alarms);
  }
  for (const { asset, fallFraction } of fallTriggers(limits))
    if (asset === MARKET) markAbove(mean, fallFraction * share, alarms);
  for (const peg of pegs) markOffPeg(peg, limits.pegFraction * share, alarms);
  const widthMs = TIMEFRAME_MS[series[0]?.timeframe ?? '1m'];
  return lasting(alarms, Math.ceil(STANDS_MS / widthMs));
}

/** How far each bar's low lies under the highest high of the window that ends with it, as a fraction. O(n). */
function fallColumn({ high, low, length, timeframe }: CandleSeries, windowMs: number): Float64Array {
  const window = Math.ceil(windowMs / TIMEFRAME_MS[timeframe]) + COARSER_BARS;
  const falls = new Float64Array(length);
  /** Bars whose high no later one of the window reaches, oldest first. */
  const queue = new Int32Array(length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < length; i++) {
    while (tail > head && high[queue[tail - 1]!]! <= high[i]!) tail -= 1;
    queue[tail] = i;
    tail += 1;
    if (queue[head]! <= i - window) head += 1;
    falls[i] = 1 - low[i]! / high[queue[head]!]!;
  }
  return falls;
}

function markAbove(falls: Float64Array, limit: number, alarms: Uint8Array): void {
  for (let i = 0; i < falls.length; i++) if (falls[i]! >= limit) alarms[i] = 1;
}

function markJumps(
  { open, high, low, close, length }: CandleSeries,
  limit: number,
  alarms: Uint8Array,
): void {
  for (let i = 1; i < length; i++) {
    const before = close[i - 1]!;
    const least = Math.min(before, open[i]!);
    const most = Math.max(before, open[i]!);
    if (high[i]! > least * (1 + limit) || low[i]! < most * (1 - limit)) alarms[i] = 1;
  }
}

function markOffPeg({ high, low, length }: CandleSeries, limit: number, alarms: Uint8Array): void {
  for (let i = 0; i < length; i++) if (high[i]! - 1 >= limit || 1 - low[i]! >= limit) alarms[i] = 1;
}

function lasting(alarms: Uint8Array, bars: number): Uint8Array {
  let left = 0;
  for (let i = 0; i < alarms.length; i++) {
    left = alarms[i] === 1 ? bars : Math.max(0, left - 1);
    if (left > 0) alarms[i] = 1;
  }
  return alarms;
}
