import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '#domain/candle.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC, positionOf, signalOf } from '#tests/support/agent-fixtures.ts';
import { allowedActions, Q_ACTIONS } from '#tools/qtable/actions.ts';
import { ENCODING_VERSION, POSITION_SIDES, STATE_COUNT } from '#tools/qtable/encode-state.ts';
import { createLearner, learnFrom } from '#tools/qtable/learner.ts';
import { BOOK, createBook, stepBook } from '#tools/qtable/position-book.ts';
import { createQTableReader } from '#tools/qtable/q-table.ts';
import { advisedAction } from '#tools/qtable/score-table.ts';
import { stretchesOf, trainingSeries } from '#tools/qtable/training-series.ts';

const ALL_TIME = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** Moves of any size a candle file can hold, and states among a handful so that they meet again. */
const market = fc
  .array(fc.tuple(fc.double({ min: -0.9, max: 5, noNaN: true }), fc.nat(9)), {
    minLength: 20,
    maxLength: 120,
  })
  .map((rows) => {
    let price = 100;
    const candles = rows.map(([move], i) => {
      const open = price;
      price = Math.min(1e9, Math.max(1e-6, price * (1 + move)));
      const [high, low] = [Math.max(open, price), Math.min(open, price)];
      return { openAtMs: i * HOUR_MS, open, high, low, close: price, volume: 1 };
    });
    return { candles, states: Uint16Array.from(rows, ([, state]) => state) };
  });

type Market = { readonly candles: Parameters<typeof seriesOf>[2]; readonly states: Uint16Array };

function learn({ candles, states }: Market, seed: number, reward: 'realised' | 'marked') {
  const series = trainingSeries(seriesOf(BTC, '1h', candles), states, [], 0.0001);
  const learner = createLearner({ states: STATE_COUNT, replaySize: 50, seed });
  const walk = { series, met: new Uint8Array(series.stayCount), book: createBook() };
  for (let episode = 0; episode < 5; episode++) {
    walk.book.fill(0);
    for (const stretch of stretchesOf(series, ALL_TIME))
      learnFrom(learner, walk, stretch, { ...DEFAULT_Q_PARAMETERS, reward, learningRate: 1 }, 0.5);
  }
  return { learner, series };
}

describe('Q-learning', () => {
  it('keeps every value finite, on any prices, even when it learns all of every surprise', () => {
    fc.assert(
      fc.property(market, fc.nat(), fc.constantFrom('realised', 'marked'), (made, seed, reward) => {
        const { values } = learn(made, seed, reward).learner;
        return values.every(Number.isFinite);
      }),
      { numRuns: 60 },
    );
  });

  it('decides and books nothing otherwise before a bar that changes', () => {
    fc.assert(
      fc.property(market, fc.nat(), fc.nat({ max: 99 }), (made, seed, percent) => {
        const cut = Math.floor((made.candles.length * percent) / 100);
        const { learner, series } = learn(made, seed, 'realised');
        const changed = made.candles.map((candle, i) => {
          if (i < cut) return candle;
          const [open, close] = [candle.open * 2, candle.close / 3];
          return { ...candle, open, close, high: Math.max(open, close), low: Math.min(open, close) };
        });
        const later = {
          candles: changed,
          states: made.states.map((state, i) => (i < cut ? state : 9 - state)),
        };
        const other = trainingSeries(seriesOf(BTC, '1h', later.candles), later.states, [], 0.0001);
        // What is decided at the close before the change is filled on a bar that has changed.
        const told = [series, other].map((one) => walkOf(learner, one).slice(0, Math.max(0, cut - 1)));
        expect(told[0]).toEqual(told[1]);
      }),
      { numRuns: 60 },
    );
  });

  it('never advises what the position does not allow, whatever the table holds', () => {
    const cell = fc.record({
      side: fc.constantFrom(...POSITION_SIDES),
      row: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 4 }),
      visits: fc.nat(100),
    });
    fc.assert(
      fc.property(cell, ({ side, row, visits }) => {
        const values = new Float64Array(STATE_COUNT * Q_ACTIONS.length).map((_, i) => row[i % 4]!);
        const table = { values, visits: new Uint32Array(STATE_COUNT).fill(visits) };
        const allowed = allowedActions(side).map((action) => Q_ACTIONS[action]);
        const reader = createQTableReader({
          ...table,
          ...{ tableId: 'q1', encodingVersion: ENCODING_VERSION, minVisits: 30 },
        });
        const position = side === 'none' ? null : positionOf(BTC, { side });
        const advice = reader.advise({ signal: signalOf(BTC), btcTrend: 'bull', position });
        expect(Object.keys(advice.values ?? {})).toEqual(allowed);
        expect(advice.counts).toBe(visits >= 30);
        if (advice.best !== null) expect(allowed).toContain(advice.best);
        const state = POSITION_SIDES.indexOf(side);
        expect(allowed).toContain(Q_ACTIONS[advisedAction(table, state, state, 30)]);
      }),
    );
  });
});

/** The decisions of a table along a series, and what the book says after each. */
function walkOf(table: ReturnType<typeof learn>['learner'], series: ReturnType<typeof learn>['series']) {
  const book = createBook();
  const told: number[][] = [];
  for (let i = 0; i + 1 < series.length; i++) {
    const side = book[BOOK.side]!;
    const action = advisedAction(table, series.states[i]! * POSITION_SIDES.length + side, side, 1);
    stepBook(book, action, series, i + 1, DEFAULT_Q_PARAMETERS);
    told.push([action, ...book]);
  }
  return told;
}
