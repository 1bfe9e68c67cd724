/** What the venue refuses before it looks at money: ids, modes, filters. */
import type { Big } from 'big.js';
import type { RequestParameters } from './request-parameters.ts';
import { missing, notWanted, refusal, VenueRefusal } from './venue-refusal.ts';
import { type PositionSide, quoteOf, type Side, specOf, type VenueState } from './venue-state.ts';
import type { SymbolSpec } from './venue-symbols.ts';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX'];

export interface OrderTicket {
  readonly symbol: string;
  readonly spec: SymbolSpec;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly reduceOnly: boolean;
}

/** What regular and conditional orders have in common. */
export function readTicket(state: VenueState, parameters: RequestParameters): OrderTicket {
  const symbol = parameters.required('symbol');
  const spec = specOf(state, symbol);
  const side = parameters.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw refusal(-1117);
  const positionSide = parameters.text('positionSide') ?? 'BOTH';
  if (positionSide !== 'BOTH' && positionSide !== 'LONG' && positionSide !== 'SHORT') throw refusal(-4061);
  if (state.isHedged === (positionSide === 'BOTH')) throw refusal(-4061);
  if (state.isHedged && parameters.has('reduceOnly')) throw notWanted('reduceonly');
  return { symbol, spec, side, positionSide, reduceOnly: parameters.flag('reduceOnly') };
}

export function readClientId(parameters: RequestParameters, name: string, fallback: number): string {
  const id = parameters.text(name) ?? `venue-${fallback}`;
  if (!CLIENT_ID.test(id)) throw refusal(-4015);
  return id;
}

export function readTimeInForce(parameters: RequestParameters, isLimit: boolean): string {
  if (!isLimit) return parameters.text('timeInForce') ?? 'GTC';
  const timeInForce = parameters.required('timeInForce');
  if (!TIMES_IN_FORCE.includes(timeInForce)) throw refusal(-1115);
  return timeInForce;
}

export function readQuantity(parameters: RequestParameters, spec: SymbolSpec, isMarket: boolean): Big {
  const quantity = parameters.decimal('quantity');
  if (quantity === null) throw missing('quantity');
  const { stepSize, minQuantity, maxQuantity, maxMarketQuantity } = spec.filters;
  if (quantity.lte(0)) throw refusal(-4003);
  if (digitsOf(quantity) > spec.precision.quantity) throw refusal(-1111);
  if (!quantity.mod(stepSize).eq(0)) throw refusal(-4023);
  if (quantity.lt(minQuantity)) throw refusal(-4004);
  if (quantity.gt(isMarket && maxMarketQuantity.lt(maxQuantity) ? maxMarketQuantity : maxQuantity))
    throw refusal(-4005);
  return quantity;
}

/** A limit, trigger or activation price. */
export function readPrice(parameters: RequestParameters, spec: SymbolSpec, name: string): Big {
  const price = parameters.decimal(name);
  if (price === null) throw missing(name);
  const { tickSize, minPrice, maxPrice } = spec.filters;
  if (price.lt(minPrice)) throw refusal(-4013);
  if (price.gt(maxPrice)) throw refusal(-4002);
  if (digitsOf(price) > spec.precision.price) throw refusal(-1111);
  if (!price.mod(tickSize).eq(0)) throw refusal(-4014);
  return price;
}

export function checkPercentPrice(state: VenueState, spec: SymbolSpec, side: Side, price: Big): void {
  const { mark } = quoteOf(state, spec.symbol);
  const highest = mark.times(spec.filters.multiplierUp);
  const lowest = mark.times(spec.filters.multiplierDown);
  if (side === 'BUY' && price.gt(highest))
    throw new VenueRefusal(-4016, `Limit price can't be higher than ${highest.toFixed()}.`);
  if (side === 'SELL' && price.lt(lowest))
    throw new VenueRefusal(-4024, `Limit price can't be lower than ${lowest.toFixed()}.`);
}

export function checkMinNotional(spec: SymbolSpec, notional: Big): void {
  const { minNotional } = spec.filters;
  if (notional.lt(minNotional))
    throw new VenueRefusal(
      -4164,
      `Order's notional must be no smaller than ${minNotional.toFixed()} (unless you choose reduce only).`,
    );
}

function digitsOf(value: Big): number {
  return Math.max(0, value.c.length - 1 - value.e);
}
