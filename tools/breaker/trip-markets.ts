import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { TripMarket } from '#domain/trip-market.ts';
import { highOf } from './assess-breaker.ts';

/** What an event of the breaker keeps of a frozen market, one for each sound symbol: its candles are named by snapshot id. */
export function tripMarkets({ markets, fastTimeframe, asOfMs }: MarketSnapshot): TripMarket[] {
  return [...markets.values()].map(({ symbol, series, ticker, funding, openInterestQuote }) => {
    const bars = series.get(fastTimeframe);
    return {
      symbol,
      lastQuote: ticker.lastQuote,
      atMs: ticker.atMs,
      hourHighQuote: highWithin(bars, HOUR_MS, asOfMs),
      fourHourHighQuote: highWithin(bars, 4 * HOUR_MS, asOfMs),
      quoteVolume24h: ticker.quoteVolume24h,
      fundingRateFraction: funding?.rateFraction ?? null,
      openInterestQuote,
    };
  });
}

function highWithin(bars: CandleSeries | undefined, windowMs: number, asOfMs: number): number | null {
  const high = bars === undefined ? 0 : highOf(bars, windowMs, asOfMs);
  return high > 0 ? high : null;
}
