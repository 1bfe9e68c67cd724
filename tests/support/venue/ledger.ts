/** Turns fills and funding into positions, wallet and income. Every sum is exact: nothing is lost to rounding. */
import { Big } from 'big.js';
import { divideDecimals } from '#domain/decimal.ts';
import {
  type HeldPosition,
  nextId,
  openPositions,
  positionOf,
  quoteOf,
  settingsOf,
  specOf,
  type VenueFill,
  type VenueIncome,
  type VenueOrder,
  type VenueState,
} from './venue-state.ts';

/** The venue books to eight digits. */
const PLACES = 8;

export interface FillTerms {
  readonly price: Big;
  readonly quantity: Big;
  readonly isMaker: boolean;
}

export function applyFill(state: VenueState, order: VenueOrder, terms: FillTerms): VenueFill {
  const { price, quantity, isMaker } = terms;
  const quoteQuantity = price.times(quantity);
  const held = positionOf(state, order.symbol, order.positionSide);
  const realizedPnl = movePosition(state, held, order.side === 'BUY' ? quantity : quantity.times(-1), price);
  const bps = isMaker ? state.fees.makerBps : state.fees.takerBps;
  const commission = rounded(quoteQuantity.times(bps).times('0.0001'));
  const fill: VenueFill = {
    id: nextId(state),
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    price,
    quantity,
    quoteQuantity,
    commission,
    realizedPnl,
    isMaker,
    atMs: state.nowMs(),
  };
  state.fills.push(fill);
  const tradeId = String(fill.id);
  book(state, { symbol: order.symbol, incomeType: 'COMMISSION', income: commission.times(-1), tradeId });
  if (!realizedPnl.eq(0))
    book(state, { symbol: order.symbol, incomeType: 'REALIZED_PNL', income: realizedPnl, tradeId });
  order.executed = order.executed.plus(quantity);
  order.cumQuote = order.cumQuote.plus(quoteQuantity);
  order.status = order.executed.gte(order.quantity) ? 'FILLED' : 'PARTIALLY_FILLED';
  order.updatedAtMs = fill.atMs;
  return fill;
}

/** Moves money into or out of the wallet and writes the line that says why. */
export function book(
  state: VenueState,
  entry: Pick<VenueIncome, 'symbol' | 'incomeType' | 'income'> & { tradeId?: string },
): void {
  const { symbol, incomeType, income, tradeId = '' } = entry;
  state.walletBalance = state.walletBalance.plus(income);
  const info = tradeId === '' ? incomeType : tradeId;
  state.income.push({
    tranId: nextId(state),
    symbol,
    incomeType,
    income,
    info,
    tradeId,
    atMs: state.nowMs(),
  });
}

/** A settlement of funding: with a positive rate longs pay and shorts receive. */
export function payFunding(state: VenueState, symbol: string, fundingRate: Big): void {
  specOf(state, symbol);
  const { mark } = quoteOf(state, symbol);
  state.fundingRates.push({ symbol, fundingRate, fundingTime: state.nowMs(), markPrice: mark });
  for (const { quantity } of openPositions(state, symbol))
    book(state, {
      symbol,
      incomeType: 'FUNDING_FEE',
      income: rounded(quantity.times(mark).times(fundingRate).times(-1)),
    });
}

/** @returns what the closed part has realised */
function movePosition(state: VenueState, held: HeldPosition, change: Big, price: Big): Big {
  held.updatedAtMs = state.nowMs();
  const before = held.quantity;
  const isOpening = before.eq(0) || before.gt(0) === change.gt(0);
  if (isOpening) {
    open(state, held, change, price);
    return new Big(0);
  }
  const closed = before.abs().lt(change.abs()) ? before.abs() : change.abs();
  const isWhole = closed.eq(before.abs());
  const share = (whole: Big) =>
    isWhole ? whole : divideDecimals(whole.times(closed), before.abs(), PLACES, 'nearest');
  const costPart = share(held.costQuote);
  const isolatedPart = share(held.isolatedWallet);
  const signedClosed = before.gt(0) ? closed : closed.times(-1);
  held.quantity = before.minus(signedClosed);
  held.costQuote = held.costQuote.minus(costPart);
  held.isolatedWallet = held.isolatedWallet.minus(isolatedPart);
  const rest = change.plus(signedClosed);
  if (!rest.eq(0)) open(state, held, rest, price);
  return signedClosed.times(price).minus(costPart);
}

function open(state: VenueState, held: HeldPosition, change: Big, price: Big): void {
  held.quantity = held.quantity.plus(change);
  held.costQuote = held.costQuote.plus(change.times(price));
  const { isIsolated, leverage } = settingsOf(state, held.symbol);
  if (isIsolated)
    held.isolatedWallet = held.isolatedWallet.plus(
      divideDecimals(change.abs().times(price), new Big(leverage), PLACES, 'up'),
    );
}

export function rounded(amount: Big): Big {
  return amount.round(PLACES, Big.roundHalfUp);
}
