/** Orders, fills and positions as they go over the wire: every amount a text with the symbol's own digits. */
import { Big } from 'big.js';
import { divideDecimals } from '#domain/decimal.ts';
import { liquidationPrice, positionMargins } from './margin.ts';
import {
  type AlgoOrder,
  type HeldPosition,
  quoteOf,
  settingsOf,
  specOf,
  type VenueFill,
  type VenueIncome,
  type VenueOrder,
  type VenueState,
} from './venue-state.ts';

export function orderPayload(state: VenueState, order: VenueOrder) {
  const text = textsOf(state, order.symbol);
  const average = order.executed.eq(0) ? new Big(0) : divideDecimals(order.cumQuote, order.executed, 8);
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: text.price(order.price),
    avgPrice: average.toFixed(),
    origQty: text.quantity(order.quantity),
    executedQty: text.quantity(order.executed),
    cumQuote: order.cumQuote.toFixed(),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: '0',
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: order.origType,
    priceMatch: 'NONE',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    goodTillDate: 0,
    time: order.createdAtMs,
    updateTime: order.updatedAtMs,
  };
}

/** The answer to a new or cancelled order: no `time`, and with ACK nothing of what it has filled. */
export function orderAnswer(state: VenueState, order: VenueOrder, responseType: string) {
  const { time: _, ...shown } = orderPayload(state, order);
  const answer = { ...shown, cumQty: shown.executedQty };
  if (responseType === 'RESULT') return answer;
  const zero = textsOf(state, order.symbol).quantity(new Big(0));
  return { ...answer, status: 'NEW', avgPrice: '0.00', executedQty: zero, cumQty: zero, cumQuote: '0' };
}

export function algoPayload(state: VenueState, algo: AlgoOrder) {
  const text = textsOf(state, algo.symbol);
  const zero = text.price(new Big(0));
  const order = state.orders.find(({ orderId }) => orderId === algo.actualOrderId);
  return {
    algoId: algo.algoId,
    clientAlgoId: algo.clientAlgoId,
    algoType: 'CONDITIONAL',
    orderType: algo.type,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: algo.positionSide,
    timeInForce: algo.timeInForce,
    quantity: text.quantity(algo.quantity),
    algoStatus: algo.status,
    actualOrderId: algo.actualOrderId === null ? '' : String(algo.actualOrderId),
    actualPrice: order?.executed.gt(0) ? orderPayload(state, order).avgPrice : '0.00000',
    triggerPrice: text.price(algo.triggerPrice),
    price: text.price(algo.price),
    icebergQuantity: null,
    tpTriggerPrice: zero,
    tpPrice: zero,
    slTriggerPrice: zero,
    slPrice: zero,
    tpOrderType: '',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    workingType: algo.workingType,
    priceMatch: 'NONE',
    closePosition: algo.closePosition,
    priceProtect: false,
    reduceOnly: algo.reduceOnly,
    ...(algo.callbackRate && {
      activatePrice: algo.activatePrice ? text.price(algo.activatePrice) : '',
      callbackRate: algo.callbackRate.toFixed(),
    }),
    createTime: algo.createdAtMs,
    updateTime: algo.updatedAtMs,
    triggerTime: algo.triggeredAtMs ?? 0,
    goodTillDate: 0,
  };
}

export function fillPayload(state: VenueState, fill: VenueFill) {
  const text = textsOf(state, fill.symbol);
  return {
    symbol: fill.symbol,
    id: fill.id,
    orderId: fill.orderId,
    side: fill.side,
    price: text.price(fill.price),
    qty: text.quantity(fill.quantity),
    realizedPnl: money(fill.realizedPnl),
    marginAsset: 'USDT',
    quoteQty: fill.quoteQuantity.toFixed(),
    commission: money(fill.commission),
    commissionAsset: 'USDT',
    time: fill.atMs,
    positionSide: fill.positionSide,
    buyer: fill.side === 'BUY',
    maker: fill.isMaker,
  };
}

export function incomePayload(entry: VenueIncome) {
  return {
    symbol: entry.symbol,
    incomeType: entry.incomeType,
    income: money(entry.income),
    asset: 'USDT',
    time: entry.atMs,
    info: entry.info,
    tranId: entry.tranId,
    tradeId: entry.tradeId,
  };
}

/** A position of version 3 of the interface, which has no leverage. */
export function positionPayload(state: VenueState, held: HeldPosition) {
  const text = textsOf(state, held.symbol);
  const { notional, unrealized, initial, maintenance } = positionMargins(state, held);
  const isFlat = held.quantity.eq(0);
  const entry = isFlat ? new Big(0) : divideDecimals(held.costQuote, held.quantity, 8);
  const isIsolated = settingsOf(state, held.symbol).isIsolated;
  const fee = entry
    .times(state.fees.takerBps)
    .times('0.0002')
    .times(held.quantity.gte(0) ? 1 : -1);
  return {
    symbol: held.symbol,
    positionSide: held.positionSide,
    positionAmt: text.quantity(held.quantity),
    entryPrice: entry.toFixed(),
    breakEvenPrice: entry.plus(fee).round(8).toFixed(),
    markPrice: money(quoteOf(state, held.symbol).mark),
    unRealizedProfit: money(unrealized),
    liquidationPrice: isFlat ? '0' : liquidationPrice(state, held).toFixed(),
    isolatedMargin: isIsolated ? money(held.isolatedWallet.plus(unrealized)) : '0',
    notional: money(notional),
    marginAsset: 'USDT',
    isolatedWallet: isIsolated ? money(held.isolatedWallet) : '0',
    initialMargin: money(initial),
    maintMargin: money(maintenance),
    positionInitialMargin: money(initial),
    openOrderInitialMargin: '0',
    adl: isFlat ? 0 : 1,
    bidNotional: '0',
    askNotional: '0',
    updateTime: held.updatedAtMs,
  };
}

export function money(amount: Big): string {
  return amount.toFixed(8);
}

export function textsOf(state: VenueState, symbol: string) {
  const { tickSize, stepSize } = specOf(state, symbol).filters;
  const digits = (step: Big) => Math.max(0, step.c.length - 1 - step.e);
  const [priceDigits, quantityDigits] = [digits(tickSize), digits(stepSize)];
  return {
    price: (value: Big) => value.toFixed(priceDigits),
    quantity: (value: Big) => value.toFixed(quantityDigits),
  };
}
