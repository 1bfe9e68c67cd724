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
  /** A peak of before then counts no more. */
  arm(atMs: EpochMs): void;
  /** Oldest first. */
  readonly points: readonly EquityPoint[];
}

/** `lastArmedAtMs`: when the desk was armed last; its peak is that of all points where nobody has. */
export function createMemoryEquity(
  begun: readonly EquityPoint[] = [],
  lastArmedAtMs: EpochMs | null = null,
): MemoryEquity {
  const points: EquityPoint[] = [];
  /** The highest up to and with each point, since the last arming. */
  const peaks: string[] = [];
  let armedAtMs = lastArmedAtMs;

  function indexFrom(atMs: EpochMs): number {
    let at = points.length;
    while (at > 0 && (points[at - 1]?.atMs ?? 0) >= atMs) at -= 1;
    return at;
  }

  function put(at: number, point: EquityPoint): void {
    if (points[at]?.atMs === point.atMs) points[at] = point;
    else points.splice(at, 0, point);
    reckonPeaks(at);
  }

  function reckonPeaks(changedAt: number): void {
    const base = armedAtMs === null ? 0 : Math.max(0, indexFrom(armedAtMs + 1) - 1);
    const from = Math.max(base, changedAt);
    for (const [i, { equityQuote }] of points.slice(from).entries()) {
      const before = from + i === base ? undefined : peaks[from + i - 1];
      peaks[from + i] = before !== undefined && decimal(before).gte(equityQuote) ? before : equityQuote;
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
    arm(atMs) {
      armedAtMs = Math.max(armedAtMs ?? atMs, atMs);
      reckonPeaks(0);
    },
  };
}
