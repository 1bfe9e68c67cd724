import { z } from 'zod';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

/** One symbol as an event of the breaker found it. Absent highs, funding and open interest are null, never zero. */
export const TripMarket = z.object({
  symbol: MarketSymbol,
  lastQuote: z.number().positive(),
  atMs: EpochMs,
  /** The highest prices of the last hour and of the last four, on closed bars. */
  hourHighQuote: z.number().positive().nullable(),
  fourHourHighQuote: z.number().positive().nullable(),
  quoteVolume24h: z.number().nonnegative().nullable(),
  fundingRateFraction: z.number().nullable(),
  openInterestQuote: z.number().nullable(),
});
export type TripMarket = z.infer<typeof TripMarket>;
