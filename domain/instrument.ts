import { z } from 'zod';
import { DecimalText } from './decimal.ts';
import { MarketSymbol } from './symbol.ts';

/** What a venue says about a perpetual: its steps, limits, margin and fees. Fractions are 0..1. */
export const Instrument = z.object({
  symbol: MarketSymbol,
  tickSizeQuote: DecimalText,
  quantityStepBase: DecimalText,
  minQuantityBase: DecimalText,
  maxQuantityBase: DecimalText,
  minNotionalQuote: DecimalText,
  maxLeverage: z.number().min(1),
  maintenanceMarginFraction: z.number().min(0).max(1),
  takerFeeFraction: z.number().min(0).max(0.1),
  makerFeeFraction: z.number().min(-0.01).max(0.1),
});
export type Instrument = z.infer<typeof Instrument>;
