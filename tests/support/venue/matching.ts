/** Regular orders: market and limit, with every time in force. The best bid and ask are as deep as anyone needs. */
import { Big } from 'big.js';
import { applyFill } from './ledger.ts';
import { accountMargins, orderMargin } from './margin.ts';
import {
  checkMinNotional,
  checkPercentPrice,
  readClientId,
  readPrice,
  readQuantity,
  readTicket,
  readTimeInForce,
} from './order-checks.ts';
import type { RequestParameters } from './request-parameters.ts';
import { notWanted, refusal } from './venue-refusal.ts';
import {
  closableBy,
  isWorking,
  nextId,
  quoteOf,
  settingsOf,
  specOf,
  type VenueOrder,
  type VenueState,
} from './venue-state.ts';

/** How an order fills when it does not simply fill at once. */
export interface FillPlan {
  /** The share that fills at once; 0 acknowledges the order as NEW. */
  readonly firstFraction: string;
  /** When the rest fills; null lets it rest (limit) or expire (market, IOC). */
  readonly restAfterMs: number | null;
}

const CONDITIONAL_TYPES = new Set([
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
]);

export function placeOrder(state: VenueState, parameters: RequestParameters, plan?: FillPlan): VenueOrder {
  const { symbol, spec, side, positionSide, reduceOnly } = readTicket(state, parameters);
  const type = parameters.required('type');
  if (CONDITIONAL_TYPES.has(type)) throw refusal(-4120);
  if (type !== 'MARKET' && type !== 'LIMIT') throw refusal(-1116);
  const isLimit = type === 'LIMIT';
  const timeInForce = readTimeInForce(parameters, isLimit);
  const quantity = readQuantity(parameters, spec, !isLimit);
  if (!isLimit && parameters.has('price')) throw notWanted('price');
  const price = isLimit ? readPrice(parameters, spec, 'price') : new Big(0);
  if (isLimit) checkPercentPrice(state, spec, side, price);
  const orderId = nextId(state);
  const order = newOrder(state, {
    orderId,
    clientOrderId: readClientId(parameters, 'newClientOrderId', orderId),
    symbol,
    side,
    positionSide,
    type,
    origType: type,
    timeInForce,
    price,
    reduceOnly,
    closePosition: false,
    quantity,
  });
  submitOrder(state, order, plan);
  return order;
}

type NewOrder = Omit<VenueOrder, 'executed' | 'cumQuote' | 'status' | 'updatedAtMs' | 'createdAtMs'>;

export function newOrder(state: VenueState, fields: NewOrder): VenueOrder {
  const nowMs = state.nowMs();
  const untouched = { executed: new Big(0), cumQuote: new Big(0), status: 'NEW' as const };
  return { ...fields, ...untouched, createdAtMs: nowMs, updatedAtMs: nowMs };
}

/** Lets an order into the book and fills what crosses. @throws VenueRefusal, and then the order never was */
export function submitOrder(state: VenueState, order: VenueOrder, plan?: FillPlan): void {
  const isDuplicate = state.orders.some(
    (other) => isWorking(other) && other.clientOrderId === order.clientOrderId,
  );
  if (isDuplicate) throw refusal(-4116);
  const closable = closableBy(state, order);
  const closesOnly = order.reduceOnly || isHedgedClose(order);
  if (closesOnly) {
    if (closable.eq(0) || (!order.reduceOnly && order.quantity.gt(closable))) throw refusal(-2022);
    // The venue cuts a reduce-only order down to what there is to reduce.
    if (order.quantity.gt(closable)) order.quantity = closable;
  } else checkRoom(state, order, closable);
  const crossing = crossingPrice(state, order);
  if (order.timeInForce === 'GTX' && order.type === 'LIMIT' && crossing) throw refusal(-5022);
  if (order.timeInForce === 'FOK' && order.type === 'LIMIT' && !crossing) throw refusal(-5021);
  state.orders.push(order);
  if (plan) fillByPlan(state, order, plan, crossing);
  else if (crossing) fillRest(state, order, crossing, false);
  const mayRest = order.type === 'LIMIT' && (order.timeInForce === 'GTC' || order.timeInForce === 'GTX');
  if (isWorking(order) && !mayRest && !isPlanned(state, order)) end(state, order, 'EXPIRED');
  state.cover.observe(state);
}

/** Fills what rests at a price the market has reached. */
export function matchResting(state: VenueState, symbol: string): void {
  for (const order of state.orders.filter((one) => one.symbol === symbol && isWorking(one))) {
    if (order.type !== 'LIMIT' || isPlanned(state, order)) continue;
    if (crossingPrice(state, order)) fillRest(state, order, order.price, true);
  }
}

