/** Why the venue would not take an order: its own filters, each with the value and the limit. */
import { decimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderRequest } from '#domain/order.ts';
import { isConditional, requestObjection } from '#exchanges/request-objection.ts';
import { closableBase } from './order-life.ts';
import type { PaperOrder, PaperPosition } from './paper-books.ts';

export interface OrderSetting {
  readonly instrument: Instrument;
  readonly position: PaperPosition | undefined;
  /** Working orders of the same symbol. */
  readonly working: readonly PaperOrder[];
  /** The last closed bar's close, as decimal text. */
  readonly lastQuote: string;
}

/** The first objection in words; null when the order may stand. Margin is asked separately. */
export function orderObjection(order: OrderRequest, setting: OrderSetting): string | null {
  return (
    requestObjection(order, setting.instrument) ??
    reduceOnlyObjection(order, setting) ??
    quantityObjection(order, setting) ??
    notionalObjection(order, setting) ??
    leverageObjection(order, setting) ??
    triggerObjection(order, setting) ??
    activationObjection(order, setting)
  );
}

function reduceOnlyObjection(order: OrderRequest, { position }: OrderSetting): string | null {
  // A conditional order is asked when it fires, so that a bracket can be placed before its entry has filled.
  if (!order.reduceOnly || isConditional(order)) return null;
  return closableBase(order.side, position).eq(0)
    ? `reduce-only ${order.side} of ${order.quantityBase} ${order.symbol}: there is no position it could reduce`
    : null;
}

function quantityObjection(order: OrderRequest, { instrument, position }: OrderSetting): string | null {
  const quantity = decimal(order.quantityBase);
  // A partial fill may leave less than the minimum: closing all of it must stay possible.
  const closesAll = order.reduceOnly && quantity.gte(closableBase(order.side, position));
  if (quantity.lt(instrument.minQuantityBase) && !closesAll)
    return `quantity ${order.quantityBase} of ${order.symbol} is under the minimum ${instrument.minQuantityBase}`;
  return null;
}

function notionalObjection(order: OrderRequest, { instrument, lastQuote }: OrderSetting): string | null {
  if (order.reduceOnly) return null;
  const price = order.priceQuote ?? order.triggerPriceQuote ?? lastQuote;
  const notional = decimal(order.quantityBase).times(price);
  return notional.lt(instrument.minNotionalQuote)
    ? `notional ${notional.toFixed()} of ${order.symbol} is under the minimum ${instrument.minNotionalQuote}`
    : null;
}

function leverageObjection(order: OrderRequest, setting: OrderSetting): string | null {
  const { instrument, position, working } = setting;
  const closable = closableBase(order.side, position);
  if (order.reduceOnly || (closable.gt(0) && closable.gte(order.quantityBase))) return null;
  const named = `leverage ${order.leverage}`;
  if (order.leverage > instrument.maxLeverage)
    return `${named} exceeds the limit ${instrument.maxLeverage} for ${order.symbol}`;
  if (order.leverage * instrument.maintenanceMarginFraction >= 1)
    return `${named} leaves nothing over the maintenance margin ${instrument.maintenanceMarginFraction} for ${order.symbol}`;
  const sameSide = working.find((other) => other.side === order.side && !other.reduceOnly);
  const standing = position && closable.eq(0) ? position.leverage : sameSide?.leverage;
  return standing !== undefined && standing !== order.leverage
    ? `${named} differs from ${standing}, at which ${order.symbol} has a position or an order: end it first`
    : null;
}

function triggerObjection(order: OrderRequest, { lastQuote }: OrderSetting): string | null {
  if (order.triggerPriceQuote === null) return null;
  const above = decimal(order.triggerPriceQuote).gt(lastQuote);
  const below = decimal(order.triggerPriceQuote).lt(lastQuote);
  const waitsAbove = (order.type === 'stop_market') === (order.side === 'buy');
  return (waitsAbove ? above : below)
    ? null
    : `the ${order.side} ${order.type} at ${order.triggerPriceQuote} would fire at once: ${order.symbol} is at ${lastQuote}`;
}

function activationObjection(order: OrderRequest, { lastQuote }: OrderSetting): string | null {
  const activation = order.trail?.activationPriceQuote ?? null;
  if (activation === null) return null;
  const isBehind =
    order.side === 'sell' ? decimal(activation).lt(lastQuote) : decimal(activation).gt(lastQuote);
  return isBehind
    ? `the ${order.side} ${order.type} would begin at ${activation}, behind the price: ${order.symbol} is at ${lastQuote}`
    : null;
}
