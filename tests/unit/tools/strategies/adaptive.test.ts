import { describe, expect, it } from 'vitest';
import { sliceSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { REGIME_CELLS, RegimeWeights, Weighing } from '#domain/strategy-weights.ts';
import { targetsOf } from '#tests/support/hand-bars.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { drawWeights } from '#tools/evaluation/drawn-weights.ts';
import { REGIME_BARS, regimeColumn, regimeOfCell } from '#tools/regime/regime-column.ts';
import { adaptive, adaptiveBy, EVEN_WEIGHTS, voteColumn } from '#tools/strategies/adaptive.ts';
import { MEMBERS } from '#tools/strategies/members.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';

const bars = wanderingSeries(1_500, 5, { timeframe: '1h' });
const usual = parametersOf(adaptive);

/** Everything on one strategy in one regime and on staying out in the others. */
function onlyIn(cell: string, name: string): RegimeWeights {
  const cells = REGIME_CELLS.map((one) => {
    const members = MEMBERS.map((member) => {
      const weightFraction = one === cell && member.name === name ? 1 : 0;
      return [member.name, { weightFraction, standardErrors: 2, trades: 40, days: 90 }] as const;
    });
    return [one, { flatFraction: one === cell ? 0 : 1, members: Object.fromEntries(members) }] as const;
  });
  return RegimeWeights.parse({ version: 4, cells: Object.fromEntries(cells) });
}

describe('the weighed vote', () => {
  it('follows a strategy in the regime that is its own and stays out of every other', () => {
    const cells = regimeColumn(bars);
    const momentum = voteColumn(MEMBERS.find(({ name }) => name === 'momentum')!, bars);
    const targets = targetsOf(adaptiveBy(onlyIn('sideways-normal', 'momentum')), usual, bars);
    const own = REGIME_CELLS.indexOf('sideways-normal');
    let followed = 0;
    for (let bar = REGIME_BARS - 1; bar < bars.length; bar++) {
      expect(targets[bar]).toBe(cells[bar] === own ? momentum[bar] : 0);
      if (cells[bar] === own && momentum[bar] !== 0) followed++;
    }
    expect(followed).toBeGreaterThan(50);
  });

  it('begins at the threshold and stays until half of it is gone', () => {
    const decider = adaptive.prepare(bars, usual);
    for (let bar = REGIME_BARS - 1; bar < bars.length; bar++) {
      const { netFraction } = decider.weighs!(bar);
      const flat = decider.decide(bar, { units: 0, entryQuote: 0 });
      expect(flat).toBe(netFraction >= 0.25 ? 1 : netFraction <= -0.25 ? -1 : 0);
      const long = decider.decide(bar, { units: 1, entryQuote: 1 });
      expect(long).toBe(netFraction >= 0.125 ? 1 : netFraction <= -0.25 ? -1 : 0);
    }
  });

  it('tells the regime, the weights and their evidence, the votes and what they come to', () => {
    const cells = regimeColumn(bars);
    const bar = cells.lastIndexOf(REGIME_CELLS.indexOf('sideways-normal'));
    const told = Weighing.parse(
      adaptiveBy(onlyIn('sideways-normal', 'momentum')).prepare(bars, usual).weighs!(bar),
    );
    expect(told).toMatchObject({
      ...{ regime: 'sideways', volatility: 'normal', weightsVersion: 4, timeframe: '1h' },
      ...{ flatFraction: 0, thresholdFraction: 0.25 },
    });
    expect(told.votes.momentum).toMatchObject({ weightFraction: 1, standardErrors: 2, trades: 40 });
    expect(told.netFraction).toBe(told.votes.momentum?.side);
    expect(told.why).toMatch(/^1h regime sideways, volatility normal: weights 4, /);
  });

  it('is the sum of sides by weights, with weights by lot in every regime', () => {
    const strategy = adaptiveBy(drawWeights(seededRandom(3).next));
    const decider = strategy.prepare(bars, usual);
    for (let bar = REGIME_BARS - 1; bar < bars.length; bar += 7) {
      const { votes, netFraction, flatFraction } = Weighing.parse(decider.weighs!(bar));
      const all = Object.values(votes);
      const net = all.reduce((sum, { side, weightFraction }) => sum + side * weightFraction, 0);
      expect(netFraction).toBeCloseTo(net, 12);
      expect(all.reduce((sum, { weightFraction }) => sum + weightFraction, flatFraction)).toBeCloseTo(1, 12);
    }
  });

  it('weighs all the same without a regime', () => {
    const still = { ...bars, close: bars.close.map(() => 100), open: bars.open.map(() => 100) };
    const flat = { ...still, high: still.close, low: still.close };
    const strategy = adaptiveBy(onlyIn('sideways-normal', 'momentum'));
    const told = strategy.prepare(flat, usual).weighs!(300);
    expect(told).toMatchObject({ regime: 'unknown', volatility: 'unknown', weightsVersion: null });
    expect(told.why).toContain('even weights, nobody votes');
    expect(told.flatFraction).toBe(EVEN_WEIGHTS.cells.volatile.flatFraction);
  });

  it('needs no more bars than a desk has, with a past of its own among them', () => {
    expect(adaptive.lookBackBars(usual)).toBe(REGIME_BARS);
    for (const member of MEMBERS)
      expect(member.lookBackBars(parametersOf(member))).toBeLessThanOrEqual(REGIME_BARS);
    const desk = sliceSeries(bars, 1_000, 1_150);
    expect(targetsOf(adaptive, usual, desk).filter((target) => target !== null)).toHaveLength(51);
  });
});

it('every cell names its regime and its volatility', () => {
  expect(REGIME_CELLS.map((cell) => Object.values(regimeOfCell(cell)).join(' '))).toEqual([
    ...['bull calm', 'bull normal', 'bear calm', 'bear normal'],
    ...['sideways calm', 'sideways normal', 'volatile volatile'],
  ]);
});
