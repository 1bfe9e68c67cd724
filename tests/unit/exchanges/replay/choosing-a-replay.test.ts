import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createReplayMarket, type ReplayOptions } from '#exchanges/replay/replay-market.ts';
import { candleCsv, candleFile, madeUpCandles } from '../../../support/candle-files.ts';
import {
  BARS,
  BTC,
  candleFolder,
  ETH,
  FIVE_DAYS,
  FROM_MS,
  replayOf,
  START_MS,
  snapshotAt,
} from './made-up-replay.ts';

describe('choosing what to replay', () => {
  it('begins at the first instant with a whole look-back of the span that ends last', async () => {
    const later = { ...FIVE_DAYS, fromMs: FROM_MS + 20 * DAY_MS, toMs: FROM_MS + 24 * DAY_MS };
    const market = await replayOf({
      ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
      ...candleFile('MADEUP_BTCUSDT', later),
    });
    expect(market.spanMs).toEqual({ from: FROM_MS + 22 * DAY_MS, to: FROM_MS + 24 * DAY_MS });
    expect(market.description.symbols[0]?.files).toHaveLength(1);
  });

  it('waits for the later symbol when files begin inside a day', async () => {
    const market = await replayOf(
      {
        ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
        ...candleFile('MADEUP_ETHUSDT', { ...FIVE_DAYS, fromMs: FROM_MS + 15 * HOUR_MS + 35 * MINUTE_MS }),
      },
      { symbols: [BTC, ETH] },
    );
    expect(market.spanMs.from).toBe(FROM_MS + 16 * HOUR_MS + 2 * DAY_MS);
    expect((await snapshotAt(market, market.spanMs.from, [BTC, ETH])).faults).toEqual([]);
  });

  it('begins after a hole rather than on a look-back with a gap', async () => {
    const bars = madeUpCandles(FIVE_DAYS).filter((_, index) => index !== 300);
    const market = await replayOf(candleFile('MADEUP_BTCUSDT', FIVE_DAYS, bars));
    expect(market.spanMs.from).toBe(FROM_MS + DAY_MS + 4 * HOUR_MS + 2 * DAY_MS);
    expect((await snapshotAt(market, market.spanMs.from)).faults).toEqual([]);
  });

  it('takes the venue with most of the asked symbols, then perpetuals before spot', async () => {
    const files = {
      ...candleFile('KUCOIN_BTCUSDT', FIVE_DAYS),
      ...candleFile('AAASPOT_BTCUSDT', FIVE_DAYS),
      ...candleFile('AAASPOT_ETHUSDT', FIVE_DAYS),
      ...candleFile('ZZZLINEAR_BTCUSDT', FIVE_DAYS),
      ...candleFile('ZZZLINEAR_ETHUSDT', FIVE_DAYS),
    };
    const market = await replayOf(files, { symbols: [BTC, ETH] });
    expect(market.source).toEqual({ kind: 'replay', name: 'replay ZZZLINEAR', synthetic: false });
    expect(market.description.ignored).toEqual({ 'another venue': 3 });
  });

  it('takes the named venue whatever its letters', async () => {
    const files = {
      ...candleFile('KUCOIN_BTCUSDT', FIVE_DAYS),
      ...candleFile('ZZZLINEAR_BTCUSDT', FIVE_DAYS),
    };
    expect((await replayOf(files, { venue: 'kucoin' })).description.venue).toBe('KUCOIN');
  });

  it('takes the finest interval all symbols have and builds 3m from 1m', async () => {
    const minutes = { ...FIVE_DAYS, timeframe: '1m' } as const;
    const market = await replayOf(
      {
        ...candleFile('MADEUP_BTCUSDT', minutes),
        ...candleFile('MADEUP_ETHUSDT', minutes),
        ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
        ...candleFile('MADEUP_ETHUSDT', FIVE_DAYS),
      },
      { symbols: [BTC, ETH] },
    );
    expect(market).toMatchObject({ finestTimeframe: '1m', fastTimeframe: '3m' });
    const snapshot = await snapshotAt(market, START_MS + HOUR_MS);
    expect(snapshot.timeframes).toEqual(['3m', '15m', '1h', '4h']);
    expect(market.description.ignored).toEqual({ 'another interval': 2 });
  });

  it('falls back to the interval that all have, with its own bars as the fast ones', async () => {
    const market = await replayOf(
      {
        ...candleFile('MADEUP_BTCUSDT', { ...FIVE_DAYS, timeframe: '1m' }),
        ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
        ...candleFile('MADEUP_ETHUSDT', FIVE_DAYS),
      },
      { symbols: [BTC, ETH] },
    );
    expect(market).toMatchObject({ finestTimeframe: '5m', fastTimeframe: '5m' });
    await expect(
      market.candles({ symbol: BTC, timeframe: '3m', fromMs: START_MS, toMs: START_MS + HOUR_MS }),
    ).rejects.toThrow('3m cannot be built from 5m bars of BTC/USDT:USDT: finest is 5m');
  });

  it('reads a single file, and a Binance dump without header', async () => {
    const lines = candleCsv(madeUpCandles(FIVE_DAYS)).trim().split('\n').slice(1);
    const folder = await candleFolder({
      'BTCUSDT-5m-2025-01.csv': lines.map((line) => `${line},0,0,0,0,0,0`).join('\n'),
      ...candleFile('MADEUP_ETHUSDT', FIVE_DAYS),
    });
    const path = `${folder.path}/BTCUSDT-5m-2025-01.csv`;
    const market = await createReplayMarket({ path, symbols: [BTC], barsPerSeries: BARS });
    expect(market.spanMs).toEqual({ from: START_MS, to: FIVE_DAYS.toMs });
  });

  it('joins the files of a symbol where they touch or overlap', async () => {
    const middleMs = FROM_MS + 2 * DAY_MS;
    const market = await replayOf({
      ...candleFile('MADEUP_BTCUSDT', { ...FIVE_DAYS, toMs: middleMs + DAY_MS }),
      ...candleFile('MADEUP_BTCUSDT', { ...FIVE_DAYS, fromMs: middleMs }),
    });
    const bars = await market.candles({ symbol: BTC, timeframe: '5m', fromMs: 0, toMs: FIVE_DAYS.toMs });
    expect([...bars.close]).toEqual(madeUpCandles(FIVE_DAYS).map((candle) => candle.close));
    expect((await snapshotAt(market, FROM_MS + 4 * DAY_MS)).faults).toEqual([]);
  });

  it('begins where it is told when the look-back is there', async () => {
    const fromMs = FROM_MS + 3 * DAY_MS + 7 * MINUTE_MS;
    const market = await replayOf(candleFile('MADEUP_BTCUSDT', FIVE_DAYS), { fromMs });
    expect(market.description.startAtMs).toBe(fromMs);
  });

  it('leaves files from before the look-back of its start unopened', async () => {
    const files = [0, 5, 10].map((day) => {
      const fromMs = FROM_MS + day * DAY_MS;
      return candleFile('MADEUP_BTCUSDT', { ...FIVE_DAYS, fromMs, toMs: fromMs + 5 * DAY_MS });
    });
    const [firstName] = Object.keys(files[0]!);
    const market = await replayOf(
      { ...files[1], ...files[2], [firstName!]: 'never read' },
      { fromMs: FROM_MS + 11 * DAY_MS },
    );
    expect((await snapshotAt(market, market.spanMs.from)).faults).toEqual([]);
    expect(market.description.symbols[0]?.files).toHaveLength(3);
  });
});

