import { describe, expect, it } from 'vitest';
import type { Candle, CandleSeries } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { CandlePage, CandleWindow } from '#exchanges/ccxt/candle-pages.ts';
import { backfillSpan } from '#server/cli/backfill-series.ts';

const BTC = 'BTC/USDT:USDT';
const KEY = { venue: 'binanceusdm', symbol: BTC, timeframe: '1m' } as const;
const START_MS = Date.UTC(2025, 0, 1);
const PAGE_BARS = 5;

const span = (from: number, to: number): TimeSpan => ({
  fromMs: START_MS + from * MINUTE_MS,
  toMs: START_MS + to * MINUTE_MS,
});
const bar = (minute: number, change: Partial<Candle> = {}): Candle => ({
  openAtMs: START_MS + minute * MINUTE_MS,
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 1,
  ...change,
});
const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const minuteOf = (atMs: number) => (atMs - START_MS) / MINUTE_MS;

/** A venue that has these bars, five on a page, and what became of its answers. */
function stage(bars: readonly Candle[], settings: { nowMs?: number; failures?: AppError[] } = {}) {
  const failures = [...(settings.failures ?? [])];
  const stop = new AbortController();
  const asked: string[] = [];
  const stored: { minutes: number[]; read: string }[] = [];
  const rests: number[] = [];
  const deps = {
    async readPage({ fromMs, endMs }: CandleWindow): Promise<CandlePage> {
      asked.push(`${minuteOf(fromMs)}..${minuteOf(endMs)}`);
      const failure = failures.shift();
      if (failure) throw failure;
      const rows = bars.filter((row) => row.openAtMs >= fromMs && row.openAtMs < endMs).slice(0, PAGE_BARS);
      return {
        rows,
        nextFromMs: (rows.at(-1)?.openAtMs ?? fromMs + (PAGE_BARS - 1) * MINUTE_MS) + MINUTE_MS,
      };
    },
    candles: {
      async save(_venue: string, series: CandleSeries, read: TimeSpan) {
        stored.push({
          minutes: [...series.openAtMs].map(minuteOf),
          read: `${minuteOf(read.fromMs)}..${minuteOf(read.toMs)}`,
        });
      },
    },
    venueNowMs: () => settings.nowMs ?? START_MS + 30 * DAY_MS,
    async wait(ms: number) {
      rests.push(ms);
    },
    signal: stop.signal,
    onPage() {},
  };
  return { deps, asked, stored, rests, stop };
}

const unavailable = () => new AppError('venue_unavailable', 'gone');

describe('a backfill', () => {
  it('stores page after page, each with what it answers', async () => {
    const { deps, stored } = stage(minutes(0, 12).map((minute) => bar(minute)));
    await backfillSpan(KEY, span(0, 12), deps);
    expect(stored).toEqual([
      { minutes: [0, 1, 2, 3, 4], read: '0..5' },
      { minutes: [5, 6, 7, 8, 9], read: '5..10' },
      { minutes: [10, 11], read: '10..12' },
    ]);
  });

  it('takes note that an old bar is not there, also where a whole page is empty', async () => {
    const { deps, stored } = stage([bar(0), bar(3), bar(12)]);
    await backfillSpan(KEY, span(0, 14), deps);
    expect(stored.map(({ read }) => read)).toEqual(['0..13', '13..14']);
    const empty = stage([]);
    await backfillSpan(KEY, span(0, 8), empty.deps);
    expect(empty.stored.map(({ read }) => read)).toEqual(['0..5', '5..8']);
  });

  it('leaves a hole open that is younger than a day, and settles what is older of it', async () => {
    const nowMs = START_MS + DAY_MS + 2 * MINUTE_MS;
    const young = stage([bar(0), bar(1), bar(2), bar(4), bar(5)], { nowMs });
    await backfillSpan(KEY, span(0, 6), young.deps);
    expect(young.stored).toEqual([{ minutes: [0, 1, 2, 4, 5], read: '0..3' }]);
    const both = stage([bar(0), bar(4)], { nowMs });
    await backfillSpan(KEY, span(0, 5), both.deps);
    expect(both.stored).toEqual([{ minutes: [0, 4], read: '0..2' }]);
  });

  it('takes no note of a newest bar that has not come yet', async () => {
    const { deps, stored } = stage([bar(0), bar(1)], { nowMs: START_MS + 4 * MINUTE_MS });
    await backfillSpan(KEY, span(0, 4), deps);
    expect(stored[0]).toEqual({ minutes: [0, 1], read: '0..2' });
    expect(stored[1]?.read).toBe('2..2');
  });

  it.each([
    ['impossible_range', [bar(0), bar(1, { high: 1, low: 2 })]],
    ['negative', [bar(0), bar(1, { low: -1 })]],
    ['impossible_range', [bar(0, { volume: Number.NaN })]],
    ['duplicate', [bar(0), bar(0)]],
    ['out_of_order', [bar(1), bar(0)]],
    ['misaligned', [bar(0.5)]],
  ])('refuses a page with a bar that is %s, and stores nothing of it', async (code, bars) => {
    const { deps, stored } = stage(bars);
    await expect(backfillSpan(KEY, span(0, 5), deps)).rejects.toMatchObject({
      code: 'market_data_unsound',
      message: expect.stringMatching(
        new RegExp(`binanceusdm .*BTC/USDT:USDT 1m: bar 2025-01-01.*\\(${code}\\).*--from and --to`),
      ),
    });
    expect(stored).toEqual([]);
  });

  it('asks again for a page the venue did not give, longer apart each time', async () => {
    const failures = [unavailable(), unavailable()];
    const { deps, asked, stored, rests } = stage([bar(0), bar(1)], { failures });
    await backfillSpan(KEY, span(0, 2), deps);
    expect(asked).toEqual(['0..2', '0..2', '0..2']);
    expect(rests).toEqual([1_000, 2_000]);
    expect(stored).toHaveLength(1);
  });

  it('gives up after six attempts', async () => {
    const { deps, asked } = stage([bar(0)], { failures: Array.from({ length: 9 }, unavailable) });
    await expect(backfillSpan(KEY, span(0, 2), deps)).rejects.toMatchObject({ code: 'venue_unavailable' });
    expect(asked).toHaveLength(6);
  });

  it('asks once where asking again is of no use', async () => {
    const { deps, asked } = stage([], { failures: [new AppError('symbol_unknown', 'no')] });
    await expect(backfillSpan(KEY, span(0, 2), deps)).rejects.toMatchObject({ code: 'symbol_unknown' });
    expect(asked).toHaveLength(1);
  });

  it('ends after the page under way when it is told to, and between attempts', async () => {
    const one = stage(minutes(0, 12).map((minute) => bar(minute)));
    await backfillSpan(KEY, span(0, 12), { ...one.deps, onPage: () => one.stop.abort() });
    expect(one.stored).toHaveLength(1);

    const other = stage([bar(0)], { failures: [unavailable()] });
    await backfillSpan(KEY, span(0, 2), { ...other.deps, wait: async () => other.stop.abort() });
    expect(other.asked).toHaveLength(1);
    expect(other.stored).toEqual([]);
  });
});
