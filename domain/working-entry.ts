import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { TradeProposal } from './proposal.ts';
import { EpochMs } from './time.ts';

/**
 * An entry that goes out over time, in one order after another: as a `limit` that rests and follows the market, or as
 * `twap` slices. Only its end is ever written to it; what it has sent and filled is told by its intents and their orders.
 */
export const WorkingEntry = z.object({
  /** The client order id of its first order. */
  entryId: z.string(),
  runId: z.string(),
  deskId: z.string(),
  proposal: TradeProposal,
  style: z.enum(['limit', 'twap']),
  /** The most it may fill: what the gate passed when it began. */
  quantityBase: DecimalText,
  /** Into how many orders a `twap` is cut; 1 for a `limit`. */
  slices: z.number().int().min(1),
  startedAtMs: EpochMs,
  /** What has not filled by then is cancelled. */
  deadlineAtMs: EpochMs,
});
export type WorkingEntry = z.infer<typeof WorkingEntry>;

/** An entry at work, with how far it has come. */
export const EntryProgress = WorkingEntry.extend({
  filledBase: DecimalText,
  /** The price of the order that rests for it now; null between two orders. */
  restsAtQuote: DecimalText.nullable(),
});
export type EntryProgress = z.infer<typeof EntryProgress>;
