/**
 * The only file that moves money: every change of the balance is here and leaves a fill or a funding payment with the
 * same digits. So balance = starting balance + realised - fees - funding holds by construction.
 */
import type { Big } from 'big.js';
import type { FundingPayment } from '#domain/account.ts';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { Fill } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { closableBase } from './order-life.ts';
import { markOf, type PaperBooks, type Session } from './paper-books.ts';
import { increased, reduced } from './position-math.ts';

/** What traded, before it is known which part closes and which part opens. */
export interface Trade
  extends Pick<
    Fill,
    'clientOrderId' | 'venueOrderId' | 'symbol' | 'side' | 'purpose' | 'liquidity' | 'atMs'
  > {
  readonly quantityBase: Big;
  readonly priceQuote: Big;
  /** Leverage of the position an opening part makes; an existing position keeps its own. */
  readonly leverage: number;
}

/** Books a trade: what closes and what opens are two fills, each with its own fee. Gives the fees of both. */
export function bookTrade(session: Session, trade: Trade): Big {
  const { books, instrument } = session;
  const closable = closableBase(trade.side, books.positions[trade.symbol]);
  const closing = closable.lt(trade.quantityBase) ? closable : trade.quantityBase;
  const opening = trade.quantityBase.minus(closing);
  const feeOf = (quantity: Big) =>
    quantity
      .times(trade.priceQuote)
      .times(
        decimal(trade.liquidity === 'maker' ? instrument.makerFeeFraction : instrument.takerFeeFraction),
      );
  if (closing.gt(0)) bookClose(session, { ...trade, quantityBase: closing }, feeOf(closing));
  if (opening.gt(0)) bookOpen(session, { ...trade, quantityBase: opening }, feeOf(opening));
  return feeOf(trade.quantityBase);
}

/** Books the closing of a part of the position, or of all of it, at a fee already known. */
export function bookClose(session: Session, trade: Trade, feeQuote: Big): void {
  const { books, instrument } = session;
  const position = books.positions[trade.symbol];
  if (!position) throw new Error(`no position in ${trade.symbol} to close`);
  const reduction = reduced(position, trade.quantityBase, trade.priceQuote, instrument);
  if (reduction.position)
    books.positions[trade.symbol] = {
      ...reduction.position,
      feesQuote: decimalText(feeQuote.plus(position.feesQuote)),
    };
  else delete books.positions[trade.symbol];
  recordFill(books, trade, feeQuote, reduction.realisedQuote);
}

function bookOpen(session: Session, trade: Trade, feeQuote: Big): void {
  const { books, instrument } = session;
  const before = books.positions[trade.symbol] ?? newPosition(books, trade);
  books.positions[trade.symbol] = {
    ...increased(before, trade.quantityBase, trade.priceQuote, instrument),
    feesQuote: decimalText(feeQuote.plus(before.feesQuote)),
  };
  recordFill(books, trade, feeQuote, decimal(0));
}

function newPosition(books: PaperBooks, trade: Trade) {
  books.lastPositionNumber += 1;
  return {
    positionId: `${books.accountId}:p${books.lastPositionNumber}`,
    symbol: trade.symbol,
    side: trade.side === 'buy' ? ('long' as const) : ('short' as const),
    quantityBase: '0',
    costQuote: '0',
    leverage: trade.leverage,
    marginQuote: '0',
    liquidationPriceQuote: null,
    feesQuote: '0',
    fundingQuote: '0',
    openedAtMs: trade.atMs,
    fundedToMs: trade.atMs,
  };
}

function recordFill(books: PaperBooks, trade: Trade, feeQuote: Big, realisedQuote: Big): void {
  const { leverage: _leverage, ...told } = trade;
  books.balanceQuote = decimalText(decimal(books.balanceQuote).plus(realisedQuote).minus(feeQuote));
  books.lastSequence += 1;
  books.activity.push({
    kind: 'fill',
    sequence: books.lastSequence,
    fill: {
      ...told,
      fillId: `${books.accountId}:f${books.lastSequence}`,
      quantityBase: decimalText(trade.quantityBase),
      priceQuote: decimalText(trade.priceQuote),
      feeQuote: decimalText(feeQuote),
      realisedQuote: decimalText(realisedQuote),
    },
  });
}

/** Longs pay a positive rate on their notional at the mark, shorts receive it. Nothing for a position opened later. */
export function settleFunding(books: PaperBooks, symbol: MarketSymbol, settlement: FundingSettlement): void {
  const position = books.positions[symbol];
  if (!position || settlement.atMs <= position.fundedToMs) return;
  const notional = decimal(markOf(books, symbol).closeQuote).times(position.quantityBase);
  const rate = decimal(settlement.rateFraction);
  const amount = notional.times(position.side === 'long' ? rate : rate.times(-1));
  books.positions[symbol] = {
    ...position,
    fundingQuote: decimalText(amount.plus(position.fundingQuote)),
    fundedToMs: settlement.atMs,
  };
  books.balanceQuote = decimalText(decimal(books.balanceQuote).minus(amount));
  recordFunding(books, {
    symbol,
    amountQuote: decimalText(amount),
    rateFraction: settlement.rateFraction,
    notionalQuote: decimalText(notional),
    atMs: settlement.atMs,
  });
}

function recordFunding(books: PaperBooks, payment: Omit<FundingPayment, 'paymentId'>): void {
  books.lastSequence += 1;
  books.activity.push({
    kind: 'funding',
    sequence: books.lastSequence,
    funding: { paymentId: `${books.accountId}:n${books.lastSequence}`, ...payment },
  });
}

/** The instant a fill inside a bar is dated with: the bar's last millisecond, never before its order came. */
export function fillTimeMs(barCloseAtMs: EpochMs, orderCreatedAtMs: EpochMs): EpochMs {
  return Math.max(barCloseAtMs - 1, orderCreatedAtMs);
}
