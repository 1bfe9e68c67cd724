/** What Bybit's version 5 shows of orders, executions, positions and money. */
import { Big } from 'big.js';
import { divideDecimals } from '#domain/decimal.ts';
import { accountMargins, liquidationPrice, positionMargins } from '#tests/support/venue/margin.ts';
import {
  type AlgoOrder,
  type HeldPosition,
  quoteOf,
  settingsOf,
  type VenueFill,
  type VenueIncome,
  type VenueOrder,
  type VenueState,
} from '#tests/support/venue/venue-state.ts';
import type { SymbolSpec } from '#tests/support/venue/venue-symbols.ts';
import { type AnyOrder, originOf } from './place-on-engine.ts';

const PLACES = 8;
const STATUS = {
  NEW: 'New',
  PARTIALLY_FILLED: 'PartiallyFilled',
  FILLED: 'Filled',
  CANCELED: 'Cancelled',
  EXPIRED: 'Cancelled',
} as const;

/** Opaque to clients, as the venue's are. */
export function bybitId(number: number): string {
  return `b1b17000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function sideOf({ side }: Pick<VenueOrder, 'side'>): string {
  return side === 'BUY' ? 'Buy' : 'Sell';
}

/** A conditional order and the one it became are the same order here. */
export function orderShown(state: VenueState, order: AnyOrder) {
  const algo = 'algoId' in order ? order : null;
  const regular =
    'orderId' in order ? order : state.orders.find(({ orderId }) => orderId === order.actualOrderId);
  const executed = regular?.executed ?? new Big(0);
  const isMaker = regular?.timeInForce === 'GTX';
  const average = executed.gt(0) ? divideDecimals(regular?.cumQuote ?? new Big(0), executed, PLACES) : null;
  return {
    orderId: bybitId(algo?.algoId ?? regular?.orderId ?? 0),
    orderLinkId: algo?.clientAlgoId ?? regular?.clientOrderId ?? '',
    symbol: order.symbol,
    side: sideOf(order),
    positionIdx: 0,
    orderStatus: regular ? STATUS[regular.status] : algo?.status === 'NEW' ? 'Untriggered' : 'Deactivated',
    createType: 'CreateByUser',
    cancelType: 'UNKNOWN',
    rejectReason: isMaker && executed.eq(0) ? 'EC_PostOnlyWillTakeLiquidity' : 'EC_NoError',
    orderType: regular?.type === 'LIMIT' ? 'Limit' : 'Market',
    stopOrderType: algo ? 'Stop' : '',
    timeInForce: isMaker ? 'PostOnly' : regular?.timeInForce === 'GTC' ? 'GTC' : 'IOC',
    price: order.price.toFixed(),
    qty: (regular ?? order).quantity.toFixed(),
    leavesQty: order.quantity.minus(executed).toFixed(),
    cumExecQty: executed.toFixed(),
    cumExecValue: regular?.cumQuote.toFixed() ?? '0',
    avgPrice: average?.toFixed() ?? '',
    triggerPrice: algo?.triggerPrice.toFixed() ?? '',
    triggerDirection: algo ? directionOf(algo) : 0,
    triggerBy: algo ? (algo.workingType === 'MARK_PRICE' ? 'MarkPrice' : 'LastPrice') : '',
    takeProfit: '',
    stopLoss: '',
    tpslMode: '',
    reduceOnly: order.reduceOnly,
    closeOnTrigger: false,
    createdTime: String(order.createdAtMs),
    updatedTime: String(Math.max(order.updatedAtMs, regular?.updatedAtMs ?? 0)),
  };
}

export function executionShown(state: VenueState, fill: VenueFill) {
  const algo = originOf(state, fill);
  const order = state.orders.find(({ orderId }) => orderId === fill.orderId);
  return {
    symbol: fill.symbol,
    orderId: bybitId(algo?.algoId ?? fill.orderId),
    orderLinkId: algo?.clientAlgoId ?? fill.clientOrderId,
    side: sideOf(fill),
    orderType: order?.type === 'LIMIT' ? 'Limit' : 'Market',
    execType: /^autoclose/.test(fill.clientOrderId) ? 'BustTrade' : 'Trade',
    execId: bybitId(fill.id),
    execPrice: fill.price.toFixed(),
    execQty: fill.quantity.toFixed(),
    execValue: fill.quoteQuantity.toFixed(),
    execFee: fill.commission.toFixed(),
    feeRate: (fill.isMaker ? state.fees.makerBps : state.fees.takerBps).times('0.0001').toFixed(),
    feeCurrency: '',
    isMaker: fill.isMaker,
    execTime: String(fill.atMs),
  };
}

/** A line of the log: what an execution or a payment did to the cash of the account. */
export function transactionShown(
  state: VenueState,
  { symbol, incomeType, income, tradeId, tranId, atMs }: VenueIncome,
) {
  const fill = state.fills.find(({ id }) => String(id) === tradeId);
  return {
    id: String(tranId),
    symbol,
    category: 'linear',
    currency: 'USDT',
    type: fill ? 'TRADE' : 'SETTLEMENT',
    tradeId: bybitId(fill?.id ?? tranId),
    cashFlow: fill?.realizedPnl.toFixed() ?? '0',
    fee: fill?.commission.toFixed() ?? '0',
    funding: incomeType === 'FUNDING_FEE' ? income.toFixed() : '',
    transactionTime: String(atMs),
  };
}

/** The fee of a payment is what was paid: its sign is the other one of what was booked. */
export function fundingShown(state: VenueState, entry: VenueIncome) {
  const { fundingRate } =
    state.fundingRates.find((one) => one.symbol === entry.symbol && one.fundingTime === entry.atMs) ?? {};
  return {
    symbol: entry.symbol,
    orderId: bybitId(entry.tranId),
    orderLinkId: '',
    side: 'Buy',
    execType: 'Funding',
    execId: bybitId(entry.tranId),
    execPrice: quoteOf(state, entry.symbol).mark.toFixed(),
    execFee: entry.income.times(-1).toFixed(),
    feeRate: fundingRate?.toFixed() ?? '0',
    execTime: String(entry.atMs),
  };
}

export function positionShown(state: VenueState, held: HeldPosition, isHedged: boolean) {
  const { notional, unrealized, initial, maintenance } = positionMargins(state, held);
  const size = held.quantity.abs();
  return {
    positionIdx: isHedged ? 1 : 0,
    symbol: held.symbol,
    side: size.eq(0) ? '' : held.quantity.gt(0) ? 'Buy' : 'Sell',
    size: size.toFixed(),
    avgPrice: size.eq(0) ? '0' : divideDecimals(held.costQuote, held.quantity, PLACES).toFixed(),
    positionValue: notional.abs().toFixed(),
    leverage: String(settingsOf(state, held.symbol).leverage),
    markPrice: quoteOf(state, held.symbol).mark.toFixed(),
    liqPrice: size.eq(0) ? '' : liquidationPrice(state, held).toFixed(),
    bustPrice: '',
    positionIM: initial.toFixed(),
    positionMM: maintenance.toFixed(),
    positionBalance: held.isolatedWallet.toFixed(),
    unrealisedPnl: unrealized.toFixed(),
    curRealisedPnl: '0',
    createdTime: String(held.updatedAtMs),
    updatedTime: String(held.updatedAtMs),
  };
}

export function walletShown(state: VenueState) {
  const sums = accountMargins(state);
  return {
    accountType: 'UNIFIED',
    // With isolated margin the sums of the account are left empty.
    totalAvailableBalance: '',
    coin: [
      {
        coin: 'USDT',
        equity: sums.wallet.plus(sums.unrealized).toFixed(),
        walletBalance: sums.wallet.toFixed(),
        unrealisedPnl: sums.unrealized.toFixed(),
        locked: '0',
        bonus: '0',
        availableToWithdraw: '',
        totalPositionIM: sums.positionInitial.toFixed(),
        totalOrderIM: sums.openOrderInitial.toFixed(),
        totalPositionMM: sums.maintenance.toFixed(),
      },
    ],
  };
}

export function instrumentShown({ symbol, filters, listing, brackets }: SymbolSpec) {
  return {
    symbol,
    contractType: 'LinearPerpetual',
    status: 'Trading',
    baseCoin: listing.baseAsset,
    quoteCoin: 'USDT',
    settleCoin: 'USDT',
    launchTime: '1584230400000',
    priceFilter: {
      minPrice: filters.minPrice.toFixed(),
      maxPrice: filters.maxPrice.toFixed(),
      tickSize: filters.tickSize.toFixed(),
    },
    lotSizeFilter: {
      minOrderQty: filters.minQuantity.toFixed(),
      maxOrderQty: filters.maxQuantity.toFixed(),
      maxMktOrderQty: filters.maxMarketQuantity.toFixed(),
      qtyStep: filters.stepSize.toFixed(),
      minNotionalValue: filters.minNotional.toFixed(),
    },
    leverageFilter: {
      minLeverage: '1',
      maxLeverage: String(brackets[0]?.initialLeverage ?? 1),
      leverageStep: '0.01',
    },
  };
}

function directionOf(algo: AlgoOrder): number {
  const isStop = !algo.type.startsWith('TAKE_PROFIT');
  return (algo.side === 'BUY') === isStop ? 1 : 2;
}
