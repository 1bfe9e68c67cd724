import { createHash } from 'node:crypto';
import type { OrderPurpose } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';

export interface OrderIdentity {
  readonly runId: string;
  readonly symbol: MarketSymbol;
  readonly leg: OrderPurpose;
  /** Counts the orders of one leg; a re-try of the same order keeps its number. */
  readonly sequence: number;
}

/** At most 30 characters, the same for the same identity in every process and after every restart. */
export function clientOrderId({ runId, symbol, leg, sequence }: OrderIdentity): string {
  const digest = createHash('sha256').update(`${runId}|${symbol}|${leg}|${sequence}`).digest('hex');
  return `vg${leg[0]}${sequence % 100}-${digest.slice(0, 24)}`;
}
