import type { Position } from '#domain/account.ts';

/** What closing at the mark would leave after fees and funding paid so far; the exit's own fee is not known yet. */
export function netProfitQuote(position: Position): number {
  return Number(position.unrealisedQuote) - Number(position.feesQuote) - Number(position.fundingQuote);
}

/** What the position is worth at the mark, whichever side it is on. */
export function notionalQuote(position: Position): number {
  return Number(position.quantityBase) * Number(position.markPriceQuote);
}

/** How far the mark is from liquidation, as a fraction of the mark; null where there is none. */
export function liquidationDistance(position: Position): number | null {
  const mark = Number(position.markPriceQuote);
  if (position.liquidationPriceQuote === null || !(mark > 0)) return null;
  return Math.abs(mark - Number(position.liquidationPriceQuote)) / mark;
}
