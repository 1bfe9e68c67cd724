import { describe, expect, it } from 'vitest';
import { seriesOf } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { holdingSums } from '#tools/evaluation/holding-sums.ts';
import { judgePart } from '#tools/evaluation/judge-part.ts';
import { entryLuck } from '#tools/evaluation/random-entries.ts';
import { coveredSpans, studyMarket } from '#tools/evaluation/study-market.ts';
import { walkSpan } from '#tools/evaluation/walk-span.ts';
import { holdAll } from '#tools/evaluation/yardsticks.ts';
import { defineStrategy } from '#tools/strategies/strategy.ts';

const FREE = { feeFraction: 0, slippageFraction: 0 };
const COSTS = { feeFraction: 0.001, slippageFraction: 0 };
const START_MS = Date.UTC(2024, 0, 1);

/** Hours whose open is the close before; `null` is a bar that is missing. */
function marketOf(closes: readonly (number | null)[], assumedFunding = 0) {
  let open = 100;
  const rows = closes.flatMap((close, hour) => {
    if (close === null) return [];
    const row = { openAtMs: START_MS + hour * HOUR_MS, open, close, volume: 1 };
    open = close;
    return [{ ...row, high: Math.max(row.open, close), low: Math.min(row.open, close) }];
  });
  return studyMarket('TEST', seriesOf(BTC, '1h', rows), [], assumedFunding);
}

const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** Long from the open after each bar named, for two bars. */
const longAfter = (...bars: readonly number[]) =>
  defineStrategy({
    name: 'told',
    describes: '',
    ranges: {},
    lookBackBars: () => 1,
    prepare: () => ({ decide: (bar) => (bars.includes(bar) || bars.includes(bar - 1) ? 1 : 0) }),
  });

describe('a market of a study', () => {
  it('is cut at a hole of more than a day, and at no shorter one', () => {
    const hole = (hours: number) => Array<null>(hours).fill(null);
    const market = marketOf([100, 101, ...hole(24), 102, ...hole(25), 103, 104]);
    expect(market.stretches.map(({ bars }) => bars.length)).toEqual([3, 2]);
    expect(coveredSpans(market)[0]).toEqual({ fromMs: START_MS, toMs: START_MS + 27 * HOUR_MS });
  });
});

describe('a walk over a span', () => {
  it('tells each trade after costs, and the days to which its profit belongs', () => {
    const closes = Array.from({ length: 48 }, (_, hour) => (hour < 2 ? 100 : hour < 40 ? 110 : 121));
    const walk = walkSpan(longAfter(0, 38), {}, marketOf(closes), all, COSTS);
    // In at 100 and out at 110, in at 110 and out at 121: a tenth each, less fees in and out.
    expect(walk.trades.map(({ netFraction }) => netFraction)).toEqual([
      expect.closeTo(0.1 - 0.001 * 2.1, 12),
      expect.closeTo(0.1 - 0.001 * 2.1, 12),
    ]);
    expect(walk.trades[0]).toMatchObject({
      enteredAtMs: START_MS + HOUR_MS,
      leftAtMs: START_MS + 3 * HOUR_MS,
      held: { side: 'long', bars: 2, units: 1 },
      entryBar: 1,
    });
    expect(walk.days).toEqual([
      { dayAtMs: START_MS, value: expect.closeTo(0.0979, 12) },
      { dayAtMs: START_MS + DAY_MS, value: expect.closeTo(0.0979, 12) },
    ]);
    expect(walk.feesFraction).toBeCloseTo(0.0042, 12);
  });

  it('decides nothing before the span, sees nothing after it, and begins flat', () => {
    const closes = Array.from({ length: 30 }, (_, hour) => 100 + hour);
    const span = { fromMs: START_MS + 10 * HOUR_MS, toMs: START_MS + 20 * HOUR_MS };
    const held = walkSpan(holdAll, {}, marketOf(closes), span, FREE);
    // In at the open of bar 11, 110; marked at the close of bar 19, 119.
    expect(held.days).toEqual([{ dayAtMs: START_MS, value: expect.closeTo(9 / 110, 12) }]);
    expect(held).toMatchObject({ bars: 10, trades: [] });
    const changed = closes.map((close, hour) => (hour >= 20 ? close * 3 : close));
    expect(walkSpan(holdAll, {}, marketOf(changed), span, FREE)).toEqual(held);
  });

  it('counts fractions of the most a strategy may hold', () => {
    const two = { ...holdAll, limits: () => ({ maxUnits: 2, maxLossFraction: null }) };
    const closes = [100, 100, 120];
    expect(walkSpan(two, {}, marketOf(closes), all, FREE).days[0]?.value).toBeCloseTo(0.1, 12);
  });

  it('holds nothing through a hole', () => {
    const hole = Array<null>(30).fill(null);
    const walk = walkSpan(holdAll, {}, marketOf([100, 100, 110, ...hole, 220, 220, 231]), all, FREE);
    expect(walk.days.map(({ value }) => value)).toEqual([expect.closeTo(0.1, 12), expect.closeTo(0.05, 12)]);
  });
});

