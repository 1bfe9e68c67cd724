/** What an equity curve shows: how far it came, how deep it fell, and how steady it was. */
import { decimal, decimalText } from '#domain/decimal.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import {
  DAYS_OF_YEAR,
  type Drawdown,
  type ReturnRatio,
  SHARPE_LEAST_DAYS,
  SHARPE_LEAST_TRADES,
} from '#domain/figures.ts';
import type { CurvePoint, EquityFigures } from '#domain/performance.ts';
import { DAY_MS } from '#domain/time.ts';

const CURVE_PARTS = 300;

type Reading = Pick<EquityPoint, 'atMs' | 'equityQuote'>;

/** `points` oldest first; null without one. Money exact, fractions as numbers. O(points). */
export function equityFigures(points: readonly Reading[]): EquityFigures | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const start = decimal(first.equityQuote);
  const change = decimal(last.equityQuote).minus(start);
  return {
    ...{ fromMs: first.atMs, toMs: last.atMs, points: points.length },
    ...{ startQuote: decimalText(start), endQuote: decimalText(last.equityQuote) },
    changeQuote: decimalText(change),
    changeFraction: start.gt(0) ? Number(change) / Number(start) : null,
    maxDrawdown: deepestFall(points),
    curve: thinned(curveOf(points)),
  };
}

/** The largest loss from a peak to a later low; null without a point, and where it never fell. `points` oldest first. */
export function deepestFall(points: readonly Reading[]): Drawdown | null {
  let [peak, peakAtMs] = [decimal(points[0]?.equityQuote ?? 0), points[0]?.atMs ?? 0];
  let deepest = decimal(0);
  let from = peak;
  let found: { peakAtMs: number; troughAtMs: number; recoveredAtMs: number | null } | null = null;
  let [most, least] = [Number(peak), Number(peak)];
  for (const { atMs, equityQuote } of points) {
    const about = Number(equityQuote);
    if (about < most && about > least) continue;
    const equity = decimal(equityQuote);
    if (found !== null && found.recoveredAtMs === null && equity.gte(from)) found.recoveredAtMs = atMs;
    if (equity.gt(peak)) [peak, peakAtMs] = [equity, atMs];
    const fall = peak.minus(equity);
    if (fall.gt(deepest)) {
      [deepest, from] = [fall, peak];
      found = { peakAtMs, troughAtMs: atMs, recoveredAtMs: null };
    }
    // What its double already tells from both is no peak, no recovery and no deeper fall: rounding keeps the order.
    [most, least] = [Number(peak), Number(peak.minus(deepest))];
  }
  if (found === null) return null;
  const fraction = from.gt(0) ? Number(deepest) / Number(from) : 0;
  return { quote: decimalText(deepest), fraction, ...found };
}

function curveOf(points: readonly Reading[]): CurvePoint[] {
  let peak = Number.NEGATIVE_INFINITY;
  return points.map(({ atMs, equityQuote }) => {
    const equity = Number(equityQuote);
    peak = Math.max(peak, equity);
    return { atMs, equityQuote, fallFraction: peak > 0 ? (peak - equity) / peak : 0 };
  });
}

/** Of each of the equal parts the deepest point and the last one, and the very first. */
function thinned(curve: readonly CurvePoint[]): CurvePoint[] {
  if (curve.length <= 2 * CURVE_PARTS) return [...curve];
  const kept = new Set(curve.slice(0, 1));
  for (let part = 0; part < CURVE_PARTS; part += 1) {
    const own = curve.slice(
      Math.floor((part * curve.length) / CURVE_PARTS),
      Math.floor(((part + 1) * curve.length) / CURVE_PARTS),
    );
    const deepest = own.reduce((low, point) => (point.fallFraction > low.fallFraction ? point : low));
    kept.add(deepest).add(own.at(-1) ?? deepest);
  }
  return [...kept].sort((left, right) => left.atMs - right.atMs);
}

/**
 * Sharpe ratio of returns from one UTC midnight to the next, a riskless return of 0, times √365 for a year. A day
 * without a reading keeps the one before. Deposits and withdrawals would count as returns: none are made on paper.
 * @see W. F. Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21 (1994).
 */
export function sharpeRatio(points: readonly Reading[], trades: number): ReturnRatio {
  return ratioOf(points, trades, (returns, mean) => {
    const variance = returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (returns.length - 1);
    return variance > 0 ? Math.sqrt(variance) : 'equity did the same on every day';
  });
}

/**
 * The same with the deviation of the falls alone, over all days: a day that gains counts as none.
 * @see F. A. Sortino, L. N. Price, Performance Measurement in a Downside Risk Framework, Journal of Investing 3 (1994).
 */
export function sortinoRatio(points: readonly Reading[], trades: number): ReturnRatio {
  return ratioOf(points, trades, (returns) => {
    const variance = returns.reduce((sum, one) => sum + Math.min(one, 0) ** 2, 0) / returns.length;
    return variance > 0 ? Math.sqrt(variance) : 'equity fell on no day';
  });
}

/** `deviationOf` gives a number over zero, or why there is none. */
function ratioOf(
  points: readonly Reading[],
  trades: number,
  deviationOf: (returns: readonly number[], mean: number) => number | string,
): ReturnRatio {
  const returns = dailyReturns(points);
  const counts = { days: returns.length, trades };
  if (trades < SHARPE_LEAST_TRADES || returns.length < SHARPE_LEAST_DAYS)
    return {
      ratio: null,
      reason: `it rests on ${trades} trades and ${returns.length} whole days; at least ${SHARPE_LEAST_TRADES} trades and ${SHARPE_LEAST_DAYS} days are needed`,
      ...counts,
    };
  const mean = returns.reduce((sum, one) => sum + one, 0) / returns.length;
  const deviation = deviationOf(returns, mean);
  if (typeof deviation === 'string') return { ratio: null, reason: deviation, ...counts };
  return { ratio: (mean / deviation) * Math.sqrt(DAYS_OF_YEAR), reason: null, ...counts };
}

/** Of the days that are over, from the close of the first. */
function dailyReturns(points: readonly Reading[]): number[] {
  const closes: number[] = [];
  let day: number | null = null;
  let last = Number.NaN;
  for (const { atMs, equityQuote } of points) {
    const today = Math.floor(atMs / DAY_MS);
    for (let over = day ?? today; over < today; over += 1) closes.push(last);
    [day, last] = [today, Number(equityQuote)];
  }
  return closes.slice(1).map((close, index) => close / (closes[index] ?? Number.NaN) - 1);
}
