/**
 * What taking costs. The reference price moves against us by half the spread plus an impact that grows with the share
 * of the bar's volume our orders have taken, this one included: so cutting an order in pieces saves nothing.
 */
import type { Big } from 'big.js';
import { decimal, divideDecimals, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderSide } from '#domain/order.ts';
import type { PaperMark } from './paper-books.ts';
import type { PaperSettings } from './paper-settings.ts';

const SHARE_PLACES = 12;

/** Rounds a price to the tick so that `side` never gains by it. */
export function roundAgainst(side: OrderSide, priceQuote: Big, instrument: Instrument): Big {
  const rounded = roundToStep(priceQuote, instrument.tickSizeQuote, side === 'buy' ? 'up' : 'down');
  return rounded.gt(0) ? rounded : decimal(instrument.tickSizeQuote);
}

function slip(side: OrderSide, referenceQuote: Big, fraction: Big, instrument: Instrument): Big {
  const factor = side === 'buy' ? fraction.plus(1) : decimal(1).minus(fraction);
  return roundAgainst(side, referenceQuote.times(factor), instrument);
}

/** The best price of the other side: what a vanishingly small taker would pay. */
export function touchPrice(
  side: OrderSide,
  referenceQuote: Big,
  instrument: Instrument,
  settings: PaperSettings,
): Big {
  return slip(side, referenceQuote, decimal(settings.halfSpreadFraction), instrument);
}

/** What `quantityBase` pays as taker. Without volume in the bar there is nothing to take and no impact. */
export function takerPrice(
  side: OrderSide,
  referenceQuote: Big,
  quantityBase: Big,
  mark: PaperMark,
  instrument: Instrument,
  settings: PaperSettings,
): Big {
  const share =
    mark.volumeBase > 0
      ? divideDecimals(quantityBase.plus(mark.takenBase), decimal(mark.volumeBase), SHARE_PLACES, 'up')
      : decimal(0);
  const fraction = share.times(decimal(settings.impactFraction)).plus(decimal(settings.halfSpreadFraction));
  return slip(side, referenceQuote, fraction, instrument);
}

/** What of the bar's volume is still ours to take, in whole steps. */
export function fillableBase(
  wantedBase: Big,
  mark: PaperMark,
  instrument: Instrument,
  settings: PaperSettings,
): Big {
  const allowed = decimal(mark.volumeBase).times(decimal(settings.volumeShareFraction)).minus(mark.takenBase);
  const quantity = allowed.lt(wantedBase) ? allowed : wantedBase;
  return quantity.gt(0) ? roundToStep(quantity, instrument.quantityStepBase, 'down') : decimal(0);
}

/** The most a limit order may take before impact would carry its price past the limit, in whole steps. */
export function fillableWithinLimit(
  side: OrderSide,
  limitQuote: Big,
  referenceQuote: Big,
  mark: PaperMark,
  instrument: Instrument,
  settings: PaperSettings,
): Big {
  const gap = side === 'buy' ? limitQuote.minus(referenceQuote) : referenceQuote.minus(limitQuote);
  const room = divideDecimals(gap, referenceQuote, SHARE_PLACES, 'down').minus(
    decimal(settings.halfSpreadFraction),
  );
  if (room.lt(0)) return decimal(0);
  if (settings.impactFraction === 0) return decimal(mark.volumeBase);
  const share = divideDecimals(room, decimal(settings.impactFraction), SHARE_PLACES, 'down');
  const quantity = share.times(decimal(mark.volumeBase)).minus(mark.takenBase);
  return quantity.gt(0) ? roundToStep(quantity, instrument.quantityStepBase, 'down') : decimal(0);
}
