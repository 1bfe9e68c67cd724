import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf } from '#server/qtables/table-states.ts';
import { allowedActions, bestAllowed, Q_ACTIONS } from '#tools/qtable/actions.ts';
import { ENCODING_VERSION, STATE_COUNT, sideOfState, stateBuckets } from '#tools/qtable/encode-state.ts';
import type { QState } from '../../../web/api/q-table-types.ts';
import { curvePath, rangeOf, thinned } from '../../../web/qtables/curve-path.ts';
import { bestOf, heatRows, meanValue, spreadOf, wordsOf } from '../../../web/qtables/heat-cells.ts';

const BUCKETS = bucketsOf(ENCODING_VERSION) ?? [];
const index = fc.integer({ min: 0, max: STATE_COUNT - 1 });
const value = fc.double({ min: -1, max: 1, noNaN: true });
const state: fc.Arbitrary<QState> = fc
  .tuple(index, fc.integer({ min: 1, max: 500 }), fc.array(value, { minLength: 4, maxLength: 4 }))
  .map(([at, visits, all]) => ({
    ...{ index: at, visits },
    values: all.map((one, action) => (allowedActions(sideOfState(at)).includes(action) ? one : null)),
  }));
const states = fc.uniqueArray(state, { selector: (one) => one.index, maxLength: 60 });

describe('a situation', () => {
  it('is told by the same words as a desk tells it', () => {
    fc.assert(
      fc.property(index, (at) => {
        expect(wordsOf(at, BUCKETS)).toEqual(stateBuckets(at));
      }),
    );
  });

  it('is advised on as a desk is advised', () => {
    const byDesk = ({ index: at, values }: QState) => {
      const dense = new Float64Array(STATE_COUNT * Q_ACTIONS.length);
      values.forEach((one, action) => {
        dense[at * Q_ACTIONS.length + action] = one ?? 9;
      });
      return bestAllowed(dense, at, sideOfState(at));
    };
    fc.assert(
      fc.property(state, (one) => {
        expect(bestOf(one.values)).toBe(byDesk(one));
      }),
    );
    expect(bestOf([0, 0, 0, null])).toBe(0);
    expect(bestOf([-1, null, null, -0.5])).toBe(3);
  });

  it('has the distance of its best action from the next one', () => {
    expect(spreadOf([0.1, 0.4, 0.3, null])).toBeCloseTo(0.1);
    expect(spreadOf([0.2, null, null, 0.2])).toBe(0);
  });
});

describe('the map', () => {
  const choice = { rows: 'trend', columns: 'macd', only: {} };

  it('holds every situation once, whatever its axes are', () => {
    const names = fc.shuffledSubarray(
      BUCKETS.map(({ name }) => name),
      { minLength: 2, maxLength: 2 },
    );
    fc.assert(
      fc.property(states, names, (met, [rows = '', columns = '']) => {
        const cells = heatRows(met, BUCKETS, { rows, columns, only: {} }, 30).flat();
        const held = cells.flatMap((cell) => cell.states).map((one) => one.index);
        expect(held.sort()).toEqual(met.map((one) => one.index).sort());
        for (const { row, column, states: here } of cells)
          for (const one of here)
            expect(stateBuckets(one.index)).toMatchObject({ [rows]: row, [columns]: column });
      }),
    );
  });

  it('leaves out what the filter does not want, and tells cells nothing came to', () => {
    const flat = { index: 0, visits: 40, values: [0, 0.2, 0.1, null] };
    const held = { index: 1, visits: 40, values: [0.3, null, null, 0] };
    const rows = heatRows([flat, held], BUCKETS, { ...choice, only: { position: 'none' } }, 30);
    expect(rows.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    expect(rows[0]?.[0]).toMatchObject({ row: 'bull', column: 'up', states: [flat], visits: 40, best: 1 });
    expect(rows[1]?.[0]).toMatchObject({ states: [], visits: 0, best: null, spread: null });
  });

  it('lets only situations with enough visits say something', () => {
    const rare = { index: 0, visits: 29, values: [0, 0.2, 0.1, null] };
    const [[thin] = []] = heatRows([rare], BUCKETS, choice, 30);
    expect(thin).toMatchObject({ visits: 29, best: null, spread: null, supported: [] });
    const often = { index: 3, visits: 30, values: [0, -0.1, 0.5, null] };
    const [[cell] = []] = heatRows([rare, often], BUCKETS, choice, 30);
    expect(cell).toMatchObject({ visits: 59, supported: [often], best: 2, advised: [0, 0, 30, 0] });
    expect(cell?.spread).toBeCloseTo(0.5);
  });

  it('weighs by visits', () => {
    const two = [
      { index: 0, visits: 30, values: [0, 0.4, 0, null] },
      { index: 3, visits: 90, values: [0.2, 0, 0, null] },
    ];
    const [[cell] = []] = heatRows(two, BUCKETS, choice, 30);
    expect(cell).toMatchObject({ best: 0, advised: [90, 30, 0, 0] });
    expect(cell?.spread).toBeCloseTo((0.4 * 30 + 0.2 * 90) / 120);
    expect(meanValue(two, 1)).toBeCloseTo(0.1);
    expect(meanValue(two, 3)).toBeNull();
  });
});

describe('the curve', () => {
  it('has its greatest value on top, its least at the bottom, and zero in between', () => {
    const range = rangeOf([-1, 3]);
    expect(range).toEqual({ least: -1, most: 3 });
    const line = [
      [0, 3],
      [50, -1],
      [100, 0],
    ] as const;
    expect(curvePath(line, range)).toBe('M0 0L50 100L100 75');
    expect(rangeOf([])).toEqual({ least: 0, most: 1 });
  });

  it('is thinned with its first and its last', () => {
    const points = Array.from({ length: 3_000 }, (_, at) => at);
    const few = thinned(points, 400);
    expect(few).toHaveLength(400);
    expect([few[0], few.at(-1)]).toEqual([0, 2_999]);
    expect(thinned([1, 2], 400)).toEqual([1, 2]);
  });
});
