import type { CandleSeries } from '#domain/candle.ts';
import { type EpochMs, lastClosedOpenAtMs, TIMEFRAME_MS } from '#domain/time.ts';

/**
 * The earliest instant from `notBeforeMs` on at which the newest `bars` closed bars of every series follow each other
 * without a hole; null when there is none.
 */
export function firstSoundInstant(
  serieses: readonly CandleSeries[],
  bars: number,
  notBeforeMs: EpochMs,
): EpochMs | null {
  let instantMs = notBeforeMs;
  for (;;) {
    const before = instantMs;
    for (const series of serieses) {
      const next = nextSound(series, bars, instantMs);
      if (next === null) return null;
      instantMs = next;
    }
    if (instantMs === before) return instantMs;
  }
}

function nextSound(series: CandleSeries, bars: number, notBeforeMs: EpochMs): EpochMs | null {
  const widthMs = TIMEFRAME_MS[series.timeframe];
  const firstOpenMs = lastClosedOpenAtMs(notBeforeMs, series.timeframe);
  let run = 0;
  for (let i = 0; i < series.length; i++) {
    const at = series.openAtMs[i]!;
    run = i > 0 && at - series.openAtMs[i - 1]! === widthMs ? run + 1 : 1;
    if (run >= bars && at >= firstOpenMs) return Math.max(notBeforeMs, at + widthMs);
  }
  return null;
}
