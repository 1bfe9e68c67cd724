import type { Timeframe } from '#domain/time.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How long a bar is: `15m` → 900,000. */
export function widthMs(timeframe: Timeframe): number {
  return Number.parseInt(timeframe, 10) * (UNIT_MS[timeframe.slice(-1)] ?? 0);
}
