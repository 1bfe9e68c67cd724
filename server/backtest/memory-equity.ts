/** A desk's equity curve in memory, and what its losses are measured from: db/repositories/equity-marks.ts as maps. */
import { decimal } from '#domain/decimal.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { EquityMarks } from '#tools/risk/gate-context.ts';

export interface MemoryEquity {
  of(deskId: string, nowMs: EpochMs): Promise<EquityMarks>;
  /** Between the points of the cycles. Of one instant the higher stands. */
  add(deskId: string, point: EquityPoint): Promise<void>;
  /** The point of a cycle, which stands over any other of its instant. */
  set(point: EquityPoint): void;
  /** Oldest first. */
  readonly points: readonly EquityPoint[];
}

/** Nobody arms a desk in a backtest, so its peak is that of all points. */
export function createMemoryEquity(begun: readonly EquityPoint[] = []): MemoryEquity {
  const points: EquityPoint[] = [];
  /** The highest up to and with each point. */
  const peaks: string[] = [];

  function indexFrom(atMs: EpochMs): number {
    let at = points.length;
    while (at > 0 && (points[at - 1]?.atMs ?? 0) >= atMs) at -= 1;
    return at;
  }

  function put(at: number, point: EquityPoint): void {
    if (points[at]?.atMs === point.atMs) points[at] = point;
    else points.splice(at, 0, point);
    for (const [i, { equityQuote }] of points.slice(at).entries()) {
      const before = peaks[at + i - 1];
      peaks[at + i] = before !== undefined && decimal(before).gte(equityQuote) ? before : equityQuote;
    }
  }

  for (const point of begun) put(points.length, point);
  return {
    points,
    async of(_deskId, nowMs) {
      const today = indexFrom(nowMs - (nowMs % DAY_MS));
      return {
        dayStartQuote: (points[today - 1] ?? points[today])?.equityQuote ?? null,
        peakQuote: peaks.at(-1) ?? null,
      };
    },
    async add(_deskId, point) {
      const at = indexFrom(point.atMs);
      const known = points[at];
      const isThere = known !== undefined && known.atMs === point.atMs;
      if (!isThere || decimal(point.equityQuote).gt(known.equityQuote)) put(at, point);
    },
    set(point) {
      put(indexFrom(point.atMs), point);
    },
  };
}
