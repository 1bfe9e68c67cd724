import { describe, expect, it } from 'vitest';
import { ForkNode } from '#graphs/state-before.ts';

import { CYCLES, dayOfCycles, expectSameFromEveryNode, SCRIPT } from '#tests/support/rehearsed-day.ts';

describe('a cycle rehearsed with the same agents', () => {
  it.each([7, 11, 23, 42, 101])(
    'decides the same from every node long afterwards, by rules, seed %i',
    async (seed) => {
      const day = await dayOfCycles(seed, {});
      const rehearsed = await expectSameFromEveryNode(day);
      expect([...rehearsed.keys()]).toEqual(ForkNode.options);
      expect(rehearsed.get('indicators')).toBe(CYCLES);
      expect(day.desk.orders.intents.size).toBeGreaterThan(0);
    },
    60_000,
  );

  it('decides the same where agents answered and prices were pushed', async () => {
    const day = await dayOfCycles(7, { script: SCRIPT, streams: true });
    await expectSameFromEveryNode(day);
    const pushed = day.desk.records.filter(
      ({ observed }) => Object.keys(observed?.gate?.newerPrices ?? {}).length > 0,
    );
    expect(pushed.length).toBeGreaterThan(3);
  }, 60_000);
});