describe('the sums of holding', () => {
  it('reckon a trade from open to open as the walk does, over stretches and costs and funding', () => {
    const hole = Array<null>(30).fill(null);
    const closes = [100, 104, 99, 107, 103, 108, ...hole, 210, 205, 215, 222, 219, 230];
    const market = marketOf(closes, 0.001);
    const walk = walkSpan(longAfter(1), {}, market, all, COSTS);
    expect(walk.trades).toHaveLength(2);
    const luck = entryLuck(
      walk.trades.map(({ held }) => held),
      walk.trades.map(({ entryBar }) => entryBar),
      holdingSums(market, [all]),
      { draws: 10, random: seededRandom(1), costFraction: 0.001 },
    );
    const net = walk.trades.reduce((sum, { netFraction }) => sum + netFraction, 0);
    expect(luck.reckonedFraction).toBeCloseTo(net, 3);
  });
});

describe('the judgement of a part', () => {
  const wave = Array.from({ length: 24 * 60 }, (_, hour) => 100 + 5 * Math.sin((2 * Math.PI * hour) / 24));
  const market = marketOf(wave);
  const half = START_MS + 30 * DAY_MS;
  const tests = [
    { fromMs: START_MS, toMs: half },
    { fromMs: half, toMs: START_MS + 60 * DAY_MS },
  ];
  const options = { costs: COSTS, seed: 7, resamples: 100, blockDays: 3, draws: 99 };
  /** Knows the wave: long while it rises. */
  const knowing = defineStrategy({
    name: 'knowing',
    describes: '',
    ranges: {},
    lookBackBars: () => 1,
    prepare: ({ openAtMs }) => ({
      decide(bar) {
        const hour = ((openAtMs[bar] ?? 0) / HOUR_MS) % 24;
        return hour >= 18 || hour < 6 ? 1 : 0;
      },
    }),
  });

  it('finds entries that know the market better than lot, and the same for the same seed', () => {
    const chosen = tests.map((test) => ({ test, pick: { strategy: knowing, parameters: {} } }));
    const judged = judgePart(market, chosen, options);
    expect(judged.luck?.pValue).toBe(0.01);
    expect(judged.range?.low).toBeGreaterThan(0);
    expect(judged.score.days).toBe(60);
    expect(judgePart(market, chosen, options)).toEqual(judged);
  });

  it('is flat where nothing was chosen: days without a figure', () => {
    const judged = judgePart(
      market,
      tests.map((test) => ({ test, pick: null })),
      options,
    );
    expect(judged).toMatchObject({ range: null, luck: null, moments: { count: 60, mean: 0 } });
    expect(judged.score.whyNone).toBe('0 trades of the 10 it takes');
  });
});
