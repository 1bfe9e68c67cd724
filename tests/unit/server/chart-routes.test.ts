import { describe, expect, it } from 'vitest';
import { ChartBars, ChartChoices } from '#domain/chart-bars.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { ema } from '#tools/indicators/ema.ts';
import { fakeCharts } from './fake-charts.ts';
import { NOW_MS } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const OPEN_NOW_MS = NOW_MS - (NOW_MS % HOUR_MS);

async function bars(query: string, change: Parameters<typeof apiWith>[0] = {}): Promise<ChartBars> {
  const response = await apiWith(change).get(`/api/candles?symbol=BTC&${query}`);
  expect(response.status).toBe(200);
  return ChartBars.parse(await response.json());
}

describe('candles', () => {
  it('are the newest closed ones as of the market’s time, oldest first, and say that they are made up', async () => {
    const answer = await bars('timeframe=1h&limit=3');
    expect(answer.openAtMs).toEqual([3, 2, 1].map((ago) => OPEN_NOW_MS - ago * HOUR_MS));
    expect(answer).toMatchObject({ symbol: 'BTC/USDT:USDT', asOfMs: NOW_MS, source: { synthetic: true } });
    expect([answer.open, answer.close, answer.volume].map(({ length }) => length)).toEqual([3, 3, 3]);
  });

  it('go back by what each answer names for the one before it, without a bar twice or left out', async () => {
    const newest = await bars('timeframe=1h&limit=4');
    const older = await bars(`timeframe=1h&limit=4&to=${newest.olderTo}`);
    expect([...older.openAtMs, ...newest.openAtMs]).toEqual(
      Array.from({ length: 8 }, (_, bar) => OPEN_NOW_MS - (8 - bar) * HOUR_MS),
    );
    expect(older.forming).toBeNull();
  });

  it('show nothing that has not closed, whatever time is asked for', async () => {
    const answer = await bars(`timeframe=1h&limit=2&to=${NOW_MS + 10 * HOUR_MS}`);
    expect(answer.openAtMs.at(-1)).toBe(OPEN_NOW_MS - HOUR_MS);
  });

  it('tell the forming bar by the finer ones that have closed, and no further', async () => {
    const atMs = OPEN_NOW_MS + 10 * MINUTE_MS;
    const { forming } = await bars(
      'timeframe=1h',
      fakeCharts(() => atMs),
    );
    expect(forming).toMatchObject({ openAtMs: OPEN_NOW_MS, asOfMs: OPEN_NOW_MS + 9 * MINUTE_MS, volume: 9 });
    expect(
      (
        await bars(
          'timeframe=1h',
          fakeCharts(() => OPEN_NOW_MS + MINUTE_MS),
        )
      ).forming,
    ).toBeNull();
  });

  it('tell where bars are missing instead of closing up over them', async () => {
    const holes = [OPEN_NOW_MS - 4 * HOUR_MS, OPEN_NOW_MS - 3 * HOUR_MS];
    const answer = await bars(
      'timeframe=1h&limit=6',
      fakeCharts(() => NOW_MS, holes),
    );
    expect(answer.openAtMs).toHaveLength(4);
    expect(answer.gaps).toEqual([{ fromMs: holes[0], toMs: OPEN_NOW_MS - 2 * HOUR_MS, bars: 2 }]);
  });

  it('carry the indicators that are asked for, warmed up before the first bar and equal to the cycles’ own', async () => {
    const answer = await bars('timeframe=1h&limit=50&indicators=ema21,%20rsi14');
    expect(Object.keys(answer.indicators)).toEqual(['ema21', 'rsi14']);
    const { ema21 = [] } = answer.indicators;
    expect(ema21).toHaveLength(50);
    const long = await bars('timeframe=1h&limit=1000');
    expect(ema21.at(-1)).toBeCloseTo(ema(Float64Array.from(long.close), 21).at(-1) ?? 0, 3);
    expect(ema21).not.toContain(null);
  });

  it('ask the market once for what has closed, however often they are looked at', async () => {
    const { charts, asked } = fakeCharts(() => NOW_MS);
    await bars('timeframe=1h&limit=10', { charts });
    const before = asked.length;
    await bars('timeframe=1h&limit=5', { charts });
    expect(asked).toHaveLength(before);
  });

  it('ask again where the market left a hole, which a venue may fill', async () => {
    const { charts, asked } = fakeCharts(() => NOW_MS, [OPEN_NOW_MS - 2 * HOUR_MS]);
    await bars('timeframe=1h&limit=10', { charts });
    const before = asked.length;
    await bars('timeframe=1h&limit=10', { charts });
    expect(asked.length).toBeGreaterThan(before);
  });

  it('of a thousand with six indicators stay small', async () => {
    const keys = 'ema9,ema21,ema50,vwap,rsi14,macdHistogram';
    const response = await apiWith().get(`/api/candles?symbol=BTC&limit=1000&indicators=${keys}`);
    expect((await response.text()).length).toBeLessThan(200_000);
  });

  it.each([
    ['a symbol that is none', 'symbol=B%20T', 'symbol_invalid', 'write BTC'],
    ['a symbol the market does not offer', 'symbol=ETC', 'symbol_unknown', 'did you mean BTC/USDT:USDT?'],
    ['a timeframe that is none', 'symbol=BTC&timeframe=7m', 'request_invalid', '15m'],
    ['bars finer than there are', 'symbol=BTC&timeframe=1m', 'interval_unbuildable', 'it has 3m, 15m, 30m'],
    ['more than a thousand', 'symbol=BTC&limit=1001', 'request_invalid', '1000'],
    ['an indicator that is none', 'symbol=BTC&indicators=ema7', 'request_invalid', 'choose from sma50'],
    ['a time that is none', 'symbol=BTC&to=yesterday', 'request_invalid', 'must be a time'],
  ] as const)('refuse %s and name the way out', async (_name, query, code, words) => {
    const problem = await expectProblem(await apiWith().get(`/api/candles?${query}`), code);
    expect(problem.detail).toContain(words);
  });

  it('can be chosen from what the market has', async () => {
    const choices = ChartChoices.parse(await (await apiWith().get('/api/candles/choices')).json());
    expect(choices.timeframes).toEqual(['3m', '15m', '30m', '1h', '2h', '4h', '1d']);
    expect(choices.indicators).toContain('macdHistogram');
  });
});
