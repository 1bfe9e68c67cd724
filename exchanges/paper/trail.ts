/** How a trailing stop follows the price on the paper venue. */
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import type { PaperOrder } from './paper-books.ts';

/** Where it fires by now; null before it follows, and for every other order. */
export function trailedTrigger({ trail, trailedToQuote, side }: PaperOrder): DecimalText | null {
  if (trail === undefined || trailedToQuote === undefined) return null;
  const back = decimal(trail.callbackFraction).times(side === 'sell' ? -1 : 1);
  return decimalText(decimal(trailedToQuote).times(back.plus(1)));
}

/** The order after it has seen a price: it begins to follow at its activation price, and then only ever goes on. */
export function trailedTo(order: PaperOrder, priceQuote: number): PaperOrder {
  const { trail, trailedToQuote, side } = order;
  if (trail === undefined) return order;
  const price = decimal(priceQuote);
  const reaches = (level: DecimalText) => (side === 'sell' ? price.gte(level) : price.lte(level));
  const beginsAt = trailedToQuote ?? trail.activationPriceQuote;
  return beginsAt === null || reaches(beginsAt) ? { ...order, trailedToQuote: decimalText(price) } : order;
}
