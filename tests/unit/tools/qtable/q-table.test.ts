import { describe, expect, it } from 'vitest';
import { type PointReading, QAdvice, type Regime } from '#domain/signal.ts';
import { BTC, positionOf, signalOf } from '#tests/support/agent-fixtures.ts';
import { Q_ACTIONS } from '#tools/qtable/actions.ts';
import {
  ENCODING_VERSION,
  encodeState,
  type Situation,
  STATE_COUNT,
  stateText,
} from '#tools/qtable/encode-state.ts';
import { createQTableReader, type QTable } from '#tools/qtable/q-table.ts';

const TRENDS: readonly Regime['trend'][] = ['bull', 'bear', 'sideways', 'unknown'];
const VOLATILITIES: readonly Regime['volatility'][] = ['calm', 'normal', 'volatile', 'unknown'];
const RULES = ['macd_cross', 'rsi_band', 'bollinger_touch', 'vwap_side'] as const;
const POINTS = [-2, 0, 1] as const;

function* situations(): Generator<Situation> {
  for (const trend of TRENDS)
    for (const btcTrend of TRENDS)
      for (const volatility of VOLATILITIES)
        for (const side of [null, 'long', 'short'] as const)
          for (let votes = 0; votes < POINTS.length ** RULES.length; votes++) {
            const readings = RULES.map((rule, i): PointReading => {
              const points = POINTS[Math.floor(votes / POINTS.length ** i) % POINTS.length] ?? 0;
              return { rule, timeframe: '15m', points, evidence: '' };
            });
            const regime = { trend, volatility, volatilityRatio: null, btcCorrelation: null };
            const position = side === null ? null : positionOf(BTC, { side });
            yield { signal: signalOf(BTC, { readings, regime }), btcTrend, position };
          }
}

const flat: Situation = { signal: signalOf(BTC), btcTrend: 'bull', position: null };
const held: Situation = { ...flat, position: positionOf(BTC) };

function tableOf(over: Partial<QTable> = {}): QTable {
  return {
    tableId: 'q1',
    encodingVersion: ENCODING_VERSION,
    values: new Float64Array(STATE_COUNT * Q_ACTIONS.length),
    visits: new Uint32Array(STATE_COUNT),
    minVisits: 50,
    ...over,
  };
}

function learned(values: readonly number[], visits: number, where = flat): QTable {
  const table = tableOf();
  const { index } = encodeState(where);
  table.values.set(values, index * Q_ACTIONS.length);
  table.visits[index] = visits;
  return table;
}

describe('the state of a situation', () => {
  it('is one of 15552, another for each combination of buckets, and all of them are used', () => {
    const seen = new Map<number, string>();
    for (const situation of situations()) {
      const { index, text } = encodeState(situation);
      expect(text).toBe(stateText(index));
      expect(Number.isInteger(index) && index >= 0 && index < STATE_COUNT).toBe(true);
      expect(seen.has(index)).toBe(false);
      seen.set(index, text);
    }
    expect([STATE_COUNT, seen.size, new Set(seen.values()).size]).toEqual([15_552, 15_552, 15_552]);
  });

  it('reads as its buckets', () => {
    const readings: PointReading[] = [
      { rule: 'macd_cross', timeframe: '1h', points: 3, evidence: '' },
      { rule: 'rsi_band', timeframe: '15m', points: -2, evidence: '' },
      { rule: 'bollinger_touch', timeframe: '15m', points: 1, evidence: '' },
      { rule: 'vwap_side', timeframe: '15m', points: -1, evidence: '' },
    ];
    const situation = { ...held, signal: signalOf(BTC, { readings }), btcTrend: 'bear' } as const;
    expect(encodeState(situation).text).toBe(
      'trend=bull btc=bear macd=up rsi=overbought bollinger=lower vwap=below volatility=normal position=long',
    );
  });

  it('sums the votes of a rule over timeframes and ignores the rules it has no bucket for', () => {
    const votes = (points: readonly number[]): PointReading[] =>
      points.map((point) => ({ rule: 'macd_cross', timeframe: '1h', points: point, evidence: '' }));
    const macd = (points: readonly number[]) =>
      encodeState({ ...flat, signal: signalOf(BTC, { readings: votes(points) }) }).text;
    expect(macd([2, -3])).toContain('macd=down');
    expect(macd([2, -2])).toContain('macd=flat');
    const surge: PointReading = { rule: 'volume_surge', timeframe: '3m', points: 3, evidence: '' };
    expect(encodeState({ ...flat, signal: signalOf(BTC, { readings: [surge] }) })).toEqual(
      encodeState({ ...flat, signal: signalOf(BTC, { readings: [] }) }),
    );
  });
});

