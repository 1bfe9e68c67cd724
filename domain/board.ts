import { z } from 'zod';
import { DecidedBy } from './opinion.ts';
import { CycleOutcome } from './run.ts';
import { PointReading, QAdvice, Regime, SignalAction, Spike } from './signal.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';
import { BreakerLevel } from './trading-state.ts';

/** One symbol as the desk's last cycle saw it. */
export const BoardRow = z.object({
  symbol: MarketSymbol,
  /** Null where its data could not be used. */
  lastQuote: z.number().positive().nullable(),
  /** Against the price a day before; null where that is not known. */
  dayChangeFraction: z.number().nullable(),
  regime: Regime.nullable(),
  action: SignalAction.nullable(),
  score: z.number().int().nullable(),
  readings: z.array(PointReading),
  spikes: z.array(Spike),
  /** The Scanner's place for it, 1 the best; null where it named none. */
  rank: z.number().int().positive().nullable(),
  /** The Scanner's words; null where it said nothing of it. */
  words: z.string().nullable(),
  isHeld: z.boolean(),
  isSubject: z.boolean(),
  /** Why it was looked at closely, or why not. */
  why: z.string(),
  advice: QAdvice.nullable(),
});
export type BoardRow = z.infer<typeof BoardRow>;

/** The Scanner's board: every symbol of the universe in the desk's last cycle that saw a market. */
export const Board = z.object({
  runId: z.string(),
  /** Market time. */
  asOfMs: EpochMs,
  outcome: CycleOutcome,
  level: BreakerLevel,
  /** Null where the cycle ended before anybody was to rank, or had nothing to rank. */
  scanner: z.object({ decidedBy: DecidedBy, summary: z.string() }).nullable(),
  /** What the Q-table may say at all. */
  table: z.object({ tableId: z.string().nullable(), words: z.string() }),
  rows: z.array(BoardRow),
});
export type Board = z.infer<typeof Board>;