/** Fills a working order by hand, at its own price or the market's. */
export function fillOrder(
  state: VenueState,
  order: VenueOrder,
  terms: { quantity?: Big; price?: Big },
): void {
  const rest = order.quantity.minus(order.executed);
  const quantity = terms.quantity?.lt(rest) ? terms.quantity : rest;
  const fallback = order.price.gt(0) ? order.price : marketPrice(state, order);
  fillPart(state, order, quantity, terms.price ?? fallback, order.type === 'LIMIT');
  state.cover.observe(state);
}

export function cancelOrder(state: VenueState, order: VenueOrder): void {
  if (!isWorking(order)) throw refusal(-2011);
  end(state, order, 'CANCELED');
}

export function cancelOpenOrders(state: VenueState, symbol: string): void {
  for (const order of state.orders)
    if (order.symbol === symbol && isWorking(order)) cancelOrder(state, order);
}

function end(state: VenueState, order: VenueOrder, status: 'CANCELED' | 'EXPIRED'): void {
  order.status = status;
  order.updatedAtMs = state.nowMs();
  state.due = state.due.filter(({ key }) => key !== fillKey(order));
}

function fillByPlan(state: VenueState, order: VenueOrder, plan: FillPlan, crossing: Big | null): void {
  const { stepSize } = specOf(state, order.symbol).filters;
  const wanted = order.quantity.times(plan.firstFraction);
  const first = wanted.minus(wanted.mod(stepSize));
  if (first.gt(0)) fillPart(state, order, first, crossing ?? order.price, crossing === null);
  if (plan.restAfterMs === null || !isWorking(order)) return;
  state.due.push({
    atMs: order.createdAtMs + plan.restAfterMs,
    key: fillKey(order),
    run: () => {
      if (isWorking(order)) fillOrder(state, order, {});
    },
  });
}

function fillRest(state: VenueState, order: VenueOrder, price: Big, isMaker: boolean): void {
  fillPart(state, order, order.quantity.minus(order.executed), price, isMaker);
}

function fillPart(state: VenueState, order: VenueOrder, quantity: Big, price: Big, isMaker: boolean): void {
  const closable = closableBy(state, order);
  const allowed = order.reduceOnly && quantity.gt(closable) ? closable : quantity;
  if (allowed.gt(0)) applyFill(state, order, { quantity: allowed, price, isMaker });
  if (allowed.lt(quantity) && isWorking(order)) end(state, order, 'EXPIRED');
}

function fillKey(order: VenueOrder): string {
  return `fill ${order.orderId}`;
}

function isPlanned(state: VenueState, order: VenueOrder): boolean {
  return state.due.some(({ key }) => key === fillKey(order));
}

function marketPrice(state: VenueState, order: VenueOrder): Big {
  const { bid, ask } = quoteOf(state, order.symbol);
  return order.side === 'BUY' ? ask : bid;
}

/** The price the order would trade at now; null when it would rest. */
function crossingPrice(state: VenueState, order: VenueOrder): Big | null {
  const market = marketPrice(state, order);
  if (order.type === 'MARKET') return market;
  const crosses = order.side === 'BUY' ? order.price.gte(market) : order.price.lte(market);
  return crosses ? market : null;
}

function isHedgedClose({ positionSide, side }: VenueOrder): boolean {
  return (positionSide === 'LONG' && side === 'SELL') || (positionSide === 'SHORT' && side === 'BUY');
}

function checkRoom(state: VenueState, order: VenueOrder, closable: Big): void {
  const spec = specOf(state, order.symbol);
  const price = order.price.gt(0) ? order.price : quoteOf(state, order.symbol).mark;
  checkMinNotional(spec, order.quantity.times(price));
  if (order.quantity.lte(closable)) return;
  const { leverage } = settingsOf(state, order.symbol);
  const cap = Math.max(
    ...spec.brackets.filter((one) => one.initialLeverage >= leverage).map((one) => one.notionalCap),
  );
  const notionalAfter = order.quantity
    .minus(closable)
    .times(price)
    .plus(heldNotional(state, order, closable));
  if (notionalAfter.gt(cap)) throw refusal(-2027);
  if (orderMargin(state, order).gt(accountMargins(state).available)) throw refusal(-2019);
}

function heldNotional(state: VenueState, order: VenueOrder, closable: Big): Big {
  if (closable.gt(0)) return new Big(0);
  const held = state.positions.get(`${order.symbol} ${order.positionSide}`);
  return held ? held.quantity.abs().times(quoteOf(state, order.symbol).mark) : new Big(0);
}
