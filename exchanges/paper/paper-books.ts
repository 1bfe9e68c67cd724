import { z } from 'zod';
import { FundingPayment, PositionSide } from '#domain/account.ts';
import { DecimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import { Fill, Order } from '#domain/order.ts';
import { MarketSymbol } from '#domain/symbol.ts';
import { EpochMs } from '#domain/time.ts';
import type { PaperSettings } from './paper-settings.ts';

export const PaperOrder = Order.extend({
  /** A conditional order that has fired works on as a market order. */
  triggered: z.boolean(),
  /** The best price a trailing stop has seen since it began to follow; missing before. */
  trailedToQuote: DecimalText.optional(),
  /** Sum of quantity times price over its fills, exact. */
  filledQuote: DecimalText,
  /** Margin and fee held for each base unit that would open a position; zero when it can only reduce. */
  reserveQuotePerBase: DecimalText,
});
export type PaperOrder = z.infer<typeof PaperOrder>;

export const PaperPosition = z.object({
  positionId: z.string(),
  symbol: MarketSymbol,
  side: PositionSide,
  quantityBase: DecimalText,
  /** What the open quantity was entered for, exact; the average entry is this over the quantity. */
  costQuote: DecimalText,
  leverage: z.number().min(1),
  marginQuote: DecimalText,
  liquidationPriceQuote: DecimalText.nullable(),
  feesQuote: DecimalText,
  fundingQuote: DecimalText,
  openedAtMs: EpochMs,
  /** The last settlement paid, or the opening. */
  fundedToMs: EpochMs,
});
export type PaperPosition = z.infer<typeof PaperPosition>;

/** The newest bar the venue has walked for a symbol: its price, and how much of its volume we took. */
export const PaperMark = z.object({
  openAtMs: EpochMs,
  closeQuote: z.number().positive(),
  volumeBase: z.number().nonnegative(),
  takenBase: DecimalText,
});
export type PaperMark = z.infer<typeof PaperMark>;

export const PaperActivity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fill'), sequence: z.number().int().positive(), fill: Fill }),
  z.object({ kind: z.literal('funding'), sequence: z.number().int().positive(), funding: FundingPayment }),
]);
export type PaperActivity = z.infer<typeof PaperActivity>;

/**
 * Everything the paper venue knows of one account, as plain JSON. The functions of this folder never write to books
 * they were given: they work on a draft, in which entries are replaced and only the containers change.
 */
export const PaperBooks = z.object({
  version: z.literal(1),
  accountId: z.string(),
  quote: z.string(),
  startingBalanceQuote: DecimalText,
  balanceQuote: DecimalText,
  openedAtMs: EpochMs,
  advancedToMs: EpochMs,
  lastOrderNumber: z.number().int().nonnegative(),
  lastPositionNumber: z.number().int().nonnegative(),
  lastSequence: z.number().int().nonnegative(),
  /** The furthest cursor a reader has come back with: everything up to it has been stored elsewhere. */
  readThroughSequence: z.number().int().nonnegative(),
  positions: z.record(MarketSymbol, PaperPosition),
  marks: z.record(MarketSymbol, PaperMark),
  working: z.array(PaperOrder),
  finished: z.array(Order),
  /** Digests of the client ids of finished orders, the newest last. */
  usedClientIds: z.array(z.string()),
  activity: z.array(PaperActivity),
});
export type PaperBooks = z.infer<typeof PaperBooks>;

/** One symbol's trading on a draft of the books. */
export interface Session {
  readonly books: PaperBooks;
  readonly instrument: Instrument;
  readonly settings: PaperSettings;
}

export function openBooks(opening: {
  accountId: string;
  quote: string;
  startingBalanceQuote: DecimalText;
  nowMs: EpochMs;
}): PaperBooks {
  return {
    version: 1,
    accountId: opening.accountId,
    quote: opening.quote,
    startingBalanceQuote: opening.startingBalanceQuote,
    balanceQuote: opening.startingBalanceQuote,
    openedAtMs: opening.nowMs,
    advancedToMs: opening.nowMs,
    lastOrderNumber: 0,
    lastPositionNumber: 0,
    lastSequence: 0,
    readThroughSequence: 0,
    positions: {},
    marks: {},
    working: [],
    finished: [],
    usedClientIds: [],
    activity: [],
  };
}

/** A draft to change: containers are copied, entries shared. */
export function draftOf(books: PaperBooks): PaperBooks {
  return {
    ...books,
    positions: { ...books.positions },
    marks: { ...books.marks },
    working: [...books.working],
    finished: [...books.finished],
    activity: [...books.activity],
  };
}

/** Symbols with a position or a working order, in one order whatever store the books came from. */
export function activeSymbols(books: PaperBooks): readonly MarketSymbol[] {
  const symbols = new Set(Object.keys(books.positions));
  for (const order of books.working) symbols.add(order.symbol);
  return [...symbols].sort();
}

/** The mark of a symbol that has one: every symbol with a position or a working order does. */
export function markOf(books: PaperBooks, symbol: MarketSymbol): PaperMark {
  const mark = books.marks[symbol];
  if (!mark) throw new Error(`the paper books of ${books.accountId} hold no mark for ${symbol}`);
  return mark;
}
