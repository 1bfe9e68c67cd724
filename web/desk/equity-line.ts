import type { EquityPoint } from '#domain/desk-event.ts';

export interface LinePoint {
  readonly timeSeconds: number;
  readonly value: number;
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
