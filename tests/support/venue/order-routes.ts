/** Orders, regular and conditional, and the fills they made. */
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import { cancelAlgoOrder, placeAlgoOrder } from './conditional-orders.ts';
import { isLiquidation } from './liquidation.ts';
import { cancelOpenOrders, cancelOrder, placeOrder } from './matching.ts';
import { algoPayload, fillPayload, orderAnswer, orderPayload } from './order-payloads.ts';
import type { RequestParameters } from './request-parameters.ts';
import { missing, refusal, VenueRefusal } from './venue-refusal.ts';
import { type Routes, signed } from './venue-route.ts';
import { type AlgoOrder, isWorking, specOf, type VenueOrder, type VenueState } from './venue-state.ts';

const WEEK_MS = 7 * DAY_MS;

export const ORDER_ROUTES: Routes = {
  'POST /fapi/v1/order': signed(0, ({ engine: { state }, parameters, fillPlan }) =>
    orderAnswer(state, placeOrder(state, parameters, fillPlan), parameters.text('newOrderRespType') ?? 'ACK'),
  ),
  'GET /fapi/v1/order': signed(1, ({ engine: { state }, parameters }) =>
    orderPayload(state, found(findOrder(state, parameters), -2013)),
  ),
  'GET /fapi/v1/openOrder': signed(1, ({ engine: { state }, parameters }) => {
    const order = findOrder(state, parameters);
    return orderPayload(state, found(order && isWorking(order) ? order : undefined, -2013));
  }),
  'DELETE /fapi/v1/order': signed(1, ({ engine: { state }, parameters }) => {
    const order = found(findOrder(state, parameters), -2011);
    cancelOrder(state, order);
    return orderAnswer(state, order, 'RESULT');
  }),
  'GET /fapi/v1/openOrders': signed(
    1,
    ({ engine: { state }, parameters }) =>
      ofSymbol(state, parameters, state.orders)
        .filter(isWorking)
        .map((order) => orderPayload(state, order)),
    40,
  ),
  'GET /fapi/v1/allOrders': signed(5, ({ engine: { state }, parameters }) => {
    const symbol = parameters.required('symbol');
    const fromId = parameters.integer('orderId');
    const orders = state.orders.filter((order) => order.symbol === symbol);
    return page(orders, parameters, {
      atMs: ({ createdAtMs }) => createdAtMs,
      nowMs: state.nowMs(),
      fromId: fromId === null ? null : ({ orderId }) => orderId >= fromId,
    }).map((order) => orderPayload(state, order));
  }),
  'DELETE /fapi/v1/allOpenOrders': signed(1, ({ engine: { state }, parameters }) => {
    cancelOpenOrders(state, specOf(state, parameters.required('symbol')).symbol);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  }),
  'POST /fapi/v1/countdownCancelAll': signed(10, ({ engine, parameters }) => {
    const { symbol } = specOf(engine.state, parameters.required('symbol'));
    const countdownTime = parameters.integer('countdownTime');
    if (countdownTime === null) throw missing('countdownTime');
    engine.armCountdown(symbol, countdownTime);
    return { symbol, countdownTime: String(countdownTime) };
  }),
  'POST /fapi/v1/algoOrder': signed(1, ({ engine: { state }, parameters }) =>
    algoPayload(state, placeAlgoOrder(state, parameters)),
  ),
  'GET /fapi/v1/algoOrder': signed(1, ({ engine: { state }, parameters }) =>
    algoPayload(state, found(findAlgo(state, parameters), -2013)),
  ),
  'DELETE /fapi/v1/algoOrder': signed(1, ({ engine: { state }, parameters }) => {
    const algo = found(findAlgo(state, parameters), -2011);
    cancelAlgoOrder(state, algo);
    return { algoId: algo.algoId, clientAlgoId: algo.clientAlgoId, code: '200', msg: 'success' };
  }),
  'GET /fapi/v1/openAlgoOrders': signed(
    1,
    ({ engine: { state }, parameters }) =>
      ofSymbol(state, parameters, state.algoOrders)
        .filter(({ status }) => status === 'NEW')
        .map((algo) => algoPayload(state, algo)),
    40,
  ),
  'GET /fapi/v1/allAlgoOrders': signed(5, ({ engine: { state }, parameters }) => {
    const symbol = parameters.required('symbol');
    const fromId = parameters.integer('algoId');
    const algos = state.algoOrders.filter((algo) => algo.symbol === symbol);
    return page(algos, parameters, {
      atMs: ({ createdAtMs }) => createdAtMs,
      nowMs: state.nowMs(),
      fromId: fromId === null ? null : ({ algoId }) => algoId >= fromId,
    }).map((algo) => algoPayload(state, algo));
  }),
  'DELETE /fapi/v1/algoOpenOrders': signed(1, ({ engine: { state }, parameters }) => {
    const { symbol } = specOf(state, parameters.required('symbol'));
    for (const algo of state.algoOrders)
      if (algo.symbol === symbol && algo.status === 'NEW') cancelAlgoOrder(state, algo);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  }),
  'GET /fapi/v1/userTrades': signed(5, ({ engine: { state }, parameters, settings }) => {
    const symbol = parameters.required('symbol');
    const orderId = parameters.integer('orderId');
    const fromId = parameters.integer('fromId');
    if (fromId !== null && (parameters.has('startTime') || parameters.has('endTime')))
      throw new VenueRefusal(-1128, 'Combination of optional parameters invalid.');
    const told = state.fills.filter(({ id }) => !settings.untoldFills.includes(id));
    const fills = told.filter(
      (fill) => fill.symbol === symbol && (orderId === null || fill.orderId === orderId),
    );
    return page(fills, parameters, {
      atMs: ({ atMs }) => atMs,
      nowMs: state.nowMs(),
      fromId: fromId === null ? null : ({ id }) => id >= fromId,
    }).map((fill) => fillPayload(state, fill));
  }),
  'GET /fapi/v1/forceOrders': signed(
    20,
    ({ engine: { state }, parameters }) =>
      page(ofSymbol(state, parameters, state.orders).filter(isLiquidation), parameters, {
        atMs: ({ createdAtMs }) => createdAtMs,
        nowMs: state.nowMs(),
        fromId: null,
      }).map((order) => orderPayload(state, order)),
    50,
  ),
};

