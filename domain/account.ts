import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

export const PositionSide = z.enum(['long', 'short']);
export type PositionSide = z.infer<typeof PositionSide>;

/** An open position. One-way mode: at most one for a symbol. */
export const Position = z.object({
  positionId: z.string(),
  symbol: MarketSymbol,
  side: PositionSide,
  quantityBase: DecimalText,
  entryPriceQuote: DecimalText,
  markPriceQuote: DecimalText,
  leverage: z.number().min(1),
  marginQuote: DecimalText,
  /** Null where the position cannot be liquidated (a long at 1×). */
  liquidationPriceQuote: DecimalText.nullable(),
  unrealisedQuote: DecimalText,
  /** Paid since it opened, the entry's among them. */
  feesQuote: DecimalText,
  /** Paid since it opened; negative when received. */
  fundingQuote: DecimalText,
  openedAtMs: EpochMs,
});
export type Position = z.infer<typeof Position>;

/** A stop or target that rests on the venue for a position. */
export const Protection = z.object({
  clientOrderId: z.string(),
  triggerPriceQuote: DecimalText,
  quantityBase: DecimalText,
});
export type Protection = z.infer<typeof Protection>;

/** Null where there is none: a position without a stop is not safe, one without a target may be meant so. */
export const ProtectedPosition = Position.extend({
  stop: Protection.nullable(),
  target: Protection.nullable(),
});
export type ProtectedPosition = z.infer<typeof ProtectedPosition>;

/** The account in quote currency. `equity = balance + unrealised`; `available` is what new margin may use. */
export const Account = z.object({
  quote: z.string(),
  balanceQuote: DecimalText,
  unrealisedQuote: DecimalText,
  equityQuote: DecimalText,
  marginUsedQuote: DecimalText,
  availableQuote: DecimalText,
  asOfMs: EpochMs,
});
export type Account = z.infer<typeof Account>;

/** One funding settlement of a position, or what a venue took or gave when it cleared a liquidated one. */
export const FundingPayment = z.object({
  paymentId: z.string(),
  symbol: MarketSymbol,
  /** What we paid; negative when received. */
  amountQuote: DecimalText,
  /** 0 for a clearance, and where the venue does not tell. */
  rateFraction: z.number(),
  notionalQuote: DecimalText,
  atMs: EpochMs,
});
export type FundingPayment = z.infer<typeof FundingPayment>;

/** A closed round trip. `net = gross - fees - funding`, to the last digit; both are positive when paid. */
export const Trade = z.object({
  tradeId: z.string(),
  positionId: z.string(),
  symbol: MarketSymbol,
  side: PositionSide,
  quantityBase: DecimalText,
  entryPriceQuote: DecimalText,
  exitPriceQuote: DecimalText,
  leverage: z.number().min(1),
  grossQuote: DecimalText,
  feesQuote: DecimalText,
  fundingQuote: DecimalText,
  netQuote: DecimalText,
  openedAtMs: EpochMs,
  closedAtMs: EpochMs,
  /** `exit`: the desk closed it; `person`: somebody asked it to; `external`: an order that was not ours. */
  exitReason: z.enum(['stop', 'target', 'exit', 'person', 'liquidation', 'external']),
});
export type Trade = z.infer<typeof Trade>;
