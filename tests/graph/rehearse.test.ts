import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord } from '#domain/run.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { type ForkNode, stateBefore } from '#graphs/state-before.ts';
import { MOMENTS, openDesk } from '#tests/support/memory-cycles.ts';

import { CYCLES, dayOfCycles, expectSameFromEveryNode } from '#tests/support/rehearsed-day.ts';

describe('a cycle rehearsed with the same agents', () => {
  it('decides the same from every node long afterwards, by rules', async () => {
    const day = await dayOfCycles(3, {});
    const rehearsed = await expectSameFromEveryNode(day);
    expect(rehearsed.get('indicators')).toBe(CYCLES);
  });
});

describe('the state before a node', () => {
  const recordOf = async () => {
    const desk = await openDesk(MOMENTS.trading);
    await runCycle(desk.request('run-1'), desk.deps);
    return desk.records[0] as CycleRecord;
  };
  const refusalOf = (record: CycleRecord, node: ForkNode) => {
    try {
      stateBefore(record, node);
    } catch (thrown) {
      if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
      throw thrown;
    }
    return 'nothing was refused';
  };

  it('refuses a record of a version that did not keep what it saw, and says so', async () => {
    const { observed: _observed, ...old } = await recordOf();
    expect(refusalOf(old, 'scanner')).toMatch(/^conflict: run run-1 is too old to be decided again/);
  });

  it('refuses a node the run never came to, naming the way it went', async () => {
    const desk = await openDesk(MOMENTS.quiet);
    await runCycle(desk.request('run-1'), desk.deps);
    expect(refusalOf(desk.records[0] as CycleRecord, 'risk')).toMatch(
      /never came to risk: it went observe, .*scanner, record and ended held \(nothing to decide\)/,
    );
  });

  it('refuses what is no cycle', async () => {
    expect(refusalOf({ ...(await recordOf()), kind: 'fork' }, 'scanner')).toMatch(/is no cycle \(fork\)/);
  });
});
