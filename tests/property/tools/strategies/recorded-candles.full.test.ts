/** Every strategy on recorded hours, a thousand parameter sets each. */
import { join } from 'node:path';
import { describe, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { decodeCandles } from '#exchanges/replay/decode-candles.ts';
import { readBytes } from '#exchanges/replay/read-bytes.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { expectHardLimits, expectNoLookahead } from '#tests/support/strategy-properties.ts';
import { STRATEGIES } from '#tools/strategies/registry.ts';

const PARAMETER_SETS = 1_000;
const LONG = { timeout: 240_000 };

describe.each(STRATEGIES)('$name on recorded candles', (strategy) => {
  it('decides the same on every past bar whatever the candles after it are', LONG, async (context) => {
    skipWithoutRecordedMarket(context);
    const bitcoin = await readRecorded('BTCUSDT_1h_20220101_20220531');
    const solana = await readRecorded('SOLUSDT_1h_20220101_20220529');
    expectNoLookahead(strategy, bitcoin, solana, PARAMETER_SETS);
  });

  it('is held to its units and its losses, whatever it asks for', LONG, async (context) => {
    skipWithoutRecordedMarket(context);
    // The fall of May 2022 is among them.
    expectHardLimits(strategy, await readRecorded('SOLUSDT_1h_20220101_20220529'), PARAMETER_SETS);
  });
});

async function readRecorded(name: string): Promise<CandleSeries> {
  const bytes = await readBytes(join(RECORDED_MARKET, `BINANCEUSDM_${name}.csv.gz`));
  return decodeCandles(bytes, { name, symbol: 'BTC/USDT:USDT', timeframe: '1h' });
}
