import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

export const OrderSide = z.enum(['buy', 'sell']);
export type OrderSide = z.infer<typeof OrderSide>;

export const OrderType = z.enum(['market', 'limit', 'stop_market', 'take_profit_market']);
export type OrderType = z.infer<typeof OrderType>;

/** What an order is for. `stop` and `target` are protective and rest on the venue. */
export const OrderPurpose = z.enum(['entry', 'exit', 'stop', 'target']);
export type OrderPurpose = z.infer<typeof OrderPurpose>;

export const TimeInForce = z.enum(['gtc', 'ioc', 'post_only']);
export type TimeInForce = z.infer<typeof TimeInForce>;

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
  /** Price that fires a conditional order; null for the others. */
  triggerPriceQuote: DecimalText.nullable(),
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
