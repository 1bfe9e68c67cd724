/** What OKX's version 5 shows of orders, fills, positions and money. Sizes are contracts. */
import { Big } from 'big.js';
import { divideDecimals } from '#domain/decimal.ts';
import { accountMargins, liquidationPrice, positionMargins } from '#tests/support/venue/margin.ts';
import {
  type AlgoOrder,
  type HeldPosition,
  openPositions,
  quoteOf,
  settingsOf,
  type VenueFill,
  type VenueIncome,
  type VenueOrder,
  type VenueState,
} from '#tests/support/venue/venue-state.ts';
import type { SymbolSpec } from '#tests/support/venue/venue-symbols.ts';
import { originOf } from './place-on-engine.ts';

const PLACES = 8;
/** What one contract is, in the base currency. */
const CONTRACT_BASE: Readonly<Record<string, string>> = { BTC: '0.01', ETH: '0.1', SOL: '1' };
const STATE = {
  NEW: 'live',
  PARTIALLY_FILLED: 'partially_filled',
  FILLED: 'filled',
  CANCELED: 'canceled',
  EXPIRED: 'canceled',
} as const;
const ALGO_STATE = {
  NEW: 'live',
  FINISHED: 'effective',
  CANCELED: 'canceled',
  EXPIRED: 'order_failed',
  REJECTED: 'order_failed',
} as const;

/** `BTCUSDT` as `BTC-USDT-SWAP`. */
export function instIdOf(symbol: string): string {
  return `${symbol.replace(/USDT$/, '')}-USDT-SWAP`;
}

export function symbolOf(instId: string): string {
  return instId.replace('-USDT-SWAP', 'USDT');
}

export function contractBase(symbol: string): Big {
  return new Big(CONTRACT_BASE[symbol.replace(/USDT$/, '')] ?? '1');
}

export function contractsOf(symbol: string, base: Big): string {
  return divideDecimals(base, contractBase(symbol), PLACES).toFixed();
}

export function orderShown(state: VenueState, order: VenueOrder) {
  const origin = originOf(state, order);
  const average = order.executed.gt(0) ? divideDecimals(order.cumQuote, order.executed, PLACES) : null;
  return {
    ...common(order),
    ordId: String(order.orderId),
    // What a conditional order became has an id of the venue's, and the number and the id of where it came from.
    clOrdId: origin ? `O${order.orderId}` : order.clientOrderId,
    algoId: origin ? String(origin.algoId) : '',
    algoClOrdId: origin?.clientAlgoId ?? '',
    ordType: ordTypeOf(order),
    px: order.type === 'LIMIT' ? order.price.toFixed() : '',
    accFillSz: contractsOf(order.symbol, order.executed),
    avgPx: average?.toFixed() ?? '',
    state: STATE[order.status],
    lever: String(settingsOf(state, order.symbol).leverage),
    category: 'normal',
    fee: '',
    feeCcy: 'USDT',
  };
}

export function algoShown(algo: AlgoOrder) {
  const isStop = !algo.type.startsWith('TAKE_PROFIT');
  const price = algo.triggerPrice.toFixed();
  const kind = algo.workingType === 'MARK_PRICE' ? 'mark' : 'last';
  return {
    ...common(algo),
    algoId: String(algo.algoId),
    algoClOrdId: algo.clientAlgoId,
    clOrdId: '',
    ordId: algo.actualOrderId === null ? '' : String(algo.actualOrderId),
    ordIdList: algo.actualOrderId === null ? [] : [String(algo.actualOrderId)],
    ordType: 'conditional',
    state: ALGO_STATE[algo.status],
    slTriggerPx: isStop ? price : '',
    slOrdPx: isStop ? '-1' : '',
    slTriggerPxType: isStop ? kind : '',
    tpTriggerPx: isStop ? '' : price,
    tpOrdPx: isStop ? '' : '-1',
    tpTriggerPxType: isStop ? '' : kind,
  };
}

export function fillShown(state: VenueState, fill: VenueFill) {
  const isForced = /^autoclose/.test(fill.clientOrderId);
  return {
    instType: 'SWAP',
    instId: instIdOf(fill.symbol),
    tradeId: isForced ? '' : String(fill.id),
    billId: String(fill.id),
    ordId: String(fill.orderId),
    clOrdId: originOf(state, fill) ? `O${fill.orderId}` : fill.clientOrderId,
    side: fill.side.toLowerCase(),
    posSide: 'net',
    subType: isForced ? (fill.side === 'SELL' ? '104' : '105') : fill.side === 'BUY' ? '1' : '2',
    execType: fill.isMaker ? 'M' : 'T',
    fillPx: fill.price.toFixed(),
    fillSz: contractsOf(fill.symbol, fill.quantity),
    fillPnl: fill.realizedPnl.toFixed(),
    // What is paid is below zero.
    fee: fill.commission.times(-1).toFixed(),
    feeCcy: 'USDT',
    ts: String(fill.atMs),
  };
}

