import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { DAY_MS, HOUR_MS, isoTime } from '#domain/time.ts';
import { readConfig } from '#server/config.ts';
import { generatorKey, replayKey } from '#server/engine/market-key.ts';
import { type CandleFolder, candleFile, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const END_MS = FROM_MS + 28 * DAY_MS;
const START_MS = END_MS - 30 * HOUR_MS;
const LATER_MS = START_MS + 10 * HOUR_MS;

let home: Home;
let test: TestDatabase;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  const span = { timeframe: '5m', fromMs: FROM_MS, toMs: END_MS } as const;
  folder = await createCandleFolder({
    ...candleFile('MADEUP_BTCUSDT', span),
    ...candleFile('MADEUP_ETHUSDT', { ...span, priceQuote: 10 }),
  });
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
  await test?.drop();
});

/** The market's clock as a desk left it that has ended. */
const leaveClock = (key: string, marketMs: number) =>
  createMarketClockRepository(test.database).anchor(key, { wallMs: FROM_MS, marketMs, speed: 60 });

async function analyze(env: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await home.run(['analyze', 'BTC'], { DATABASE_URL: test.url, ...env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('`analyze`', () => {
  it('answers at the start of the candles while no desk has run there, and at the desk’s time after', async () => {
    const env = { VIGIL_DATA: folder.path, VIGIL_FROM: isoTime(START_MS) };
    expect(await analyze(env)).toMatch(new RegExp(`^market .* at ${isoTime(START_MS)}\n`));
    await leaveClock(replayKey('MADEUP', readConfig(env).market), LATER_MS);
    expect(await analyze(env)).toMatch(new RegExp(`^market .* at ${isoTime(LATER_MS)}\n`));
  });

  it('answers at the end of the candles when the desk has come there', async () => {
    const env = { VIGIL_DATA: folder.path, VIGIL_FROM: isoTime(START_MS) };
    await leaveClock(replayKey('MADEUP', readConfig(env).market), END_MS);
    expect(await analyze(env)).toMatch(new RegExp(`^market .* at ${isoTime(END_MS)}\n`));
  });

  it('tells the time of prices that are made up, too', async () => {
    const env = { VIGIL_SEED: '7', VIGIL_FROM: isoTime(START_MS) };
    await leaveClock(generatorKey(readConfig(env).market), LATER_MS);
    expect(await analyze(env)).toMatch(
      new RegExp(`^market generator.*\\(synthetic.*\\) at ${isoTime(LATER_MS)}\n`),
    );
  });
});
