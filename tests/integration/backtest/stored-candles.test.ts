/** The stored candles of a venue and files of the same bars are the same market. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCandleRepository } from '#db/repositories/candles.ts';
import { seriesOf } from '#domain/candle.ts';
import { DAY_MS, HOUR_MS, isoTime } from '#domain/time.ts';
import { createReplayMarket, replayArchive } from '#exchanges/replay/replay-market.ts';
import { storedArchive } from '#server/backtest/stored-archive.ts';
import { NOTHING_DONE, type StoredBacktest, walkBacktest } from '#server/backtest/walk-backtest.ts';
import {
  type CandleFolder,
  candleFile,
  createCandleFolder,
  madeUpCandles,
} from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { openWalkedDesk, spanOf } from '#tests/support/walked-backtest.ts';

const VENUE = 'binanceusdm';
const BEGUN_MS = Date.UTC(2025, 0, 1);
const FROM_MS = BEGUN_MS + 26 * DAY_MS;
const TO_MS = FROM_MS + 12 * HOUR_MS;
const SPAN = { timeframe: '5m' as const, fromMs: BEGUN_MS, toMs: TO_MS };
const PRICES = { 'BTC/USDT:USDT': 90_000, 'ETH/USDT:USDT': 3_000 };
const OPTIONS = { symbols: Object.keys(PRICES), barsPerSeries: 150, fromMs: FROM_MS, toMs: TO_MS };

let test: TestDatabase;
let folder: CandleFolder;
let home: Home;

beforeAll(async () => {
  test = await createTestDatabase();
  home = await openHome();
  const candles = createCandleRepository(test.database);
  const files: Record<string, string> = {};
  for (const [symbol, priceQuote] of Object.entries(PRICES)) {
    const bars = madeUpCandles({ ...SPAN, priceQuote });
    await candles.save(VENUE, seriesOf(symbol, '5m', bars), SPAN);
    Object.assign(files, candleFile(`BINANCEUSDM_${symbol.slice(0, 3)}USDT`, { ...SPAN, priceQuote }));
  }
  folder = await createCandleFolder(files);
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
  await test?.drop();
});

it('walks to the same orders and equity', async () => {
  const archive = await storedArchive(createCandleRepository(test.database), VENUE);
  const markets = [
    await replayArchive(archive, OPTIONS),
    await createReplayMarket({ ...OPTIONS, path: folder.path }),
  ];
  const ends: StoredBacktest[] = [];
  for (const market of markets) {
    const desk = await openWalkedDesk(market, FROM_MS);
    const walking = { begun: NOTHING_DONE, signal: new AbortController().signal, onInstant: () => undefined };
    const state = await walkBacktest(desk, spanOf(market, FROM_MS, TO_MS), walking);
    ends.push({ ...state, desk: await desk.contents() });
    desk.close();
  }
  expect(ends[0]).toEqual(ends[1]);
  expect(ends[0]?.doneToMs).toBe(TO_MS);
  expect(ends[0]?.desk.orders.fills.length).toBeGreaterThan(0);
});

it('are walked by the command where a venue is the market and no files are named', async () => {
  const env = { DATABASE_URL: test.url, VIGIL_MARKET: VENUE };
  const words = ['--from', isoTime(FROM_MS), '--to', isoTime(TO_MS), '--symbols', 'BTC,ETH', '--json'];
  const { code, stdout, stderr } = await home.run(['backtest', ...words], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ symbols: OPTIONS.symbols, bars: 2 * 144, funding: 0 });
});

it('names the venues there are, where nothing of one is stored', async () => {
  const asked = storedArchive(createCandleRepository(test.database), 'bybit');
  await expect(asked).rejects.toThrow(
    /no candles of bybit are stored, but of binanceusdm: store some with backfill/,
  );
});
