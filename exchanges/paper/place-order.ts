import type { Big } from 'big.js';
import { decimal, decimalText } from '#domain/decimal.ts';
import { isOrderFinal, type Order, type OrderRequest } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import { isConditional } from '#exchanges/request-objection.ts';
import { shortfallReason, takeLiquidity } from './fill-order.ts';
import { marginShortfall, reservePerBase } from './margin.ts';
import { asOrder, cancelOrder, createOrder, cutToPosition, keepOrder, stepOrder } from './order-life.ts';
import { orderObjection } from './order-objection.ts';
import { draftOf, markOf, type PaperBooks, type PaperOrder, type Session } from './paper-books.ts';
import { fillableBase, takerPrice, touchPrice } from './taker-price.ts';
import { trailedTo } from './trail.ts';

export interface Placement {
  readonly books: PaperBooks;
  /** Rejected with the venue's reason, or as it stands after what it could take at once. */
  readonly order: Order;
}

/**
 * Places an order whose client id is new, in books that hold the symbol's newest mark. A rejected order is kept too,
 * so that a look-up after a crash tells of it. An order sent inside a bar acts at the close before it.
 */
export function placeOrder(
  { books: given, ...market }: Session,
  request: OrderRequest,
  nowMs: EpochMs,
): Placement {
  const books = draftOf(given);
  books.advancedToMs = Math.max(books.advancedToMs, nowMs);
  const session = { books, ...market };
  const created = createOrder(books, request, nowMs);
  const seen = trailedTo(created, markOf(books, request.symbol).closeQuote);
  const priced = { ...seen, reserveQuotePerBase: reserveOf(session, created) };
  const objection = objectionTo(session, priced);
  const order = objection
    ? keepOrder(books, stepOrder(priced, 'rejected', nowMs, objection), market.settings)
    : startWork(session, stepOrder(priced, 'submitted', nowMs), nowMs);
  return { books, order: asOrder(order) };
}

/** Cancels a working order in a draft of the books. */
export function withdrawOrder(
  session: Omit<Session, 'instrument'>,
  order: PaperOrder,
  atMs: EpochMs,
): Placement {
  const books = draftOf(session.books);
  const cancelled = cancelOrder(books, order, atMs, 'cancelled on request', session.settings);
  return { books, order: asOrder(cancelled) };
}

function objectionTo(session: Session, order: PaperOrder): string | null {
  const { books, instrument } = session;
  const objection = orderObjection(order, {
    instrument,
    position: books.positions[order.symbol],
    working: books.working.filter((other) => other.symbol === order.symbol),
    lastQuote: decimalText(lastQuote(session, order)),
  });
  if (objection) return objection;
  if (order.timeInForce === 'post_only' && crosses(session, order))
    return `post_only ${order.side} at ${order.priceQuote} would take: ${order.symbol} is at ${lastQuote(session, order).toFixed()}`;
  const quantity = decimal(order.quantityBase);
  const shortfall = marginShortfall(books, order, quantity, expectedPrice(session, order), instrument);
  return shortfall && shortfallReason(order, shortfall);
}

function startWork(session: Session, submitted: PaperOrder, nowMs: EpochMs): PaperOrder {
  const { books, settings } = session;
  const working = keepOrder(books, submitted, settings);
  const acted = actAtOnce(session, working, nowMs);
  if (isOrderFinal(acted.status)) return acted;
  if (acted.timeInForce === 'ioc' && !isConditional(acted))
    return cancelOrder(books, acted, nowMs, 'ioc: the rest found no liquidity', settings);
  return acted.status === 'submitted'
    ? keepOrder(books, stepOrder(acted, 'pending', nowMs), settings)
    : acted;
}

function actAtOnce(session: Session, order: PaperOrder, nowMs: EpochMs): PaperOrder {
  if (isConditional(order)) return order;
  if (order.type === 'limit' && !crosses(session, order))
    return cutToPosition(session.books, order, nowMs, session.settings);
  return takeLiquidity(session, order, lastQuote(session, order), nowMs);
}

/** Whether a limit order reaches the best price of the other side. */
function crosses(session: Session, order: PaperOrder): boolean {
  if (order.priceQuote === null) return false;
  const touch = touchPrice(order.side, lastQuote(session, order), session.instrument, session.settings);
  return order.side === 'buy' ? touch.lte(order.priceQuote) : touch.gte(order.priceQuote);
}

/** What margin is asked for: the limit, the trigger, or what a market order's first part would pay. */
function expectedPrice(session: Session, order: OrderRequest): Big {
  const known = order.priceQuote ?? order.triggerPriceQuote;
  if (known !== null) return decimal(known);
  const { instrument, settings } = session;
  const mark = markOf(session.books, order.symbol);
  const first = fillableBase(decimal(order.quantityBase), mark, instrument, settings);
  return takerPrice(order.side, lastQuote(session, order), first, mark, instrument, settings);
}

function reserveOf(session: Session, order: OrderRequest): string {
  const price = expectedPrice(session, order);
  return price.gt(0) ? decimalText(reservePerBase(order, price, session.instrument)) : '0';
}

function lastQuote(session: Session, order: OrderRequest): Big {
  return decimal(markOf(session.books, order.symbol).closeQuote);
}
