import type { Account } from '#domain/account.ts';
import type { EquityPoint } from '#domain/desk-event.ts';

export interface LinePoint {
  readonly timeSeconds: number;
  readonly value: number;
}

/** The points of the cycles, and the account as it stands after the last of them: one figure on the whole page. */
export function upToNow(points: readonly EquityPoint[], account: Account | null): readonly EquityPoint[] {
  const last = points.at(-1);
  if (account === null || last === undefined) return points;
  const { asOfMs, equityQuote, balanceQuote } = account;
  return [...points, { atMs: Math.max(asOfMs, last.atMs), equityQuote, balanceQuote }];
}

/** The curve as a chart wants it: oldest first, one point for each second, the later reading winning. */
export function equityLine(points: readonly EquityPoint[]): LinePoint[] {
  const bySecond = new Map<number, LinePoint>();
  for (const point of [...points].sort((left, right) => left.atMs - right.atMs)) {
    const timeSeconds = Math.floor(point.atMs / 1_000);
    bySecond.set(timeSeconds, { timeSeconds, value: Number(point.equityQuote) });
  }
  return [...bySecond.values()];
}

/** The deepest fall from a peak so far, as a fraction of the peak; zero for a curve that never fell. */
export function deepestFall(line: readonly LinePoint[]): number {
  let peak = Number.NEGATIVE_INFINITY;
  let deepest = 0;
  for (const { value } of line) {
    peak = Math.max(peak, value);
    if (peak > 0) deepest = Math.max(deepest, (peak - value) / peak);
  }
  return deepest;
}

// Seconds between round instants, from a minute to a week.
const STEPS = [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800];
const MOST_INSTANTS = 24;

/** The round instants the line spans, from the one before its beginning, so that the time axis is labelled 06:00 and not 06:01. */
export function roundInstants(line: readonly LinePoint[]): number[] {
  const [from, to] = [line[0]?.timeSeconds, line.at(-1)?.timeSeconds];
  if (from === undefined || to === undefined) return [];
  const step = STEPS.find((seconds) => (to - from) / seconds <= MOST_INSTANTS) ?? STEPS.at(-1) ?? 1;
  const first = Math.floor(from / step) * step;
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, at) => first + at * step,
  );
}
