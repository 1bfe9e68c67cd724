import { describe, expect, it } from 'vitest';
import { firstBarFrom } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { changeFuture } from '#tools/evaluation/look-ahead.ts';
import { regimeEvidence } from '#tools/evaluation/regime-evidence.ts';
import { coveredSpans, studyMarket } from '#tools/evaluation/study-market.ts';
import { studyWeights } from '#tools/evaluation/study-weights.ts';
import { walkSpan } from '#tools/evaluation/walk-span.ts';
import { MEMBERS } from '#tools/strategies/members.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';

const COSTS = { feeFraction: 0.0005, slippageFraction: 0.0001 };
const OPTIONS = { costs: COSTS, seed: 7, resamples: 50, blockDays: 7, draws: 20 };
const BARS = 24 * 150;

const series = [BTC, ETH].map((symbol, i) => wanderingSeries(BARS, 5 + i, { symbol, timeframe: '1h' }));
const marketsOf = (bars: typeof series) => bars.map((one) => studyMarket('MADE', one, [], 0.0001));
const known = studyWeights(marketsOf(series), OPTIONS);

describe('weights out of a walk-forward', () => {
  it('are the same bytes of the same candles', () => {
    expect(JSON.stringify(studyWeights(marketsOf(series), OPTIONS))).toBe(JSON.stringify(known));
  });

  it('rest on no candle of the final part or of the days before it, on whatever market', () => {
    const random = seededRandom(3);
    const changed = series.map((bars) => {
      // A bar that opens before the end of what is learned closes in it.
      return changeFuture(bars, firstBarFrom(bars, known.facts.learnedToMs - HOUR_MS + 1), random);
    });
    const other = studyWeights(marketsOf(changed), OPTIONS);
    expect(other.cells).toEqual(known.cells);
    expect(other.scores[0]?.walkForward.learned.trades).toBeGreaterThan(0);
    expect(other.scores[0]?.final).not.toEqual(known.scores[0]?.final);
  });

  it('take markets of one timeframe alone', () => {
    const minutes = wanderingSeries(BARS, 9, { symbol: BTC, timeframe: '15m' });
    expect(() => studyWeights(marketsOf([...series, minutes]), OPTIONS)).toThrow('all of one timeframe');
    expect(() => studyWeights([], OPTIONS)).toThrow('one market or more');
  });
});

it('what regimes brought and cost, and their trades, are together those of the whole walk', () => {
  const [market] = marketsOf(series);
  const [covered] = coveredSpans(market!);
  // From here on every bar has a regime.
  const span = { fromMs: covered!.fromMs + 200 * HOUR_MS, toMs: covered!.toMs };
  for (const member of MEMBERS) {
    const cells = [...regimeEvidence(member, market!, span, COSTS).values()];
    const whole = walkSpan(member, parametersOf(member), market!, span, COSTS);
    const sum = cells.flatMap(({ days }) => [...days.values()]).reduce((total, one) => total + one, 0);
    const expected = whole.days.reduce((total, { value }) => total + value, 0);
    expect(sum, member.name).toBeCloseTo(expected, 9);
    expect(cells.flatMap(({ trades }) => trades)).toHaveLength(whole.trades.length);
  }
});