describe('what cannot be replayed', () => {
  it.each<[string, Partial<ReplayOptions>, string]>([
    ['a start without its look-back', { fromMs: FROM_MS + DAY_MS }, 'VIGIL_FROM 2025-01-02T00:00:00.000Z'],
    ['a start after the end', { fromMs: FROM_MS + 9 * DAY_MS }, 'MADEUP 5m 2025-01-01..2025-01-05'],
    ['a look-back longer than the files', { barsPerSeries: 50 }, '50 bars of 4h (8.3 days)'],
    ['a symbol without files', { symbols: [BTC, 'XRP/USDT:USDT'] }, 'XRP/USDT:USDT at MADEUP, which has BTC'],
    ['a venue without files', { venue: 'OTHER' }, 'set VIGIL_DATA_VENUE to one of MADEUP'],
  ])('names %s and what there is instead', async (_what, options, words) => {
    await expect(replayOf(candleFile('MADEUP_BTCUSDT', FIVE_DAYS), options)).rejects.toEqual(
      expect.objectContaining({ code: 'candle_data_missing', message: expect.stringContaining(words) }),
    );
  });

  it('names a folder that is not there, and one without candle files', async () => {
    const missing = { path: '/no/such/folder', symbols: [BTC], barsPerSeries: BARS };
    await expect(createReplayMarket(missing)).rejects.toThrow('/no/such/folder cannot be read');
    await expect(replayOf({ 'README.md': 'hello' })).rejects.toThrow('none of the 1 files');
  });

  it('tells the file and line of a malformed candle', async () => {
    const [name] = Object.keys(candleFile('MADEUP_BTCUSDT', FIVE_DAYS));
    const text = candleCsv(madeUpCandles(FIVE_DAYS));
    const spoilt = text.split('\n').with(99, 'nonsense').join('\n');
    await expect(replayOf({ [name!]: spoilt })).rejects.toThrow(`${name}, line 100: open_time "nonsense"`);
  });

  it('tells a file that is not whole gzip', async () => {
    const name = 'MADEUP_BTCUSDT_5m_20250101_20250105.csv.gz';
    const folder = await candleFolder();
    const whole = gzipSync(candleCsv(madeUpCandles(FIVE_DAYS)));
    await writeFile(join(folder.path, name), whole.subarray(0, whole.length / 2));
    const opening = createReplayMarket({ path: folder.path, symbols: [BTC], barsPerSeries: BARS });
    await expect(opening).rejects.toThrow(`${name} is not whole gzip`);
  });
});
