import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { summarizeSeries, summaryText } from '#server/cli/backfill-summary.ts';

const BTC = 'BTC/USDT:USDT';
const START_MS = Date.UTC(2025, 0, 1);
const span = (from: number, to: number): TimeSpan => ({
  fromMs: START_MS + from * MINUTE_MS,
  toMs: START_MS + to * MINUTE_MS,
});
const series = (before: TimeSpan[], read: TimeSpan[], bars: TimeSpan[]) =>
  summarizeSeries(
    { symbol: BTC, timeframe: '1m', span: span(0, 100) },
    { read: before, bars: before },
    { read, bars },
  );

describe('the summary of a series', () => {
  it('tells gaps of the venue from what was not asked for yet', () => {
    expect(
      series([span(0, 5)], [span(0, 50), span(60, 80)], [span(0, 10), span(12, 50), span(60, 85)]),
    ).toEqual({
      symbol: BTC,
      bars: 73,
      newBars: 68,
      gaps: [{ ...span(10, 12), bars: 2 }],
      missingBars: 25,
    });
  });

  it('is complete without gaps when every bar is there', () => {
    expect(series([], [span(0, 100)], [span(0, 100)])).toMatchObject({ bars: 100, gaps: [], missingBars: 0 });
  });
});

it('the text of a summary names the longest gap, and the way to the rest', () => {
  const one = series([], [span(0, 50)], [span(1, 10), span(20, 50)]);
  const text = summaryText({
    ...{ venue: 'binanceusdm', timeframe: '1m', ...span(0, 100), complete: false, bars: one.bars },
    ...{ newBars: one.newBars, seconds: 1.5, series: [one] },
  });
  expect(text.split('\n')).toEqual([
    'binanceusdm 1m, 2025-01-01T00:00:00.000Z to 2025-01-01T01:40:00.000Z',
    'BTC/USDT:USDT: 39 bars, 39 of them new; the venue lacks 11 in 2 gaps, the longest from 2025-01-01T00:10:00.000Z to 2025-01-01T00:20:00.000Z; 50 still to be asked for',
    '39 bars, 39 of them new, in 1.5 s',
    'the same command asks for the rest',
  ]);
});
