/** What taking costs in a reckoning on candles: the paper venue's own formula, for a single fill. */
import type { Big } from 'big.js';
import { type DecimalText, decimal, divideDecimals, roundToStep } from '#domain/decimal.ts';
import type { OrderSide } from '#domain/order.ts';

/** What trading costs. The paper venue's `PAPER_SETTINGS` and the symbol's `Instrument` hold these fields. */
export interface TradingCosts {
  readonly takerFeeFraction: number;
  readonly tickSizeQuote: DecimalText;
  /** What every taker pays over the reference price, before impact. */
  readonly halfSpreadFraction: number;
  /** How far taking a whole bar's volume would move the price; linear in the share taken. */
  readonly impactFraction: number;
  /**
   * The most of a bar that is taken at once, and so the most the impact can be. The paper venue goes on with the next
   * bars; a single fill stands for them here, as if all went at the price of the first.
   */
  readonly volumeShareFraction: number;
}

/** The part of the costs that is the same for every symbol. */
export type AssumedCosts = Pick<
  TradingCosts,
  'halfSpreadFraction' | 'impactFraction' | 'volumeShareFraction'
>;

export interface TakenFill {
  readonly side: OrderSide;
  readonly quantity: Big;
  readonly referenceQuote: number;
  /** Of the bar it is taken from. Without volume there is no impact. */
  readonly volumeBase: number;
}

const SHARE_PLACES = 12;

/** The reference moved against the taker by half the spread and the impact, rounded against them to the tick. */
export function takenPrice(
  { side, quantity, referenceQuote, volumeBase }: TakenFill,
  { halfSpreadFraction, impactFraction, volumeShareFraction, tickSizeQuote }: TradingCosts,
): Big {
  const wanted =
    volumeBase > 0 ? divideDecimals(quantity, decimal(volumeBase), SHARE_PLACES, 'up') : decimal(0);
  const share = wanted.gt(volumeShareFraction) ? decimal(volumeShareFraction) : wanted;
  const slip = share.times(decimal(impactFraction)).plus(decimal(halfSpreadFraction));
  const slipped = decimal(referenceQuote).times(side === 'buy' ? slip.plus(1) : decimal(1).minus(slip));
  const tick = decimal(tickSizeQuote);
  return slipped.lt(tick) ? tick : roundToStep(slipped, tickSizeQuote, side === 'buy' ? 'up' : 'down');
}