export interface PageRules<Entry> {
  readonly atMs: (entry: Entry) => EpochMs;
  readonly nowMs: EpochMs;
  readonly fromId: ((entry: Entry) => boolean) | null;
  readonly defaultLimit?: number;
}

/**
 * The venue's paging: from an id or a start upwards, without either the newest of the last seven days.
 * A span of more than seven days is refused, a limit of more than 1,000 too.
 */
export function page<Entry>(
  entries: readonly Entry[],
  parameters: RequestParameters,
  { atMs, nowMs, fromId, defaultLimit = 500 }: PageRules<Entry>,
): Entry[] {
  const limit = parameters.integer('limit') ?? defaultLimit;
  if (limit < 1 || limit > 1_000)
    throw new VenueRefusal(-1130, "Data sent for parameter 'limit' is not valid.");
  if (fromId) return entries.filter(fromId).slice(0, limit);
  const startMs = parameters.integer('startTime');
  const endMs = parameters.integer('endTime');
  if (startMs !== null && endMs !== null && endMs - startMs > WEEK_MS) throw refusal(-4165);
  const from = startMs ?? (endMs ?? nowMs) - WEEK_MS;
  const to = endMs ?? (startMs === null ? nowMs : startMs + WEEK_MS);
  const inside = entries.filter((entry) => atMs(entry) >= from && atMs(entry) <= to);
  return startMs === null ? inside.slice(-limit) : inside.slice(0, limit);
}

export function ofSymbol<Entry extends { readonly symbol: string }>(
  state: VenueState,
  parameters: RequestParameters,
  entries: readonly Entry[],
): Entry[] {
  const asked = parameters.text('symbol');
  if (asked !== null) specOf(state, asked);
  return entries.filter(({ symbol }) => asked === null || symbol === asked);
}

/** By id, or the newest with the client's id: an id may have been used again after its order had ended. */
function findOrder(state: VenueState, parameters: RequestParameters): VenueOrder | undefined {
  const { symbol } = specOf(state, parameters.required('symbol'));
  const orderId = parameters.integer('orderId');
  const clientOrderId = parameters.text('origClientOrderId');
  if (orderId === null && clientOrderId === null)
    throw new VenueRefusal(
      -1102,
      "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
    );
  return state.orders.findLast(
    (order) =>
      order.symbol === symbol &&
      (orderId === null ? order.clientOrderId === clientOrderId : order.orderId === orderId),
  );
}

function findAlgo(state: VenueState, parameters: RequestParameters): AlgoOrder | undefined {
  const algoId = parameters.integer('algoId');
  const clientAlgoId = parameters.text('clientAlgoId');
  if (algoId === null && clientAlgoId === null) throw missing('algoId');
  return state.algoOrders.findLast((algo) =>
    algoId === null ? algo.clientAlgoId === clientAlgoId : algo.algoId === algoId,
  );
}

function found<Entry>(entry: Entry | undefined, code: -2011 | -2013): Entry {
  if (entry === undefined) throw refusal(code);
  return entry;
}
