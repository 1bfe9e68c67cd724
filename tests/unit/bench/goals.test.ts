import { describe, expect, it } from 'vitest';
import { GOALS, goalLines } from '../../../bench/bench-document.ts';

const [goal] = GOALS;
const row = (name: string, reached: number) => ({
  ...{ name, unit: 'ms', median: reached, p95: reached, p99: reached },
  ...{ baseline: null, ratio: null },
});

describe('the goals of a bench', () => {
  it('are met under their limit and missed at it', () => {
    if (goal === undefined) throw new Error('no goal');
    const { name, limit } = goal;
    expect(goalLines([row(name, limit / 2)])).toEqual([expect.stringMatching(/^goal met: order: our own/)]);
    expect(goalLines([row(name, limit)])).toEqual([expect.stringMatching(/^goal missed: order: our own/)]);
  });

  it('of a row without the figure they are of are missed', () => {
    const { p95: _, ...without } = row('api: one run', 1);
    expect(goalLines([without])).toEqual([expect.stringMatching(/^goal missed: api: one run/)]);
  });

  it('are told of what was measured alone', () => {
    expect(goalLines([row('something else', 1)])).toEqual([]);
  });
});
