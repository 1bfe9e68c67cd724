import { z } from 'zod';
import { PointReading, Regime, Signal } from './signal.ts';

/** A signal as the history lists it; its evidence stands in the record of its run. */
export const PastSignal = Signal.pick({
  symbol: true,
  action: true,
  score: true,
  confidenceFraction: true,
  lastQuote: true,
}).extend({
  signalId: z.string(),
  deskId: z.string(),
  runId: z.string(),
  /** The rules that voted, with their points. */
  points: z.partialRecord(PointReading.shape.rule, z.number().int()),
  /** How many spikes it counted. */
  spikes: z.number().int().nonnegative(),
  trend: Regime.shape.trend,
  volatility: Regime.shape.volatility,
  /** Market time of the cycle's look. */
  atMs: Signal.shape.atMs,
});
export type PastSignal = z.infer<typeof PastSignal>;
