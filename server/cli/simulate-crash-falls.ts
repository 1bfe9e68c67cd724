/** How far each of the breaker's falls came in a stretch, by a plain look at the bars: why it tripped, or why it did not. */
import type { CandleSeries } from '#domain/candle.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import {
  DEFAULT_MARKET_LIMITS,
  fallTriggerName,
  fallTriggers,
  MARKET,
} from '#tools/breaker/market-limits.ts';

export type BarsOf = ReadonlyMap<MarketSymbol, CandleSeries>;

export interface FallMeasure {
  /** Such as `btc_fall_1h`. */
  readonly trigger: string;
  readonly asset: string;
  readonly hours: number;
  /** Of an asset by lows; of the market by closes, as the breaker reckons it. */
  readonly fallFraction: number;
  readonly atMs: EpochMs;
  /** Null where the breaker sets none: it watches BTC, ETH and the market. */
  readonly limitFraction: number | null;
}

/** Deepest first by how near each came to its threshold; what has none comes last. */
export function deepestFalls(
  bars: BarsOf,
  about: {
    readonly barMs: number;
    readonly span: { readonly fromMs: EpochMs; readonly toMs: EpochMs };
    readonly symbol: MarketSymbol;
  },
): FallMeasure[] {
  const { barMs, span, symbol } = about;
  const limits = fallTriggers(DEFAULT_MARKET_LIMITS);
  const own = baseOf(symbol);
  const asked = limits.some(({ asset }) => asset === own)
    ? limits
    : [...limits, ...[1, 4].map((hours) => ({ asset: own, windowMs: hours * HOUR_MS, fallFraction: null }))];
  const measures: FallMeasure[] = [];
  for (const { asset, windowMs, fallFraction: limitFraction } of asked) {
    const series = [...bars]
      .filter(([one]) => asset === MARKET || baseOf(one) === asset)
      .map(([, found]) => found);
    if (series.length === 0 || (asset === MARKET && series.length < DEFAULT_MARKET_LIMITS.market.leastAssets))
      continue;
    const falls = series.map((one) => fallsOf(one, windowMs, barMs, asset === MARKET ? one.close : one.low));
    const deepest = deepestMean(falls, span);
    const hours = windowMs / HOUR_MS;
    measures.push({ trigger: fallTriggerName({ asset, windowMs }), asset, hours, limitFraction, ...deepest });
  }
  const nearness = ({ fallFraction, limitFraction }: FallMeasure) =>
    limitFraction === null ? -1 : fallFraction / limitFraction;
  return measures.sort((left, right) => nearness(right) - nearness(left));
}

/** By the close of each bar: the share of the window's high that its price has lost. */
function fallsOf(
  series: CandleSeries,
  windowMs: number,
  barMs: number,
  prices: Float64Array,
): Map<EpochMs, number> {
  const falls = new Map<EpochMs, number>();
  let first = 0;
  for (let i = 0; i < series.length; i++) {
    const closedAtMs = (series.openAtMs[i] ?? 0) + barMs;
    while ((series.openAtMs[first] ?? 0) + barMs <= closedAtMs - windowMs) first++;
    let high = 0;
    for (let j = first; j <= i; j++) high = Math.max(high, series.high[j] ?? 0);
    falls.set(closedAtMs, 1 - (prices[i] ?? Number.NaN) / high);
  }
  return falls;
}

function deepestMean(
  falls: readonly Map<EpochMs, number>[],
  { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
): { fallFraction: number; atMs: EpochMs } {
  let deepest = { fallFraction: 0, atMs: fromMs };
  for (const atMs of falls[0]?.keys() ?? []) {
    if (atMs <= fromMs || atMs > toMs) continue;
    const known = falls.map((one) => one.get(atMs)).filter((fall) => fall !== undefined);
    if (known.length < falls.length) continue;
    const fallFraction = known.reduce((sum, fall) => sum + fall, 0) / known.length;
    if (fallFraction > deepest.fallFraction) deepest = { fallFraction, atMs };
  }
  return deepest;
}
