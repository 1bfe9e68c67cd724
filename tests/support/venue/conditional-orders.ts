/** Stops, targets and trailing stops. They live apart from regular orders and become one when they fire. */
import { Big } from 'big.js';
import { newOrder, submitOrder } from './matching.ts';
import { checkMinNotional, readClientId, readPrice, readQuantity, readTicket } from './order-checks.ts';
import type { RequestParameters } from './request-parameters.ts';
import { missing, notWanted, refusal, VenueRefusal } from './venue-refusal.ts';
import {
  type AlgoOrder,
  type AlgoStatus,
  closableBy,
  nextId,
  quoteOf,
  type VenueState,
  type WorkingType,
} from './venue-state.ts';

const LIMIT_TYPES = new Set(['STOP', 'TAKE_PROFIT']);
const MARKET_TYPES = new Set(['STOP_MARKET', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET']);

export function placeAlgoOrder(state: VenueState, parameters: RequestParameters): AlgoOrder {
  if (parameters.required('algoType') !== 'CONDITIONAL')
    throw new VenueRefusal(-1102, "Mandatory parameter 'algoType' was malformed.");
  const { symbol, spec, side, positionSide, reduceOnly } = readTicket(state, parameters);
  const type = parameters.required('type');
  const isLimit = LIMIT_TYPES.has(type);
  if (!isLimit && !MARKET_TYPES.has(type)) throw refusal(-1116);
  const closePosition = parameters.flag('closePosition');
  if (closePosition && parameters.has('reduceOnly')) throw notWanted('reduceonly');
  if (closePosition && parameters.has('quantity')) throw notWanted('quantity');
  const isTrailing = type === 'TRAILING_STOP_MARKET';
  const quantity = closePosition ? new Big(0) : readQuantity(parameters, spec, !isLimit);
  const price = isLimit ? readPrice(parameters, spec, 'price') : new Big(0);
  const triggerPrice = isTrailing ? new Big(0) : readPrice(parameters, spec, 'triggerPrice');
  if (!closePosition && !reduceOnly && !state.isHedged)
    checkMinNotional(spec, quantity.times(isTrailing ? quoteOf(state, symbol).mark : triggerPrice));
  const algoId = nextId(state);
  const nowMs = state.nowMs();
  const algo: AlgoOrder = {
    algoId,
    clientAlgoId: readClientId(parameters, 'clientAlgoId', algoId),
    symbol,
    side,
    positionSide,
    type,
    timeInForce: parameters.text('timeInForce') ?? 'GTC',
    quantity,
    triggerPrice,
    price,
    workingType: readWorkingType(parameters),
    closePosition,
    reduceOnly,
    activatePrice: parameters.has('activatePrice') ? readPrice(parameters, spec, 'activatePrice') : null,
    callbackRate: isTrailing ? readCallbackRate(parameters) : null,
    createdAtMs: nowMs,
    extreme: null,
    status: 'NEW',
    actualOrderId: null,
    triggeredAtMs: null,
    updatedAtMs: nowMs,
  };
  admit(state, algo, spec.filters.maxAlgoOrders);
  state.algoOrders.push(algo);
  state.cover.observe(state);
  return algo;
}

export function cancelAlgoOrder(state: VenueState, algo: AlgoOrder): void {
  if (algo.status !== 'NEW') throw refusal(-2011);
  end(state, algo, 'CANCELED');
  state.cover.observe(state);
}

/** Fires what the working price has reached. A sibling of what fired stays where it is. */
export function triggerAlgoOrders(state: VenueState, symbol: string): void {
  for (const algo of state.algoOrders)
    if (algo.symbol === symbol && algo.status === 'NEW') {
      if (algo.callbackRate !== null) follow(algo, workingPrice(state, algo));
      if (isReached(algo, workingPrice(state, algo))) fire(state, algo);
    }
}

function admit(state: VenueState, algo: AlgoOrder, limit: number): void {
  const working = state.algoOrders.filter((other) => other.status === 'NEW');
  if (working.some(({ clientAlgoId }) => clientAlgoId === algo.clientAlgoId)) throw refusal(-4116);
  const sameSymbol = working.filter(({ symbol }) => symbol === algo.symbol);
  if (sameSymbol.length >= limit) throw refusal(-4045);
  const isSibling = (other: AlgoOrder) =>
    other.closePosition &&
    other.side === algo.side &&
    other.positionSide === algo.positionSide &&
    isStop(other) === isStop(algo);
  if (algo.closePosition && sameSymbol.some(isSibling)) throw refusal(-4130);
  const price = workingPrice(state, algo);
  if (algo.callbackRate !== null) {
    const { activatePrice } = algo;
    if (activatePrice && (algo.side === 'SELL' ? activatePrice.lt(price) : activatePrice.gt(price)))
      throw refusal(-2021);
    follow(algo, price);
  } else if (isReached(algo, price)) throw refusal(-2021);
}

function isStop({ type }: AlgoOrder): boolean {
  return !type.startsWith('TAKE_PROFIT');
}

function workingPrice(state: VenueState, algo: AlgoOrder): Big {
  const { mark, last } = quoteOf(state, algo.symbol);
  return algo.workingType === 'MARK_PRICE' ? mark : last;
}

/** Moves the extreme of a trailing stop, once the activation price has been reached. */
function follow(algo: AlgoOrder, price: Big): void {
  const isSell = algo.side === 'SELL';
  const { activatePrice, extreme } = algo;
  if (extreme === null) {
    const isActive = !activatePrice || (isSell ? price.gte(activatePrice) : price.lte(activatePrice));
    if (isActive) algo.extreme = price;
  } else if (isSell ? price.gt(extreme) : price.lt(extreme)) algo.extreme = price;
}

function isReached(algo: AlgoOrder, price: Big): boolean {
  const isSell = algo.side === 'SELL';
  if (algo.callbackRate !== null) {
    if (algo.extreme === null) return false;
    const way = algo.callbackRate.times('0.01').times(isSell ? -1 : 1);
    const turn = algo.extreme.times(way.plus(1));
    return isSell ? price.lte(turn) : price.gte(turn);
  }
  return isSell === isStop(algo) ? price.lte(algo.triggerPrice) : price.gte(algo.triggerPrice);
}

function fire(state: VenueState, algo: AlgoOrder): void {
  const closable = closableBy(state, algo);
  const closesOnly = algo.closePosition || algo.reduceOnly;
  algo.triggeredAtMs = state.nowMs();
  if (closesOnly && closable.eq(0)) {
    end(state, algo, 'EXPIRED');
    return;
  }
  const orderId = nextId(state);
  const order = newOrder(state, {
    orderId,
    clientOrderId: state.firesUnderOwnIds ? `fired-${orderId}` : algo.clientAlgoId,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: algo.positionSide,
    type: LIMIT_TYPES.has(algo.type) ? 'LIMIT' : 'MARKET',
    origType: algo.type,
    timeInForce: algo.timeInForce,
    price: algo.price,
    reduceOnly: closesOnly,
    closePosition: algo.closePosition,
    quantity: algo.closePosition ? closable : algo.quantity,
  });
  // Finished first: what the order does must not see its own stop as still standing.
  end(state, algo, 'FINISHED');
  try {
    submitOrder(state, order);
    algo.actualOrderId = order.orderId;
  } catch (thrown) {
    if (!(thrown instanceof VenueRefusal)) throw thrown;
    end(state, algo, 'REJECTED');
  }
}

function end(state: VenueState, algo: AlgoOrder, status: AlgoStatus): void {
  algo.status = status;
  algo.updatedAtMs = state.nowMs();
}

function readWorkingType(parameters: RequestParameters): WorkingType {
  return parameters.text('workingType') === 'MARK_PRICE' ? 'MARK_PRICE' : 'CONTRACT_PRICE';
}

function readCallbackRate(parameters: RequestParameters): Big {
  const rate = parameters.decimal('callbackRate');
  if (rate === null) throw missing('callbackRate');
  if (rate.lt('0.1') || rate.gt('10')) throw new VenueRefusal(-2007, 'Invalid callBack rate.');
  return rate;
}
