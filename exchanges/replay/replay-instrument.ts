/** Candle files carry no exchange filters: these stand in for them. */
import { decimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import { assetClassOf, type MarketSymbol } from '#domain/symbol.ts';

export interface ReplayFees {
  readonly takerFraction: number;
  readonly makerFraction: number;
}

/** Binance USD-M, regular user (VIP 0). */
export const DEFAULT_FEES: ReplayFees = { takerFraction: 0.0005, makerFraction: 0.0002 };

/** A tenth of a basis point, so that the tick stays under 1 bp after a fall of nine tenths. */
const TICK_SHARE_OF_PRICE = 0.000_01;
const STEP_WORTH_QUOTE = 0.5;
const LARGEST_ORDER_QUOTE = 10_000_000;
const MIN_NOTIONAL_QUOTE = 5;

/**
 * Steps are the powers of ten that fit the price: a tick of at most 0.1 bp of it, a quantity step worth at most
 * 0.5 in quote currency; one order at most about ten million in quote currency. Margin by asset class.
 */
export function replayInstrument(symbol: MarketSymbol, priceQuote: number, fees: ReplayFees): Instrument {
  const isMajor = assetClassOf(symbol) === 'major';
  const quantityStepBase = powerOfTenWithin(STEP_WORTH_QUOTE / priceQuote);
  return {
    symbol,
    tickSizeQuote: powerOfTenWithin(priceQuote * TICK_SHARE_OF_PRICE),
    quantityStepBase,
    minQuantityBase: quantityStepBase,
    maxQuantityBase: powerOfTenWithin(LARGEST_ORDER_QUOTE / priceQuote),
    minNotionalQuote: decimalText(MIN_NOTIONAL_QUOTE),
    maxLeverage: isMajor ? 50 : 20,
    maintenanceMarginFraction: isMajor ? 0.005 : 0.01,
    takerFeeFraction: fees.takerFraction,
    makerFeeFraction: fees.makerFraction,
  };
}

/** The greatest power of ten that is not above `limit`. */
function powerOfTenWithin(limit: number): string {
  return decimalText(`1e${Math.floor(Math.log10(limit))}`);
}
