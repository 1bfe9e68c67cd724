/**
 * One isolated position: what a fill does to its size, cost and margin, and where it is liquidated.
 * Cost, not the average entry, is what is kept: it adds and closes without loss, so a round trip realises exactly
 * what was received less what was paid.
 */
import type { Big } from 'big.js';
import { decimal, decimalText, divideDecimals, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { PaperPosition } from './paper-books.ts';

const COST_PLACES = 12;
const MARGIN_PLACES = 8;

/** Initial margin of a notional, rounded up to the eighth decimal. */
export function initialMargin(notionalQuote: Big, leverage: number): Big {
  return divideDecimals(notionalQuote, decimal(leverage), MARGIN_PLACES, 'up');
}

export function averageEntry(position: PaperPosition): Big {
  return divideDecimals(decimal(position.costQuote), decimal(position.quantityBase), COST_PLACES);
}

/** The position with more of the same side, margined at its own leverage. */
export function increased(
  position: PaperPosition,
  quantityBase: Big,
  priceQuote: Big,
  instrument: Instrument,
): PaperPosition {
  const notional = quantityBase.times(priceQuote);
  return withLiquidation(
    {
      ...position,
      quantityBase: decimalText(quantityBase.plus(position.quantityBase)),
      costQuote: decimalText(notional.plus(position.costQuote)),
      marginQuote: decimalText(initialMargin(notional, position.leverage).plus(position.marginQuote)),
    },
    instrument,
  );
}

export interface Reduction {
  /** Null when nothing is left. */
  readonly position: PaperPosition | null;
  readonly realisedQuote: Big;
  /** The margin that belonged to the closed part. */
  readonly releasedQuote: Big;
}

/** Closes a part: cost and margin go in proportion, and the last part takes all that is left of them. */
export function reduced(
  position: PaperPosition,
  quantityBase: Big,
  priceQuote: Big,
  instrument: Instrument,
): Reduction {
  const held = decimal(position.quantityBase);
  const left = held.minus(quantityBase);
  const cost = left.eq(0)
    ? decimal(position.costQuote)
    : divideDecimals(decimal(position.costQuote).times(quantityBase), held, COST_PLACES);
  const marginLeft = divideDecimals(decimal(position.marginQuote).times(left), held, MARGIN_PLACES, 'up');
  const proceeds = quantityBase.times(priceQuote);
  return {
    position: left.eq(0)
      ? null
      : withLiquidation(
          {
            ...position,
            quantityBase: decimalText(left),
            costQuote: decimalText(decimal(position.costQuote).minus(cost)),
            marginQuote: decimalText(marginLeft),
          },
          instrument,
        ),
    realisedQuote: position.side === 'long' ? proceeds.minus(cost) : cost.minus(proceeds),
    releasedQuote: decimal(position.marginQuote).minus(marginLeft),
  };
}

export function unrealised(position: PaperPosition, markQuote: Big): Big {
  const worth = markQuote.times(position.quantityBase);
  return position.side === 'long'
    ? worth.minus(position.costQuote)
    : decimal(position.costQuote).minus(worth);
}

/** The price at which the margin is spent, on the tick just before: nothing worse can be taken from the account. */
export function bankruptcyPrice(position: PaperPosition, instrument: Instrument): Big {
  const quantity = decimal(position.quantityBase);
  if (position.side === 'long') {
    const left = decimal(position.costQuote).minus(position.marginQuote);
    if (left.lte(0)) return decimal(0);
    return roundToStep(divideDecimals(left, quantity, COST_PLACES, 'up'), instrument.tickSizeQuote, 'up');
  }
  const most = decimal(position.costQuote).plus(position.marginQuote);
  return roundToStep(divideDecimals(most, quantity, COST_PLACES, 'down'), instrument.tickSizeQuote, 'down');
}

/**
 * Where margin plus profit is down to the maintenance margin of the notional there:
 * `(cost - margin) / (quantity × (1 - m))` for a long, `(cost + margin) / (quantity × (1 + m))` for a short,
 * on the tick nearer to the entry. A long whose margin is its whole cost has none.
 */
function withLiquidation(position: PaperPosition, instrument: Instrument): PaperPosition {
  const maintenance = decimal(instrument.maintenanceMarginFraction);
  const quantity = decimal(position.quantityBase);
  const cost = decimal(position.costQuote);
  const tick = instrument.tickSizeQuote;
  if (position.side === 'short') {
    const bound = divideDecimals(
      cost.plus(position.marginQuote),
      quantity.times(maintenance.plus(1)),
      COST_PLACES,
      'down',
    );
    return { ...position, liquidationPriceQuote: decimalText(roundToStep(bound, tick, 'down')) };
  }
  const owed = cost.minus(position.marginQuote);
  if (owed.lte(0)) return { ...position, liquidationPriceQuote: null };
  const bound = divideDecimals(owed, quantity.times(decimal(1).minus(maintenance)), COST_PLACES, 'up');
  return { ...position, liquidationPriceQuote: decimalText(roundToStep(bound, tick, 'up')) };
}
