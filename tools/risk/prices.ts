import type { PositionSide } from '#domain/account.ts';
import { decimal, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';

/** Whether a number can be a price: finite and over zero. */
export function isSoundPrice(priceQuote: number | undefined): priceQuote is number {
  return priceQuote !== undefined && Number.isFinite(priceQuote) && priceQuote > 0;
}

/**
 * Price at which an isolated position of this leverage is liquidated, as the paper venue reckons it: where the loss has
 * eaten the margin down to the maintenance margin, on the tick nearer to the entry. It lies nearer than the venue's by
 * the taker fees of both sides, so that a stop in front of it can still be filled there; funding is not foreseen.
 * The entry itself where no margin is left over; zero where it cannot be reached.
 */
export function liquidationPrice(
  entryQuote: number,
  side: PositionSide,
  leverage: number,
  instrument: Pick<Instrument, 'maintenanceMarginFraction' | 'takerFeeFraction' | 'tickSizeQuote'>,
): number {
  const { maintenanceMarginFraction: maintenance, takerFeeFraction, tickSizeQuote } = instrument;
  const room = 1 / leverage - 2 * takerFeeFraction;
  const isLong = side === 'long';
  const bound = isLong
    ? (entryQuote * (1 - room)) / (1 - maintenance)
    : (entryQuote * (1 + room)) / (1 + maintenance);
  if (!Number.isFinite(bound) || (isLong ? bound > entryQuote : bound < entryQuote)) return entryQuote;
  return bound <= 0 ? 0 : Number(roundToStep(decimal(bound), tickSizeQuote, isLong ? 'up' : 'down'));
}

/** Net reward over net risk of one unit, taker fees on entry and exit counted on both sides. Zero when nothing is to gain. */
export function rewardToRisk(prices: {
  entry: number;
  stop: number;
  target: number;
  feeFraction: number;
}): number {
  const { entry, stop, target, feeFraction } = prices;
  const reward = Math.abs(target - entry) - feeFraction * (entry + target);
  const risk = Math.abs(entry - stop) + feeFraction * (entry + stop);
  return risk > 0 ? Math.max(0, reward / risk) : 0;
}
