/** How an order lives in the books: it steps along `ORDER_STEPS`, then stays findable among the finished for a while. */
import { createHash } from 'node:crypto';
import type { Big } from 'big.js';
import { decimal, decimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import {
  canStepOrder,
  isOrderFinal,
  type Order,
  type OrderRequest,
  type OrderStatus,
} from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { isConditional } from '#exchanges/request-objection.ts';
import type { PaperBooks, PaperOrder, PaperPosition } from './paper-books.ts';
import type { PaperSettings } from './paper-settings.ts';

/** 72 bits stand for a client id, where the ids themselves would make the books four times as large. */
function digestOf(clientOrderId: string): string {
  return createHash('sha256').update(clientOrderId).digest().subarray(0, 9).toString('base64url');
}

export function wasClientIdUsed(books: PaperBooks, clientOrderId: string): boolean {
  return workingOrder(books, clientOrderId) !== null || books.usedClientIds.includes(digestOf(clientOrderId));
}

/** The order in its first state, not yet among the working ones. */
export function createOrder(books: PaperBooks, request: OrderRequest, atMs: EpochMs): PaperOrder {
  books.lastOrderNumber += 1;
  return {
    ...request,
    venueOrderId: `${books.accountId}:o${books.lastOrderNumber}`,
    status: 'created',
    filledBase: '0',
    averagePriceQuote: null,
    feesQuote: '0',
    createdAtMs: atMs,
    updatedAtMs: atMs,
    reason: null,
    triggered: false,
    filledQuote: '0',
    reserveQuotePerBase: '0',
  };
}

/** The order one step on. A step that `ORDER_STEPS` does not know is our own fault and aborts the transaction. */
export function stepOrder(
  order: PaperOrder,
  to: OrderStatus,
  atMs: EpochMs,
  reason: string | null = order.reason,
): PaperOrder {
  if (!canStepOrder(order.status, to))
    throw new AppError('internal', `order ${order.clientOrderId} cannot step from ${order.status} to ${to}`);
  return { ...order, status: to, reason, updatedAtMs: Math.max(order.updatedAtMs, atMs) };
}

/** Puts the order where its status says: among the working ones, or on top of the finished. */
export function keepOrder(books: PaperBooks, order: PaperOrder, settings: PaperSettings): PaperOrder {
  const index = books.working.findIndex((known) => known.clientOrderId === order.clientOrderId);
  if (!isOrderFinal(order.status)) {
    if (index < 0) books.working.push(order);
    else books.working[index] = order;
    return order;
  }
  if (index >= 0) books.working.splice(index, 1);
  books.finished.push(asOrder(order));
  const surplus = books.finished.length - settings.finishedOrdersKept;
  if (surplus > 0) books.finished.splice(0, surplus);
  const used = [...books.usedClientIds, digestOf(order.clientOrderId)];
  books.usedClientIds = used.slice(-settings.finishedClientIdsKept);
  return order;
}

export function cancelOrder(
  books: PaperBooks,
  order: PaperOrder,
  atMs: EpochMs,
  reason: string,
  settings: PaperSettings,
): PaperOrder {
  return keepOrder(books, stepOrder(order, 'cancelled', atMs, reason), settings);
}

export function workingOrder(books: PaperBooks, clientOrderId: string): PaperOrder | null {
  return books.working.find((order) => order.clientOrderId === clientOrderId) ?? null;
}

/**
 * The order of that symbol, working or finished; null when the venue never saw it.
 * @throws AppError `conflict` for an order so old that only its client id is remembered: never answered by null,
 * which would say that it may be sent.
 */
export function findOrderIn(books: PaperBooks, symbol: MarketSymbol, clientOrderId: string): Order | null {
  const working = workingOrder(books, clientOrderId);
  const known = working
    ? asOrder(working)
    : books.finished.find((order) => order.clientOrderId === clientOrderId);
  if (known) return known.symbol === symbol ? known : null;
  if (!wasClientIdUsed(books, clientOrderId)) return null;
  throw new AppError(
    'conflict',
    `order ${clientOrderId} finished long ago: only the last ${books.finished.length} finished orders can be read`,
    { context: { symbol, clientOrderId } },
  );
}

export function asOrder(paperOrder: PaperOrder): Order {
  const {
    triggered: _triggered,
    trailedToQuote: _trailed,
    filledQuote: _filled,
    reserveQuotePerBase: _reserve,
    ...order
  } = paperOrder;
  return order;
}

export function remainingBase(order: PaperOrder): Big {
  return decimal(order.quantityBase).minus(order.filledBase);
}

/** How much of an order of this side would close the position. */
export function closableBase(side: OrderRequest['side'], position: PaperPosition | undefined): Big {
  if (!position || (side === 'buy') === (position.side === 'long')) return decimal(0);
  return decimal(position.quantityBase);
}

/** A reduce-only order is cut to what it can still close; with nothing left to close it is cancelled. */
export function cutToPosition(
  books: PaperBooks,
  order: PaperOrder,
  atMs: EpochMs,
  settings: PaperSettings,
): PaperOrder {
  if (!order.reduceOnly) return order;
  const closable = closableBase(order.side, books.positions[order.symbol]);
  if (remainingBase(order).lte(closable)) return order;
  if (closable.eq(0))
    return cancelOrder(books, order, atMs, 'reduce-only: there is no position to reduce', settings);
  const quantityBase = decimalText(closable.plus(order.filledBase));
  const reason = `reduce-only: cut from ${order.quantityBase} to the position, ${quantityBase}`;
  return keepOrder(books, { ...order, quantityBase, reason }, settings);
}

/**
 * After a position has gone or turned, cancels the reduce-only orders that rest or still work at the market.
 * Conditional ones that have not fired stay until somebody cancels them, as on Binance.
 */
export function cancelStrandedOrders(
  books: PaperBooks,
  symbol: MarketSymbol,
  atMs: EpochMs,
  settings: PaperSettings,
): void {
  const stranded = books.working.filter(
    (order) =>
      order.symbol === symbol &&
      order.reduceOnly &&
      !awaitsTrigger(order) &&
      closableBase(order.side, books.positions[symbol]).eq(0),
  );
  for (const order of stranded)
    cancelOrder(books, order, atMs, 'reduce-only: its position has gone', settings);
}

export function awaitsTrigger(order: PaperOrder): boolean {
  return isConditional(order) && !order.triggered;
}
