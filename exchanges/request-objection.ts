/** Why no venue could take an order as it is written, whatever the account holds: its shape and the instrument's steps. */
import { decimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderRequest } from '#domain/order.ts';

/** Binance USD-M's callbackRate of a TRAILING_STOP_MARKET order, in steps of the smallest (read 2026-11-21). */
const TRAIL_BOUNDS = { min: 0.001, max: 0.1 } as const;

/** The first objection in words, with the value and the limit; null when there is none. */
export function requestObjection(order: OrderRequest, instrument: Instrument): string | null {
  return shapeObjection(order) ?? priceObjection(order, instrument) ?? stepObjection(order, instrument);
}

/** Whether it waits on the venue for a price before it becomes a market order. */
export function isConditional(order: Pick<OrderRequest, 'type'>): boolean {
  return hasTrigger(order) || order.type === 'trailing_stop';
}

function hasTrigger({ type }: Pick<OrderRequest, 'type'>): boolean {
  return type === 'stop_market' || type === 'take_profit_market';
}

function shapeObjection(order: OrderRequest): string | null {
  if ((order.type === 'limit') !== (order.priceQuote !== null))
    return `a ${order.type} order ${order.type === 'limit' ? 'needs a' : 'has no'} limit price`;
  if (hasTrigger(order) !== (order.triggerPriceQuote !== null))
    return `a ${order.type} order ${hasTrigger(order) ? 'needs a' : 'has no'} trigger price`;
  if (order.timeInForce === 'post_only' && order.type !== 'limit')
    return `post_only is for limit orders, not for ${order.type}`;
  return trailObjection(order);
}

/** It is an exit beside the stop, never the stop: where it will fire nobody knows before. */
function trailObjection({ type, trail, reduceOnly, purpose }: OrderRequest): string | null {
  if ((type === 'trailing_stop') !== (trail !== undefined))
    return `a ${type} order ${trail === undefined ? 'needs a' : 'has no'} trail`;
  if (trail === undefined) return null;
  if (!reduceOnly || purpose !== 'exit') return `a ${type} order must be an exit that can only reduce`;
  const fraction = decimal(trail.callbackFraction);
  const { min, max } = TRAIL_BOUNDS;
  if (fraction.lt(min) || fraction.gt(max))
    return `the trail ${trail.callbackFraction} lies outside ${min} to ${max}`;
  if (!fraction.mod(min).eq(0)) return `the trail ${trail.callbackFraction} is not a multiple of ${min}`;
  return null;
}

function priceObjection(order: OrderRequest, instrument: Instrument): string | null {
  for (const price of [
    order.priceQuote,
    order.triggerPriceQuote,
    order.trail?.activationPriceQuote ?? null,
  ]) {
    if (price === null) continue;
    if (decimal(price).lte(0)) return `price ${price} of ${order.symbol} must be positive`;
    if (!decimal(price).mod(instrument.tickSizeQuote).eq(0))
      return `price ${price} of ${order.symbol} is not a multiple of the tick ${instrument.tickSizeQuote}`;
  }
  return null;
}

function stepObjection(order: OrderRequest, instrument: Instrument): string | null {
  const quantity = decimal(order.quantityBase);
  const named = `quantity ${order.quantityBase} of ${order.symbol}`;
  if (quantity.lte(0)) return `${named} must be positive`;
  if (!quantity.mod(instrument.quantityStepBase).eq(0))
    return `${named} is not a multiple of the step ${instrument.quantityStepBase}`;
  if (quantity.gt(instrument.maxQuantityBase))
    return `${named} exceeds the maximum ${instrument.maxQuantityBase}`;
  return null;
}
