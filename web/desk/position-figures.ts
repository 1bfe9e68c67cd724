import type { Position } from '#domain/account.ts';
import type { DeskOrder, DeskPosition } from '../api/types.ts';

const WORKING = new Set(['submitted', 'pending', 'partially_filled']);

/** What closing at the mark would leave after fees and funding paid so far; the exit's own fee is not known yet. */
export function netProfitQuote(position: Position): number {
  return Number(position.unrealisedQuote) - Number(position.feesQuote) - Number(position.fundingQuote);
}

/** What the position is worth at the mark, whichever side it is on. */
export function notionalQuote(position: Position): number {
  return Number(position.quantityBase) * Number(position.markPriceQuote);
}

/** How far the mark is from liquidation, as a fraction of the mark; null where there is none. */
export function liquidationDistance(position: Position): number | null {
  const mark = Number(position.markPriceQuote);
  if (position.liquidationPriceQuote === null || !(mark > 0)) return null;
  return Math.abs(mark - Number(position.liquidationPriceQuote)) / mark;
}

/** The trigger of a position's own working stop or target, as text; null when there is none on the venue. */
export function protectionPrice(
  position: DeskPosition,
  orders: readonly DeskOrder[],
  purpose: 'stop' | 'target',
): string | null {
  const order = orders.find(
    (row) => row.purpose === purpose && WORKING.has(row.status) && protects(row, position),
  );
  return order?.triggerPriceQuote ?? order?.priceQuote ?? null;
}

/** An order of another desk, or one that would add to the position, protects nothing here. */
function protects(order: DeskOrder, position: DeskPosition): boolean {
  return (
    (order.positionId ?? position.positionId) === position.positionId &&
    order.deskId === position.deskId &&
    order.symbol === position.symbol &&
    order.side === (position.side === 'long' ? 'sell' : 'buy')
  );
}
