import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CandleRepository, createCandleRepository } from '#db/repositories/candles.ts';
import { type CandleSeries, seriesOf } from '#domain/candle.ts';
import { MINUTE_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const BTC = 'BTC/USDT:USDT';
const START_MS = Date.UTC(2025, 0, 1);
const KEY = { venue: 'binanceusdm', symbol: BTC, timeframe: '1m' } as const;

let test: TestDatabase;
let candles: CandleRepository;
beforeAll(async () => {
  test = await createTestDatabase({ maxConnections: 8 });
  candles = createCandleRepository(test.database);
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

/** Minutes after the start. */
const span = (from: number, to: number): TimeSpan => ({
  fromMs: START_MS + from * MINUTE_MS,
  toMs: START_MS + to * MINUTE_MS,
});

/** Prices no decimal text of few digits can hold. */
function bars(minutes: readonly number[], close = 1 / 3): CandleSeries {
  const rows = minutes.map((minute) => ({
    openAtMs: START_MS + minute * MINUTE_MS,
    open: 0.1 + 0.2,
    high: 1e21,
    low: 5e-324,
    close,
    volume: minute,
  }));
  return seriesOf(BTC, '1m', rows);
}

const whole = span(0, 1_000);
const stored = () => candles.between(KEY, whole);

describe('candles', () => {
  it('come back to the last bit, oldest first, by the span they open in', async () => {
    await candles.save('binanceusdm', bars([3, 4, 5]), span(3, 6));
    await candles.save('binanceusdm', bars([0, 1, 2]), span(0, 3));
    expect(await stored()).toEqual(bars([0, 1, 2, 3, 4, 5]));
    expect(await candles.between(KEY, span(1, 4))).toEqual(bars([1, 2, 3]));
    expect(await candles.between(KEY, span(900, 901))).toEqual(bars([]));
  });

  it('stand there once; the last word on a bar counts', async () => {
    await candles.save('binanceusdm', bars([0, 1], 7), span(0, 2));
    await candles.save('binanceusdm', bars([1, 2], 9), span(1, 3));
    expect([...(await stored()).close]).toEqual([7, 9, 9]);
  });

  it('of another venue, symbol or timeframe are another series', async () => {
    await candles.save('binanceusdm', bars([0]), span(0, 1));
    await candles.save('bybit', bars([0, 1]), span(0, 2));
    await candles.save('binanceusdm', { ...bars([0, 3]), timeframe: '3m' }, span(0, 6));
    expect(await stored()).toHaveLength(1);
    expect((await candles.coverage(KEY, whole)).read).toEqual([span(0, 1)]);
    expect((await candles.held()).map(({ venue, timeframe }) => `${venue} ${timeframe}`)).toEqual([
      'binanceusdm 1m',
      'binanceusdm 3m',
      'bybit 1m',
    ]);
  });

  it('are stored with what was read or not at all', async () => {
    const broken = { ...bars([0, 1]), openAtMs: Float64Array.of(START_MS, Number.NaN) };
    await expect(candles.save('binanceusdm', broken, span(0, 2))).rejects.toThrow();
    expect(await candles.coverage(KEY, whole)).toEqual({ read: [], bars: [] });
  });
});

describe('the coverage of a series', () => {
  it('joins what touches or overlaps, whatever the order', async () => {
    for (const [from, to] of [
      [10, 20],
      [30, 40],
      [0, 5],
      [20, 30],
      [35, 38],
      [4, 6],
    ] as const)
      await candles.save('binanceusdm', bars([]), span(from, to));
    expect((await candles.coverage(KEY, whole)).read).toEqual([span(0, 6), span(10, 40)]);
    expect(await candles.held()).toEqual([{ ...KEY, spans: [span(0, 6), span(10, 40)] }]);
  });

  it('tells a hole of the venue as read and without bars', async () => {
    await candles.save('binanceusdm', bars([0, 1, 4, 5, 6]), span(0, 8));
    expect(await candles.coverage(KEY, whole)).toEqual({
      read: [span(0, 8)],
      bars: [span(0, 2), span(4, 7)],
    });
  });

  it('is cut to the span it is asked for', async () => {
    await candles.save('binanceusdm', bars([0, 1, 2, 3]), span(0, 10));
    expect(await candles.coverage(KEY, span(1, 3))).toEqual({ read: [span(1, 3)], bars: [span(1, 3)] });
  });

  it('takes no note of what was not read to the end', async () => {
    await candles.save('binanceusdm', bars([0, 1]), span(5, 5));
    expect(await candles.coverage(KEY, whole)).toEqual({ read: [], bars: [span(0, 2)] });
  });

  it('stays whole when many write it at once', async () => {
    const pages = Array.from({ length: 24 }, (_, page) => page);
    await Promise.all(
      pages.map((page) =>
        candles.save('binanceusdm', bars([page * 2, page * 2 + 1]), span(page * 2, page * 2 + 2)),
      ),
    );
    expect(await candles.coverage(KEY, whole)).toEqual({ read: [span(0, 48)], bars: [span(0, 48)] });
    const [row] = await test.database.sql`select count(*)::int as spans from candle_spans`;
    expect(row).toEqual({ spans: 1 });
  });
});
