import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';

/** `wanted` where it is there, else the next coarser there is, else the coarsest of the finer; null of none. */
export function chooseTimeframe(available: Iterable<Timeframe>, wanted: Timeframe): Timeframe | null {
  let coarser: Timeframe | null = null;
  let finer: Timeframe | null = null;
  for (const timeframe of available) {
    const widthMs = TIMEFRAME_MS[timeframe];
    if (widthMs >= TIMEFRAME_MS[wanted]) {
      if (coarser === null || widthMs < TIMEFRAME_MS[coarser]) coarser = timeframe;
    } else if (finer === null || widthMs > TIMEFRAME_MS[finer]) finer = timeframe;
  }
  return coarser ?? finer;
}
