import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '#domain/candle.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { SCENE_PARAMETERS, sceneSeries } from '#tests/support/training-scene.ts';
import { CLOSE, HOLD, LONG, Q_ACTIONS, SHORT } from '#tools/qtable/actions.ts';
import { STATE_COUNT, sideOfState } from '#tools/qtable/encode-state.ts';
import { createLearner, type Learner, learnFrom } from '#tools/qtable/learner.ts';
import { createBook } from '#tools/qtable/position-book.ts';
import { scoreTable } from '#tools/qtable/score-table.ts';
import { createTraining, type Training, trainingKey } from '#tools/qtable/training.ts';
import { stretchesOf, type TrainingSeries, trainingSeries } from '#tools/qtable/training-series.ts';

const series = sceneSeries();
const options = { series, parameters: SCENE_PARAMETERS, seed: 11 };

function run(training: Training, episodes: number): Training {
  for (let i = 0; i < episodes; i++) training.episode();
  return training;
}

const hashOf = (training: Training) => createHash('sha256').update(training.checkpoint()).digest('hex');

describe('a training', () => {
  const whole = run(createTraining(options), 12);

  it('has the same bytes for the same seed and data, and others for another seed', () => {
    expect(hashOf(run(createTraining(options), 12))).toBe(hashOf(whole));
    expect(hashOf(run(createTraining({ ...options, seed: 12 }), 12))).not.toBe(hashOf(whole));
  });

  it.each([1, 5, 11])(
    'has the same bytes when it goes on from its checkpoint after %i episodes',
    (broken) => {
      const kept = run(createTraining(options), broken).checkpoint();
      // As a file is read: a view into a pool of bytes, at any place.
      const resumed = createTraining(options, Buffer.concat([Buffer.from('xyz'), kept]).subarray(3));
      expect(resumed.curve).toHaveLength(broken);
      expect(hashOf(run(resumed, 12 - broken))).toBe(hashOf(whole));
    },
  );

  it('does not go on from the checkpoint of another one, or from half of one', () => {
    const kept = whole.checkpoint();
    expect(() => createTraining({ ...options, seed: 1 }, kept)).toThrow('is of another training');
    expect(() => createTraining(options, kept.subarray(0, 4_000))).toThrow(RangeError);
    expect(() => createTraining(options, new Uint8Array(100))).toThrow('do not begin with');
  });

  it('is named by its data, parameters and seed', () => {
    const other = sceneSeries(6);
    const keys = [
      trainingKey(options),
      trainingKey({ ...options, seed: 1 }),
      trainingKey({ ...options, series: other }),
      trainingKey({ ...options, parameters: { ...SCENE_PARAMETERS, episodes: 13 } }),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(trainingKey({ ...options, series: sceneSeries() })).toBe(keys[0]);
  });

  it('explores less and less, and tells each episode', () => {
    expect(whole.curve.map(({ episode }) => episode)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const explored = whole.curve.map(({ explorationFraction }) => explorationFraction);
    expect(explored[0]).toBe(1);
    expect(explored.at(-1)).toBeCloseTo(0.05, 12);
    expect(whole.curve.every(({ trades }) => trades > 0)).toBe(true);
  });

  it('learns values that are finite, and none for an action the position does not allow', () => {
    const { values, visits } = whole.learner;
    expect(values.every(Number.isFinite)).toBe(true);
    expect(visits.some((count) => count > 0)).toBe(true);
    for (let state = 0; state < STATE_COUNT; state++) {
      const isFlat = sideOfState(state) === 'none';
      for (const action of isFlat ? [CLOSE] : [LONG, SHORT])
        expect(values[state * Q_ACTIONS.length + action]).toBe(0);
    }
  });

  it('counts a stay once, however often it is walked', () => {
    const stays = series.reduce((sum, { stayCount }) => sum + stayCount, 0);
    const flat = whole.learner.visits.filter((_, state) => sideOfState(state) === 'none');
    expect(flat.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(stays);
    expect(flat.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(stays / 4);
  });

  it('never sees what is held out: another price there changes nothing that is learned', () => {
    const { heldOut, learned } = whole.spans;
    expect(heldOut.fromMs - learned.toMs).toBe(SCENE_PARAMETERS.embargoMs);
    const changed = series.map((one) => ({
      ...one,
      open: one.open.map((price, i) => (one.openAtMs[i]! >= learned.toMs ? price * 3 : price)),
      close: one.close.map((price, i) => (one.openAtMs[i]! >= learned.toMs ? price / 2 : price)),
    }));
    const again = run(createTraining({ ...options, series: changed }), 12);
    expect(again.learner.values).toEqual(whole.learner.values);
    expect(again.learner.visits).toEqual(whole.learner.visits);
  });

  it('asks for a longer span where too little is left to learn from or to score', () => {
    const short = { ...SCENE_PARAMETERS, embargoMs: 1_000 * HOUR_MS };
    expect(() => createTraining({ ...options, parameters: short })).toThrow(
      'nothing is left to learn from beside the held-out part and the embargo before it: name a longer span',
    );
    const tiny = { ...SCENE_PARAMETERS, heldOutFraction: 0.01 };
    expect(() => createTraining({ ...options, parameters: tiny })).toThrow(
      /bars with their look-back to hold out/,
    );
  });
});

/** A market of two states that always rises after the one and falls after the other. */
function tellingSeries(bars: number): TrainingSeries {
  let price = 100;
  const rows = Array.from({ length: bars }, (_, i) => {
    // What is decided at the close of bar i is filled at the open of bar i + 1, and earns until that of bar i + 2.
    const rises = Math.floor((i - 1) / 10) % 2 === 0;
    const open = price;
    price *= rises ? 1.01 : 0.99;
    const [high, low] = [Math.max(open, price), Math.min(open, price)];
    return { openAtMs: i * HOUR_MS, open, high, low, close: price, volume: 1 };
  });
  const states = Uint16Array.from({ length: bars }, (_, i) => (Math.floor(i / 10) % 2 === 0 ? 100 : 200));
  return trainingSeries(seriesOf(BTC, '1h', rows), states, [], 0);
}

describe('a step', () => {
  it('is filled at the next open, never at a price the state has seen', () => {
    const opens = [100, 200, 300];
    const rows = opens.map((open, i) => {
      const close = 7 + i;
      return { openAtMs: i * HOUR_MS, open, high: open, low: close, close, volume: 1 };
    });
    const bars = trainingSeries(seriesOf(BTC, '1h', rows), Uint16Array.of(5, 5, 5), [], 0);
    const learner = createLearner({ states: STATE_COUNT, replaySize: 10, seed: 1 });
    learner.values[15 * Q_ACTIONS.length + LONG] = 1;
    const walk = { series: bars, met: new Uint8Array(bars.stayCount), book: createBook() };
    const free = { ...SCENE_PARAMETERS, costFraction: 0, drawdownPenalty: 0 };
    expect(learnFrom(learner, walk, { from: 0, to: 3 }, free, 0)).toBeCloseTo(300 / 200 - 1, 12);
    expect([...learner.ring.actions.slice(0, 2)]).toEqual([LONG, CLOSE]);
  });
});

describe('what is learned', () => {
  const market = tellingSeries(4_000);
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const learned = (reward: 'realised' | 'marked') => {
    const learner = createLearner({ states: STATE_COUNT, replaySize: 10_000, seed: 3 });
    const walk = { series: market, met: new Uint8Array(market.stayCount), book: createBook() };
    for (let episode = 0; episode < 20; episode++) {
      walk.book.fill(0);
      for (const stretch of stretchesOf(market, all))
        learnFrom(learner, walk, stretch, { ...SCENE_PARAMETERS, drawdownPenalty: 0, reward }, 0.3);
    }
    return learner;
  };
  const learner = learned('realised');
  const bestOf =
    ({ values }: Learner) =>
    (state: number) => {
      const row = values.subarray(state * 4, state * 4 + 4);
      return row.indexOf(Math.max(...row));
    };

  it('is to go long where the price rises next, short where it falls, and to leave in time', () => {
    const best = bestOf(learner);
    expect([best(300), best(600)]).toEqual([LONG, SHORT]);
    expect([best(601), best(302)]).toEqual([CLOSE, CLOSE]);
  });

  it('is to stay with what goes on, where open profit counts as it comes', () => {
    const best = bestOf(learned('marked'));
    expect([best(300), best(301), best(600), best(602)]).toEqual([LONG, HOLD, SHORT, HOLD]);
    expect([best(601), best(302)]).toEqual([CLOSE, CLOSE]);
  });

  it('scores well on the market it was learned on, and tells what it rests on', () => {
    const score = scoreTable(learner, [market], { fromMs: 0, toMs: 4_000 * HOUR_MS }, SCENE_PARAMETERS);
    expect(score.trades).toBeGreaterThan(100);
    expect(score.returnFraction).toBeGreaterThan(5);
    expect(score.winRateFraction).toBeGreaterThan(0.9);
    expect(score.supportedFraction).toBe(1);
    expect(score.costsFraction).toBeCloseTo(score.trades * 2 * SCENE_PARAMETERS.costFraction, 1);
  });

  it('is scored as nothing without support, and tells no figure on few trades', () => {
    const span = { fromMs: 0, toMs: 4_000 * HOUR_MS };
    const unsupported = scoreTable(learner, [market], span, { ...SCENE_PARAMETERS, minVisits: 10_000 });
    expect(unsupported).toMatchObject({
      ...{ trades: 0, returnFraction: null, winRateFraction: null, profitFactor: null, sharpe: null },
      ...{ maxDrawdownFraction: null, supportedFraction: 0, exposureFraction: 0, costsFraction: 0 },
    });
    const few = scoreTable(learner, [market], { fromMs: 0, toMs: 20 * HOUR_MS }, SCENE_PARAMETERS);
    expect(few.trades).toBeGreaterThan(0);
    expect(few.returnFraction).toBeNull();
    expect(few.costsFraction).toBeGreaterThan(0);
  });
});
