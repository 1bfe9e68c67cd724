/** Orders as Bybit takes and tells them: conditional ones in the same lists, under the same id before and after they fire. */
import { cancelAlgoOrder } from '#tests/support/venue/conditional-orders.ts';
import { cancelOrder } from '#tests/support/venue/matching.ts';
import { VenueRefusal } from '#tests/support/venue/venue-refusal.ts';
import type { VenueState } from '#tests/support/venue/venue-state.ts';
import { orderShown } from './bybit-payloads.ts';
import { BybitRefusal } from './bybit-refusal.ts';
import {
  type AnyOrder,
  isOpen,
  type LimitTerms,
  originOf,
  placeConditional,
  placeRegular,
} from './place-on-engine.ts';
import type { ProtocolContext } from './start-stand-in.ts';

const CLIENT_ID = /^[A-Za-z0-9_-]{1,36}$/;
const WOULD_FIRE_AT_ONCE = -2021;

export type Asked = Readonly<Record<string, string>>;

export function createOrder(asked: Asked, { engine: { state }, settings }: ProtocolContext): object {
  if (!settings.keyMayTrade) throw new BybitRefusal(10005, 'Permission denied for current apikey.');
  const { symbol = '', side, orderType, qty = '', orderLinkId } = asked;
  if (asked.category !== 'linear') throw new BybitRefusal(10001, 'category only support linear here');
  if (Number(asked.positionIdx ?? 0) !== (settings.isHedged ? 1 : 0))
    throw new BybitRefusal(10001, 'position idx not match position mode');
  if (orderLinkId !== undefined && !CLIENT_ID.test(orderLinkId))
    throw new BybitRefusal(10001, 'orderLinkId is illegal');
  if (orderLinkId !== undefined && ordersOf(state).some((one) => isNamed(state, one, { orderLinkId })))
    throw new BybitRefusal(110072, 'OrderLinkedID is duplicate');
  const terms = {
    ...{ symbol, quantity: qty, clientId: orderLinkId },
    side: side === 'Buy' ? ('BUY' as const) : ('SELL' as const),
    reduceOnly: String(asked.reduceOnly) === 'true',
  };
  const placed =
    asked.triggerPrice === undefined
      ? placeRegular(state, terms, orderType === 'Limit' ? limitOf(asked) : null)
      : placeStop(state, asked, terms);
  const { orderId, orderLinkId: known } = orderShown(state, placed);
  return { orderId, orderLinkId: known };
}

export function cancelNamed(asked: Asked, { engine: { state } }: ProtocolContext): object {
  const order = ordersOf(state).find((one) => isNamed(state, one, asked));
  if (!order || !isOpen(order)) throw new BybitRefusal(110001, 'order not exists or too late to cancel');
  if ('algoId' in order) cancelAlgoOrder(state, order);
  else cancelOrder(state, order);
  const { orderId, orderLinkId } = orderShown(state, order);
  return { orderId, orderLinkId };
}

/** Newest first. */
export function ordersAsked(
  state: VenueState,
  asked: Asked,
  isWanted: (order: AnyOrder) => boolean,
): object[] {
  const { category, symbol, settleCoin, orderId, orderLinkId } = asked;
  if (category !== 'linear') throw new BybitRefusal(10001, 'category only support linear here');
  if (symbol === undefined && settleCoin === undefined)
    throw new BybitRefusal(10001, 'Missing some parameters that must be filled in, symbol or settleCoin');
  const isNamedOrAny = (order: AnyOrder) =>
    (orderId ?? orderLinkId) === undefined || isNamed(state, order, asked);
  return ordersOf(state)
    .filter((order) => symbol === undefined || order.symbol === symbol)
    .filter((order) => isNamedOrAny(order) && isWanted(order))
    .map((order) => orderShown(state, order));
}

function placeStop(state: VenueState, asked: Asked, terms: Parameters<typeof placeRegular>[1]): AnyOrder {
  const direction = Number(asked.triggerDirection);
  if (direction !== 1 && direction !== 2) throw new BybitRefusal(10001, 'Illegal triggerDirection');
  // A rise that buys or a fall that sells is a stop.
  const isStop = (terms.side === 'BUY') === (direction === 1);
  try {
    return placeConditional(state, terms, {
      type: isStop ? 'STOP_MARKET' : 'TAKE_PROFIT_MARKET',
      triggerPrice: asked.triggerPrice ?? '',
      isByMark: asked.triggerBy === 'MarkPrice',
    });
  } catch (thrown) {
    if (!(thrown instanceof VenueRefusal) || thrown.code !== WOULD_FIRE_AT_ONCE) throw thrown;
    if (direction === 1) throw new BybitRefusal(110092, 'expect Rising, but trigger_price <= current');
    throw new BybitRefusal(110093, 'expect Falling, but trigger_price >= current');
  }
}

function limitOf({ price = '', timeInForce }: Asked): LimitTerms {
  const kinds = { PostOnly: 'GTX', IOC: 'IOC', FOK: 'FOK', GTC: 'GTC' } as const;
  const kind = kinds[timeInForce as keyof typeof kinds];
  if (kind === undefined) throw new BybitRefusal(10001, 'timeInForce invalid');
  return { price, timeInForce: kind };
}

/** Newest first. What a conditional order became is that order still. */
function ordersOf(state: VenueState): AnyOrder[] {
  const own = state.orders.filter((order) => originOf(state, order) === undefined);
  return [...own, ...state.algoOrders].sort((left, right) => right.createdAtMs - left.createdAtMs);
}

function isNamed(state: VenueState, order: AnyOrder, { orderId, orderLinkId }: Asked): boolean {
  const shown = orderShown(state, order);
  return orderId !== undefined ? shown.orderId === orderId : shown.orderLinkId === orderLinkId;
}