/** A payment of an isolated position changes its margin, one of a cross position the balance. */
export function billShown(state: VenueState, { symbol, tranId, income, atMs }: VenueIncome) {
  const amount = income.toFixed();
  const { isIsolated } = settingsOf(state, symbol);
  return {
    instType: 'SWAP',
    instId: instIdOf(symbol),
    billId: String(tranId),
    type: '8',
    subType: income.lt(0) ? '173' : '174',
    ccy: 'USDT',
    balChg: isIsolated ? '0' : amount,
    posBalChg: isIsolated ? amount : '0',
    ts: String(atMs),
  };
}

export function positionShown(state: VenueState, held: HeldPosition) {
  const { notional, unrealized, initial, maintenance } = positionMargins(state, held);
  const { isIsolated, leverage } = settingsOf(state, held.symbol);
  return {
    instType: 'SWAP',
    instId: instIdOf(held.symbol),
    posId: `${held.symbol}-net`,
    posSide: 'net',
    mgnMode: isIsolated ? 'isolated' : 'cross',
    pos: contractsOf(held.symbol, held.quantity),
    avgPx: divideDecimals(held.costQuote, held.quantity, PLACES).toFixed(),
    markPx: quoteOf(state, held.symbol).mark.toFixed(),
    notionalUsd: notional.abs().toFixed(),
    lever: String(leverage),
    liqPx: liquidationPrice(state, held).toFixed(),
    imr: isIsolated ? '' : initial.toFixed(),
    margin: isIsolated ? held.isolatedWallet.toFixed() : '',
    mmr: maintenance.toFixed(),
    upl: unrealized.toFixed(),
    uplRatio: '0',
    ccy: 'USDT',
    cTime: String(held.updatedAtMs),
    uTime: String(held.updatedAtMs),
  };
}

export function balanceShown(state: VenueState) {
  const sums = accountMargins(state);
  const isolated = openPositions(state).filter(({ symbol }) => settingsOf(state, symbol).isIsolated);
  const isoUpl = isolated.reduce(
    (sum, held) => sum.plus(positionMargins(state, held).unrealized),
    new Big(0),
  );
  const isoMargin = isolated.reduce((sum, held) => sum.plus(held.isolatedWallet), new Big(0));
  return {
    uTime: String(state.nowMs()),
    totalEq: sums.wallet.plus(sums.unrealized).toFixed(),
    details: [
      {
        ccy: 'USDT',
        eq: sums.wallet.plus(sums.unrealized).toFixed(),
        cashBal: sums.crossWallet.toFixed(),
        isoEq: isoMargin.plus(isoUpl).toFixed(),
        isoUpl: isoUpl.toFixed(),
        upl: sums.crossUnrealized.toFixed(),
        ordFrozen: sums.openOrderInitial.toFixed(),
        frozenBal: isoMargin.plus(sums.openOrderInitial).toFixed(),
        availEq: sums.available.toFixed(),
        availBal: sums.available.toFixed(),
      },
    ],
  };
}

export function instrumentShown({ symbol, filters, brackets }: SymbolSpec) {
  const contracts = (base: Big) => contractsOf(symbol, base);
  return {
    instType: 'SWAP',
    instId: instIdOf(symbol),
    uly: instIdOf(symbol).replace('-SWAP', ''),
    instFamily: instIdOf(symbol).replace('-SWAP', ''),
    baseCcy: '',
    quoteCcy: '',
    settleCcy: 'USDT',
    ctType: 'linear',
    ctVal: contractBase(symbol).toFixed(),
    ctMult: '1',
    ctValCcy: symbol.replace(/USDT$/, ''),
    state: 'live',
    lever: String(brackets[0]?.initialLeverage ?? 1),
    tickSz: filters.tickSize.toFixed(),
    lotSz: contracts(filters.stepSize),
    minSz: contracts(filters.minQuantity),
    maxLmtSz: contracts(filters.maxQuantity),
    maxMktSz: contracts(filters.maxMarketQuantity),
    listTime: '1573557408000',
    expTime: '',
  };
}

function common(order: VenueOrder | AlgoOrder) {
  return {
    instType: 'SWAP',
    instId: instIdOf(order.symbol),
    side: order.side.toLowerCase(),
    posSide: 'net',
    tdMode: 'isolated',
    sz: contractsOf(order.symbol, order.quantity),
    reduceOnly: String(order.reduceOnly),
    cTime: String(order.createdAtMs),
    uTime: String(order.updatedAtMs),
  };
}

function ordTypeOf({ type, timeInForce }: VenueOrder): string {
  if (type === 'MARKET') return 'market';
  return { GTX: 'post_only', IOC: 'ioc', FOK: 'fok' }[timeInForce] ?? 'limit';
}
