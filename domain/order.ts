import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

export const OrderSide = z.enum(['buy', 'sell']);
export type OrderSide = z.infer<typeof OrderSide>;

export const OrderType = z.enum(['market', 'limit', 'stop_market', 'take_profit_market', 'trailing_stop']);
export type OrderType = z.infer<typeof OrderType>;

/** What an order is for. `stop` and `target` are protective and rest on the venue. */
export const OrderPurpose = z.enum(['entry', 'exit', 'stop', 'target']);
export type OrderPurpose = z.infer<typeof OrderPurpose>;

export const TimeInForce = z.enum(['gtc', 'ioc', 'post_only']);
export type TimeInForce = z.infer<typeof TimeInForce>;

/** How a trailing stop follows: it fires when the price has come back by the fraction from the best it has seen. */
export const Trail = z.object({
  callbackFraction: z.number().gt(0).lt(1),
  /** Price at which it begins to follow; null: at once. */
  activationPriceQuote: DecimalText.nullable(),
});
export type Trail = z.infer<typeof Trail>;

/** What is asked of a venue. Amounts already obey its steps. */
export const OrderRequest = z.object({
  /** At most 36 characters, derived from run, symbol, leg and sequence (DESIGN §3, rule 1). */
  clientOrderId: z.string().min(1).max(36),
  symbol: MarketSymbol,
  side: OrderSide,
  type: OrderType,
  purpose: OrderPurpose,
  quantityBase: DecimalText,
  /** Limit price; null for market and conditional orders. */
  priceQuote: DecimalText.nullable(),
  /** Price that fires a stop or a target; null for the others. */
  triggerPriceQuote: DecimalText.nullable(),
  /** Of a trailing stop alone, and missing where its venue does not tell. */
  trail: Trail.optional(),
  reduceOnly: z.boolean(),
  timeInForce: TimeInForce,
  /** Leverage of the position an entry opens; ignored on reducing orders. */
  leverage: z.number().min(1),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

export const OrderStatus = z.enum([
  'created',
  'submitted',
  'pending',
  'partially_filled',
  'filled',
  'cancelled',
  'rejected',
]);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** The only steps an order may take. A filled, cancelled or rejected order never moves again. */
export const ORDER_STEPS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  created: ['submitted', 'rejected'],
  submitted: ['pending', 'partially_filled', 'filled', 'cancelled', 'rejected'],
  pending: ['partially_filled', 'filled', 'cancelled', 'rejected'],
  partially_filled: ['partially_filled', 'filled', 'cancelled'],
  filled: [],
  cancelled: [],
  rejected: [],
};

export function canStepOrder(from: OrderStatus, to: OrderStatus): boolean {
  return ORDER_STEPS[from].includes(to);
}

export function isOrderFinal(status: OrderStatus): boolean {
  return ORDER_STEPS[status].length === 0;
}

/** An order as the venue tells it. */
export const Order = OrderRequest.extend({
  venueOrderId: z.string(),
  status: OrderStatus,
  filledBase: DecimalText,
  /** Null until something has filled. */
  averagePriceQuote: DecimalText.nullable(),
  /** Null where the venue tells fees with its fills alone. */
  feesQuote: DecimalText.nullable(),
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
  /** The venue's words when rejected or cancelled by it. */
  reason: z.string().nullable(),
});
export type Order = z.infer<typeof Order>;

export const Fill = z.object({
  fillId: z.string(),
  clientOrderId: z.string(),
  venueOrderId: z.string(),
  symbol: MarketSymbol,
  side: OrderSide,
  purpose: OrderPurpose.or(z.literal('liquidation')),
  quantityBase: DecimalText,
  priceQuote: DecimalText,
  feeQuote: DecimalText,
  liquidity: z.enum(['maker', 'taker']),
  /** Realised on the closed part, before fees and funding; zero for an opening fill. */
  realisedQuote: DecimalText,
  atMs: EpochMs,
});
export type Fill = z.infer<typeof Fill>;
