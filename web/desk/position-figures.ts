import type { Position } from '#domain/account.ts';
import type { Order } from '#domain/order.ts';

const WORKING = new Set(['submitted', 'pending', 'partially_filled']);

/** What closing at the mark would leave after fees and funding paid so far; the exit's own fee is not known yet. */
export function netProfitQuote(position: Position): number {
  return Number(position.unrealisedQuote) - Number(position.feesQuote) - Number(position.fundingQuote);
}

/** The trigger of the working stop or target of a position, as text; null when there is none on the venue. */
export function protectionPrice(
  position: Position,
  orders: readonly Order[],
  purpose: 'stop' | 'target',
): string | null {
  const order = orders.find(
    (row) => row.symbol === position.symbol && row.purpose === purpose && WORKING.has(row.status),
  );
  return order?.triggerPriceQuote ?? order?.priceQuote ?? null;
}
