/** What the account has, what its positions and orders hold, and whether an order can be carried. */
import type { Big } from 'big.js';
import type { Account, Position } from '#domain/account.ts';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderRequest } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import { closableBase, remainingBase } from './order-life.ts';
import { markOf, type PaperBooks, type PaperOrder, type PaperPosition } from './paper-books.ts';
import { averageEntry, initialMargin, reduced, unrealised } from './position-math.ts';

/** Margin of the positions and of the working orders that would open more, but for one order. */
export function marginUsed(books: PaperBooks, exceptClientOrderId: string | null = null): Big {
  const held = Object.values(books.positions).map((position) => position.marginQuote);
  const reserved = books.working
    .filter((order) => order.clientOrderId !== exceptClientOrderId)
    .map((order) => reservedBy(books, order));
  return sumDecimals(held).plus(sumDecimals(reserved));
}

function reservedBy(books: PaperBooks, order: PaperOrder): Big {
  const opening = remainingBase(order).minus(closableBase(order.side, books.positions[order.symbol]));
  return opening.gt(0) ? opening.times(order.reserveQuotePerBase) : decimal(0);
}

/** What each opening base unit of an order at this price holds: its initial margin and the taker fee. */
export function reservePerBase(order: OrderRequest, priceQuote: Big, instrument: Instrument): Big {
  if (order.reduceOnly) return decimal(0);
  return initialMargin(priceQuote, order.leverage).plus(
    priceQuote.times(decimal(instrument.takerFeeFraction)),
  );
}

export interface MarginShortfall {
  readonly neededQuote: Big;
  readonly availableQuote: Big;
}

/**
 * Whether filling `quantityBase` at `priceQuote` needs more margin and fees than the account has free; null when it
 * does not. What the order closes first releases its margin and realises its profit or loss.
 */
export function marginShortfall(
  books: PaperBooks,
  order: OrderRequest,
  quantityBase: Big,
  priceQuote: Big,
  instrument: Instrument,
): MarginShortfall | null {
  const position = books.positions[order.symbol];
  const closable = closableBase(order.side, position);
  const opening = quantityBase.minus(closable);
  if (order.reduceOnly || opening.lte(0)) return null;
  const leverage = position && closable.eq(0) ? position.leverage : order.leverage;
  const fee = quantityBase.times(priceQuote).times(decimal(instrument.takerFeeFraction));
  const neededQuote = initialMargin(opening.times(priceQuote), leverage).plus(fee);
  const free = decimal(books.balanceQuote).minus(marginUsed(books, order.clientOrderId));
  const availableQuote =
    closable.gt(0) && position ? free.plus(freedBy(position, priceQuote, instrument)) : free;
  return neededQuote.gt(availableQuote) ? { neededQuote, availableQuote } : null;
}

function freedBy(position: PaperPosition, priceQuote: Big, instrument: Instrument): Big {
  const closed = reduced(position, decimal(position.quantityBase), priceQuote, instrument);
  return closed.realisedQuote.plus(closed.releasedQuote);
}

export function accountView(books: PaperBooks, asOfMs: EpochMs): Account {
  const balance = decimal(books.balanceQuote);
  const open = sumDecimals(
    Object.values(books.positions).map((position) => unrealised(position, markQuote(books, position))),
  );
  const used = marginUsed(books);
  const free = balance.minus(used);
  return {
    quote: books.quote,
    balanceQuote: books.balanceQuote,
    unrealisedQuote: decimalText(open),
    equityQuote: decimalText(balance.plus(open)),
    marginUsedQuote: decimalText(used),
    availableQuote: decimalText(free.gt(0) ? free : 0),
    asOfMs,
  };
}

export function positionViews(books: PaperBooks): readonly Position[] {
  const bySymbol = Object.values(books.positions).sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  return bySymbol.map((position) => {
    const mark = markQuote(books, position);
    const { costQuote: _cost, fundedToMs: _funded, ...told } = position;
    return {
      ...told,
      entryPriceQuote: decimalText(averageEntry(position)),
      markPriceQuote: decimalText(mark),
      unrealisedQuote: decimalText(unrealised(position, mark)),
    };
  });
}

function markQuote(books: PaperBooks, position: PaperPosition): Big {
  return decimal(markOf(books, position.symbol).closeQuote);
}
