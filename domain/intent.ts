import { z } from 'zod';
import { OrderRequest } from './order.ts';
import { EpochMs } from './time.ts';

/**
 * `planned` is committed before the send; from there only evidence moves it.
 * `unknown` waits for a look-up and blocks every open of its desk; `settled` is an unknown the venue never saw.
 */
export const IntentStatus = z.enum([
  'planned',
  'sent',
  'acknowledged',
  'partially_filled',
  'filled',
  'cancelled',
  'rejected',
  'unknown',
  'settled',
]);
export type IntentStatus = z.infer<typeof IntentStatus>;

export const INTENT_STEPS: Readonly<Record<IntentStatus, readonly IntentStatus[]>> = {
  planned: ['sent', 'cancelled', 'rejected'],
  sent: ['acknowledged', 'partially_filled', 'filled', 'cancelled', 'rejected', 'unknown', 'settled'],
  unknown: ['acknowledged', 'partially_filled', 'filled', 'cancelled', 'rejected', 'settled'],
  acknowledged: ['partially_filled', 'filled', 'cancelled', 'rejected'],
  partially_filled: ['partially_filled', 'filled', 'cancelled'],
  filled: [],
  cancelled: [],
  rejected: [],
  settled: [],
};

export function canStepIntent(from: IntentStatus, to: IntentStatus): boolean {
  return INTENT_STEPS[from].includes(to);
}

/** Whether no evidence moves it any further. */
export function isIntentFinal(status: IntentStatus): boolean {
  return INTENT_STEPS[status].length === 0;
}

/** One order we mean to send, written before it is sent. */
export const OrderIntent = z.object({
  intentId: z.string(),
  runId: z.string(),
  deskId: z.string(),
  proposalId: z.string().nullable(),
  status: IntentStatus,
  request: OrderRequest,
  reason: z.string().nullable(),
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
});
export type OrderIntent = z.infer<typeof OrderIntent>;
