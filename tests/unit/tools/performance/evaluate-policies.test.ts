import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';
import { buyAndHold } from '#tools/performance/buy-and-hold.ts';
import { blocksOf, comparePolicies, type ResultPart } from '#tools/performance/compare-policies.ts';
import type { DecidedCycle } from '#tools/performance/decided-cycle.ts';
import { evaluatePolicies } from '#tools/performance/evaluate-policies.ts';
import { type ReckonedTrade, takeInTurn } from '#tools/performance/reckon-trades.ts';
import { summariseTrades } from '#tools/performance/summarise-trades.ts';
import { helpVerdict } from '#tools/performance/verdict.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { barsOf, DECIDED_AT_MS } from './made-bars.ts';
import { cycleOf, START_MS, tradeOf } from './made-trades.ts';

const costs = { halfSpreadFraction: 0, impactFraction: 0, volumeShareFraction: 1 };
const options = {
  ...{ costs, histories: new Map(), limits: DEFAULT_LIMITS },
  ...{ seed: 7, resamples: 400, knownToMs: START_MS + 90 * DAY_MS },
};

/** Two trades a day for thirty days: the model takes those that `keeps` names of the rules' own. */
function evaluated(results: readonly number[], keeps: (r: number, turn: number) => boolean) {
  const cycles: DecidedCycle[] = results.map((r, turn) => cycleOf(turn * 12, keeps(r, turn) ? 1 : 0));
  const rules: ReckonedTrade[] = results.map((r, turn) => tradeOf(turn * 12, r));
  const model = rules.filter(({ r }, turn) => keeps(r, turn));
  return evaluatePolicies(cycles, { model, rules }, options);
}

const random = seededRandom(4);
/** A third wins two and a half, the others lose one. */
const RESULTS = Array.from({ length: 60 }, () => (random.next() < 1 / 3 ? 2.5 : -1));

describe('the evaluation of a model', () => {
  it('tells a model that foresees what loses from the rules and from chance', () => {
    const { model, rules, randomVeto, modelLessRules, modelLessRandom, blockMs } = evaluated(
      RESULTS,
      (r) => r > 0,
    );
    expect({ lessRules: modelLessRules.finding, lessRandom: modelLessRandom.finding }).toEqual({
      ...{ lessRules: 'better', lessRandom: 'better' },
    });
    expect(model.hitRateFraction).toBe(1);
    expect(modelLessRules.difference).toBeCloseTo(model.sumR - rules.sumR, 9);
    expect(randomVeto.trades.mean).toBeCloseTo(model.trades, 0);
    expect(blockMs).toBe(DAY_MS);
    expect(helpVerdict(modelLessRules, modelLessRandom).finding).toBe('helped');
  });

  it('finds no difference for one that drops every other trade whatever it is', () => {
    const { modelLessRandom } = evaluated(RESULTS, (_r, turn) => turn % 2 === 0);
    expect(modelLessRandom.finding).toBe('no_difference');
    expect(modelLessRandom.words).toMatch(
      /^no difference can be told: the range −[\d.]+…\+[\d.]+ R includes 0$/,
    );
  });

  it('tells a model that takes what loses for harmful', () => {
    const { modelLessRules, modelLessRandom } = evaluated(RESULTS, (r) => r < 0);
    expect(modelLessRules.finding).toBe('worse');
    expect(modelLessRandom.finding).toBe('worse');
    expect(helpVerdict(modelLessRules, modelLessRandom).finding).toBe('harmed');
  });

  it('does not take refusing everything in a span that lost for knowing', () => {
    const { modelLessRules, modelLessRandom, randomVeto } = evaluated(
      RESULTS.map((r) => (r > 0 ? 1 : -1)),
      () => false,
    );
    expect(modelLessRules.finding).toBe('better');
    expect(randomVeto.trades.mean).toBe(0);
    const { finding, words } = helpVerdict(modelLessRules, modelLessRandom);
    expect(finding).toBe('helped_by_chance');
    expect(words).toContain('trading less explains as much');
  });

  it('says that a model which changed nothing changed nothing', () => {
    const { modelLessRules, modelLessRandom } = evaluated(RESULTS, () => true);
    expect(modelLessRules).toMatchObject({ finding: 'same_decisions', difference: 0, range: null });
    expect(helpVerdict(modelLessRules, modelLessRandom).finding).toBe('same_decisions');
  });

  it('gives no range for too few runs, and says what is missing', () => {
    const { modelLessRules } = evaluated(RESULTS.slice(0, 12), (r) => r > 0);
    expect(modelLessRules).toMatchObject({ finding: 'too_few', range: null });
    expect(modelLessRules.words).toMatch(
      /^too few to tell: \d+ blocks of 4 hours, \d+ with a difference; at least 20/,
    );
  });

  it('adds up what the model cost, and knows it no more with one price unknown', () => {
    expect(evaluated(RESULTS, () => true).modelCostUsd).toBeCloseTo(0.6, 9);
    const cycles = [cycleOf(0, 1), cycleOf(1, 1, { costUsd: null })];
    expect(evaluatePolicies(cycles, { model: [], rules: [] }, options).modelCostUsd).toBeNull();
  });

  it('gives the same for the same seed, and other draws for another', () => {
    const cycles = RESULTS.map((_r, turn) => cycleOf(turn * 12, turn % 2));
    const rules = RESULTS.map((r, turn) => tradeOf(turn * 12, r));
    const drawn = (seed: number) =>
      evaluatePolicies(cycles, { model: rules.filter((_r, turn) => turn % 2), rules }, { ...options, seed });
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(8).modelLessRules.range).not.toEqual(drawn(7).modelLessRules.range);
  });
});

