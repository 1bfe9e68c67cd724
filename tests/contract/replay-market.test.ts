import { afterAll, beforeAll } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import { type CandleFolder, candleFile, createCandleFolder, fundingFile } from '../support/candle-files.ts';
import { describeMarketData } from './market-data.contract.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const SPAN = { timeframe: '1m', fromMs: FROM_MS, toMs: FROM_MS + 5 * DAY_MS } as const;
let folder: CandleFolder;

beforeAll(async () => {
  folder = await createCandleFolder({
    ...candleFile('MADEUP_BTCUSDT', { ...SPAN, priceQuote: 90_000 }),
    ...candleFile('MADEUP_ETHUSDT', SPAN),
    ...fundingFile(
      'MADEUP_BTCUSDT',
      Array.from({ length: 15 }, (_, i) => [FROM_MS + i * 8 * HOUR_MS, 0.0001 - i * 0.00001]),
    ),
  });
});
afterAll(() => folder.remove());

describeMarketData('a replay of files', async () => ({
  market: await createReplayMarket({
    path: folder.path,
    symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
    barsPerSeries: 12,
  }),
  symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
  asOfMs: FROM_MS + 3 * DAY_MS + 5 * HOUR_MS + 7 * MINUTE_MS + 12_345,
  barsPerSeries: 12,
  pure: true,
}));
