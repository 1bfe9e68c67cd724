/** Why no venue could take an order as it is written, whatever the account holds: its shape and the instrument's steps. */
import { decimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderRequest } from '#domain/order.ts';

/** The first objection in words, with the value and the limit; null when there is none. */
export function requestObjection(order: OrderRequest, instrument: Instrument): string | null {
  return shapeObjection(order) ?? priceObjection(order, instrument) ?? stepObjection(order, instrument);
}

export function isConditional(order: OrderRequest): boolean {
  return order.type === 'stop_market' || order.type === 'take_profit_market';
}

function shapeObjection(order: OrderRequest): string | null {
  if ((order.type === 'limit') !== (order.priceQuote !== null))
    return `a ${order.type} order ${order.type === 'limit' ? 'needs a' : 'has no'} limit price`;
  if (isConditional(order) !== (order.triggerPriceQuote !== null))
    return `a ${order.type} order ${isConditional(order) ? 'needs a' : 'has no'} trigger price`;
  if (order.timeInForce === 'post_only' && order.type !== 'limit')
    return `post_only is for limit orders, not for ${order.type}`;
  return null;
}

function priceObjection(order: OrderRequest, instrument: Instrument): string | null {
  for (const price of [order.priceQuote, order.triggerPriceQuote]) {
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