describe('the sums of trades', () => {
  it('are exact, and the drawdown follows the order of exits', () => {
    const trades = [
      tradeOf(0, 2, { exitAtMs: 30 }),
      tradeOf(1, -1, { exitAtMs: 20 }),
      tradeOf(2, -0.5, { exitAtMs: 10 }),
    ];
    expect(summariseTrades(trades, '10000')).toEqual({
      ...{ trades: 3, hitRateFraction: 1 / 3, profitFactor: 200 / 150, netQuote: '50', netFraction: 0.005 },
      ...{ sumR: 0.5, meanR: 0.5 / 3, worstDrawdownQuote: '150' },
    });
  });

  it('claim nothing of no trades', () => {
    expect(summariseTrades([], null)).toEqual({
      ...{ trades: 0, hitRateFraction: null, profitFactor: null, netQuote: '0', netFraction: null },
      ...{ sumR: 0, meanR: null, worstDrawdownQuote: '0' },
    });
  });

  it('hold one position of a symbol at a time', () => {
    const long = tradeOf(0, 1, { exitAtMs: tradeOf(3, 0).decidedAtMs });
    const other = tradeOf(1, 1, { symbol: ETH });
    expect(takeInTurn([long, tradeOf(1, 5), other, tradeOf(3, 2)])).toEqual([long, other, tradeOf(3, 2)]);
  });
});

describe('the blocks of a comparison', () => {
  it('are days where there are enough of them, and shorter where not', () => {
    const every = (count: number, ms: number) =>
      Array.from({ length: count }, (_, turn) => START_MS + turn * ms);
    expect(blocksOf(every(30, DAY_MS))).toMatchObject({ blockMs: DAY_MS });
    expect(blocksOf(every(7 * 24, HOUR_MS))).toMatchObject({ blockMs: 8 * HOUR_MS });
    expect(blocksOf(every(3, HOUR_MS))).toMatchObject({ blockMs: 4 * HOUR_MS, blocks: [expect.any(Number)] });
  });

  it('keep apart what hangs together: the range of clustered trades is wider than of scattered ones', () => {
    const widthOf = (hours: readonly number[]) => {
      const parts: ResultPart[] = hours.map((hour, turn) => ({
        atMs: START_MS + hour * HOUR_MS,
        value: Math.floor(turn / 5) % 2 === 0 ? 1 : -1,
      }));
      const days = Array.from({ length: 60 }, (_, day) => START_MS + day * DAY_MS);
      const { range } = comparePolicies({ one: parts, other: [] }, blocksOf(days), {
        ...{ names: ['one', 'other'], unit: 'R', resamples: 800, random: seededRandom(2) },
      });
      return range === null ? 0 : range.high - range.low;
    };
    const clustered = Array.from({ length: 60 }, (_, turn) => Math.floor(turn / 5) * 24 + (turn % 5));
    const scattered = Array.from({ length: 60 }, (_, turn) => turn * 24);
    expect(widthOf(clustered)).toBeGreaterThan(1.5 * widthOf(scattered));
  });
});

describe('buying and holding', () => {
  it('puts the equity into equal parts, and pays fees and funding', () => {
    const bars = barsOf([
      [100, 100, 90, 95],
      [95, 121, 95, 120],
      [120, 121, 119, 120],
    ]);
    const instrument = instrumentOf(BTC, { takerFeeFraction: 0.001 });
    const fundings = [{ atMs: DECIDED_AT_MS + 60_000, rateFraction: 0.01 }];
    const histories = new Map([
      [BTC, { series: bars, fundings, instrument }],
      [ETH, { series: barsOf([]), fundings: [], instrument: instrumentOf(ETH) }],
    ]);
    const span = {
      ...{ fromMs: DECIDED_AT_MS, toMs: DECIDED_AT_MS + 120_000 },
      lookAtMs: [DECIDED_AT_MS, DECIDED_AT_MS + 60_000],
    };
    // Half of 1,000 buys 5 at 100: 5 × 20 won, 0.5 + 0.6 of fees, 5 × 95 × 0.01 of funding.
    expect(buyAndHold('1000', span, { histories, costs })).toEqual({
      ...{
        symbols: [BTC],
        netQuote: '94.15',
        netFraction: expect.closeTo(0.09415, 9),
        worstDrawdownQuote: '25',
      },
    });
  });

  it('is nothing where no candles begin', () => {
    const span = { fromMs: 0, toMs: 1, lookAtMs: [] };
    expect(buyAndHold('1000', span, { histories: new Map(), costs })).toBeNull();
  });
});
