/** One order of any protocol, put to the engine: its filters, its money and its stops decide. */
import { Big } from 'big.js';
import { placeAlgoOrder } from '#tests/support/venue/conditional-orders.ts';
import { newOrder, placeOrder } from '#tests/support/venue/matching.ts';
import { readParameters } from '#tests/support/venue/request-parameters.ts';
import { VenueRefusal } from '#tests/support/venue/venue-refusal.ts';
import {
  type AlgoOrder,
  isWorking,
  nextId,
  type Side,
  type VenueOrder,
  type VenueState,
} from '#tests/support/venue/venue-state.ts';

export type AnyOrder = VenueOrder | AlgoOrder;

export interface OrderTerms {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: string;
  readonly reduceOnly: boolean;
  readonly clientId: string | undefined;
}

export interface LimitTerms {
  readonly price: string;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK' | 'GTX';
}

export interface TriggerTerms {
  readonly type: 'STOP_MARKET' | 'TAKE_PROFIT_MARKET';
  readonly triggerPrice: string;
  readonly isByMark: boolean;
}

/** A market order where no limit is given. A post-only order that would take is taken in and ended, as these venues do. */
export function placeRegular(state: VenueState, terms: OrderTerms, limit: LimitTerms | null): VenueOrder {
  const kind = limit === null ? { type: 'MARKET' } : { type: 'LIMIT', ...limit };
  const id = terms.clientId === undefined ? null : { newClientOrderId: terms.clientId };
  try {
    return placeOrder(state, parametersOf({ ...common(terms), ...kind, ...id }));
  } catch (thrown) {
    const wouldTake = thrown instanceof VenueRefusal && thrown.code === -5022;
    if (!wouldTake || limit === null) throw thrown;
    return endedAtOnce(state, terms, limit);
  }
}

export function placeConditional(state: VenueState, terms: OrderTerms, trigger: TriggerTerms): AlgoOrder {
  const { type, triggerPrice, isByMark } = trigger;
  const workingType = isByMark ? 'MARK_PRICE' : 'CONTRACT_PRICE';
  const kind = { algoType: 'CONDITIONAL', type, triggerPrice, workingType };
  const id = terms.clientId === undefined ? null : { clientAlgoId: terms.clientId };
  return placeAlgoOrder(state, parametersOf({ ...common(terms), ...kind, ...id }));
}

export function isOpen(order: AnyOrder): boolean {
  return 'algoId' in order ? order.status === 'NEW' : isWorking(order);
}

/** The conditional order that fired and became this one. */
export function originOf(
  state: VenueState,
  { orderId }: { readonly orderId: number },
): AlgoOrder | undefined {
  return state.algoOrders.find(({ actualOrderId }) => actualOrderId === orderId);
}

function common({ symbol, side, quantity, reduceOnly }: OrderTerms): Record<string, string> {
  return { symbol, side, quantity, reduceOnly: String(reduceOnly) };
}

function parametersOf(sent: Record<string, string>) {
  return readParameters(new URLSearchParams(sent));
}

function endedAtOnce(state: VenueState, terms: OrderTerms, { price, timeInForce }: LimitTerms): VenueOrder {
  const orderId = nextId(state);
  const { symbol, side, reduceOnly } = terms;
  const order = newOrder(state, {
    ...{ orderId, symbol, side, reduceOnly, timeInForce },
    ...{ type: 'LIMIT', origType: 'LIMIT', positionSide: 'BOTH', closePosition: false },
    clientOrderId: terms.clientId ?? `venue-${orderId}`,
    price: new Big(price),
    quantity: new Big(terms.quantity),
  });
  order.status = 'CANCELED';
  state.orders.push(order);
  return order;
}