describe('the advice of a table', () => {
  it('is its best action once the state was visited often enough', () => {
    const advice = createQTableReader(learned([0.1, 0.4, -0.2, 0.3], 50)).advise(flat);
    expect(QAdvice.parse(advice)).toMatchObject({
      tableId: 'q1',
      values: { hold: 0.1, long: 0.4, short: -0.2 },
      visits: 50,
      counts: true,
      best: 'long',
      reason: 'long after 50 visits',
    });
  });

  it('does not count under its support threshold, and says how far it is from it', () => {
    const advice = createQTableReader(learned([0, 9, 0, 0], 49)).advise(flat);
    expect(QAdvice.parse(advice)).toMatchObject({
      counts: false,
      best: null,
      reason: '49 visits, 50 are needed to count',
    });
  });

  it('holds where actions are equally good', () => {
    expect(createQTableReader(learned([0, 0, 0, 0], 50)).advise(flat).best).toBe('hold');
  });

  it('is never an action the position does not allow', () => {
    const flatAdvice = createQTableReader(learned([0, 0.1, 0.2, 9], 50)).advise(flat);
    expect(flatAdvice).toMatchObject({ best: 'short', values: { hold: 0, long: 0.1, short: 0.2 } });
    const heldAdvice = createQTableReader(learned([-1, 8, 9, -2], 50, held)).advise(held);
    expect(heldAdvice.best).toBe('hold');
    expect(heldAdvice.values).toEqual({ hold: -1, close: -2 });
  });

  it('is refused from a table of another encoding, with the way out', () => {
    const older = { ...learned([0, 9, 0, 0], 50), encodingVersion: ENCODING_VERSION - 1 };
    expect(QAdvice.parse(createQTableReader(older).advise(flat))).toMatchObject({
      tableId: 'q1',
      counts: false,
      best: null,
      values: null,
      reason: 'table q1 has the state encoding 1, this desk reads 2: train and promote another',
    });
  });

  it('does not leak into another situation', () => {
    const reader = createQTableReader(learned([0, 9, 0, 0], 50));
    expect(reader.advise(held)).toMatchObject({ visits: 0, counts: false, best: null });
  });

  it('is told to be missing where there is no table', () => {
    expect(QAdvice.parse(createQTableReader(null).advise(flat))).toMatchObject({
      tableId: null,
      values: null,
      counts: false,
      best: null,
      reason: 'no table has been promoted',
    });
  });

  const broken = (value: number) => {
    const table = tableOf();
    table.values[4_001] = value;
    return table;
  };
  it.each([
    ['too few values', tableOf({ values: new Float64Array(4) }), '4 values'],
    ['too many states', tableOf({ visits: new Uint32Array(STATE_COUNT + 1) }), '15553 states'],
    ['a value that is not a number', broken(Number.NaN), 'NaN at 4001'],
    ['an endless value', broken(Number.POSITIVE_INFINITY), 'Infinity at 4001'],
    ['no support threshold', tableOf({ minVisits: 0 }), '0 visits'],
    ['a negative threshold', tableOf({ minVisits: -1 }), '-1 visits'],
    ['a threshold that is not a number', tableOf({ minVisits: Number.NaN }), 'NaN visits'],
  ])('is refused from a table with %s', (_what, table, told) => {
    expect(() => createQTableReader(table)).toThrow(RangeError);
    expect(() => createQTableReader(table)).toThrow(told);
  });
});
