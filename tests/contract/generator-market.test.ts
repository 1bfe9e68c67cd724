import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { DEFAULT_SYMBOLS } from '#exchanges/generator/profiles.ts';
import { describeMarketData } from './market-data.contract.ts';

describeMarketData('the generator', async () => ({
  market: createGeneratorMarket({ seed: 7, barsPerSeries: 120 }),
  symbols: DEFAULT_SYMBOLS,
  asOfMs: DEFAULT_START_AT_MS + 26 * HOUR_MS + 7 * MINUTE_MS + 12_345,
  barsPerSeries: 120,
  pure: true,
}));
