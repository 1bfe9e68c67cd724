/** What an equity curve did month by month. */
import type { MonthlyReturn } from '#domain/backtest.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';

/**
 * Every UTC month from the first reading to the last, oldest first; one without a reading has returned 0. `points`
 * oldest first, `closedAtMs` in any order; none without a reading. O(points + trades).
 */
export function monthlyReturns(
  points: readonly Pick<EquityPoint, 'atMs' | 'equityQuote'>[],
  closedAtMs: readonly EpochMs[],
): MonthlyReturn[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const ends = new Map<number, number>();
  for (const [place, { atMs, equityQuote }] of points.entries()) {
    const next = points[place + 1];
    if (next === undefined || dayOf(next.atMs) !== dayOf(atMs)) ends.set(monthOf(atMs), Number(equityQuote));
  }
  const closed = new Map<number, number>();
  for (const atMs of closedAtMs) closed.set(monthOf(atMs), (closed.get(monthOf(atMs)) ?? 0) + 1);
  const months: MonthlyReturn[] = [];
  let beganAt = Number(first.equityQuote);
  for (let month = monthOf(first.atMs); month <= monthOf(last.atMs); month += 1) {
    const endedAt = ends.get(month) ?? beganAt;
    months.push({
      ...{ year: Math.floor(month / 12), month: (month % 12) + 1, trades: closed.get(month) ?? 0 },
      returnFraction: beganAt > 0 ? endedAt / beganAt - 1 : null,
    });
    beganAt = endedAt;
  }
  return months;
}

function dayOf(atMs: EpochMs): number {
  return Math.floor(atMs / DAY_MS);
}

/** Months since the year 0. */
function monthOf(atMs: EpochMs): number {
  const at = new Date(atMs);
  return at.getUTCFullYear() * 12 + at.getUTCMonth();
}
