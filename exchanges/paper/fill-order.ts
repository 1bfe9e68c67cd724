/** Turns an order that may trade into fills: how much, at what price, and what becomes of the order. */
import type { Big } from 'big.js';
import { decimal, decimalText, divideDecimals } from '#domain/decimal.ts';
import { isOrderFinal } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import { bookTrade } from './ledger.ts';
import { type MarginShortfall, marginShortfall } from './margin.ts';
import {
  cancelOrder,
  cancelStrandedOrders,
  closableBase,
  cutToPosition,
  keepOrder,
  remainingBase,
  stepOrder,
} from './order-life.ts';
import { markOf, type PaperOrder, type Session } from './paper-books.ts';
import { fillableBase, fillableWithinLimit, takerPrice } from './taker-price.ts';

const AVERAGE_PLACES = 12;

/** A quantity and a price an order could have now. */
export interface Execution {
  readonly quantityBase: Big;
  readonly priceQuote: Big;
  readonly liquidity: 'maker' | 'taker';
}

/** What an order would get as taker from the bar's volume, at `referenceQuote` and slippage; null for nothing. */
export function quoteTaker(session: Session, order: PaperOrder, referenceQuote: Big): Execution | null {
  const { instrument, settings } = session;
  const mark = markOf(session.books, order.symbol);
  let quantityBase = fillableBase(remainingBase(order), mark, instrument, settings);
  if (order.priceQuote !== null) {
    const limit = decimal(order.priceQuote);
    const within = fillableWithinLimit(order.side, limit, referenceQuote, mark, instrument, settings);
    if (within.lt(quantityBase)) quantityBase = within;
  }
  if (quantityBase.lte(0)) return null;
  const priceQuote = takerPrice(order.side, referenceQuote, quantityBase, mark, instrument, settings);
  return { quantityBase, priceQuote, liquidity: 'taker' };
}

/** Takes what the bar's volume gives at `referenceQuote`; the rest of the order works on. */
export function takeLiquidity(
  session: Session,
  given: PaperOrder,
  referenceQuote: Big,
  atMs: EpochMs,
): PaperOrder {
  const order = cutToPosition(session.books, given, atMs, session.settings);
  if (isOrderFinal(order.status)) return order;
  const execution = quoteTaker(session, order, referenceQuote);
  return execution ? fillOrder(session, order, execution, atMs) : order;
}

/** Fills a resting limit order at `priceQuote`, as far as the bar's volume goes. */
export function fillResting(session: Session, given: PaperOrder, priceQuote: Big, atMs: EpochMs): PaperOrder {
  const order = cutToPosition(session.books, given, atMs, session.settings);
  if (isOrderFinal(order.status)) return order;
  const mark = markOf(session.books, order.symbol);
  const quantityBase = fillableBase(remainingBase(order), mark, session.instrument, session.settings);
  return quantityBase.gt(0)
    ? fillOrder(session, order, { quantityBase, priceQuote, liquidity: 'maker' }, atMs)
    : order;
}

/**
 * Books an execution. The margin was there when the order came, but losses since may have eaten it: then only what
 * closes is filled and the rest of the order is cancelled.
 */
export function fillOrder(
  session: Session,
  order: PaperOrder,
  execution: Execution,
  atMs: EpochMs,
): PaperOrder {
  const { books, instrument } = session;
  const { quantityBase, priceQuote } = execution;
  const shortfall = marginShortfall(books, order, quantityBase, priceQuote, instrument);
  if (!shortfall) return settle(session, order, execution, atMs);
  const closing = closableBase(order.side, books.positions[order.symbol]);
  const left = closing.gt(0) ? settle(session, order, { ...execution, quantityBase: closing }, atMs) : order;
  if (isOrderFinal(left.status)) return left;
  return cancelOrder(books, left, atMs, shortfallReason(order, shortfall), session.settings);
}

export function shortfallReason(order: PaperOrder, shortfall: MarginShortfall): string {
  const needed = shortfall.neededQuote.toFixed();
  return `margin and fee of ${needed} needed for ${order.symbol}, ${shortfall.availableQuote.toFixed()} available`;
}

function settle(session: Session, order: PaperOrder, execution: Execution, atMs: EpochMs): PaperOrder {
  const { books, settings } = session;
  const { quantityBase, priceQuote, liquidity } = execution;
  const mark = markOf(books, order.symbol);
  books.marks[order.symbol] = { ...mark, takenBase: decimalText(quantityBase.plus(mark.takenBase)) };
  const fee = bookTrade(session, {
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId,
    symbol: order.symbol,
    side: order.side,
    purpose: order.purpose,
    leverage: order.leverage,
    quantityBase,
    priceQuote,
    liquidity,
    atMs,
  });
  const filled = quantityBase.plus(order.filledBase);
  const filledQuote = quantityBase.times(priceQuote).plus(order.filledQuote);
  const step = stepOrder(order, filled.eq(order.quantityBase) ? 'filled' : 'partially_filled', atMs);
  const kept = keepOrder(
    books,
    {
      ...step,
      filledBase: decimalText(filled),
      filledQuote: decimalText(filledQuote),
      averagePriceQuote: decimalText(divideDecimals(filledQuote, filled, AVERAGE_PLACES)),
      feesQuote: decimalText(fee.plus(order.feesQuote ?? '0')),
    },
    settings,
  );
  cancelStrandedOrders(books, order.symbol, atMs, settings);
  return kept;
}
