import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Container, ContainerOptions } from '#server/container.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { gateBefore } from '#tests/support/run-gate.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import {
  decisionsOf,
  expectNoOrderTwice,
  makeRun,
  openContainer,
  recordOf,
  TRADING_SUBMITS,
} from '#tests/support/test-desk.ts';

let test: TestDatabase;
const containers: Container[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const container of containers.splice(0)) await container.close();
});
afterAll(() => test.drop());

async function open(options: Partial<ContainerOptions> = {}): Promise<Container> {
  const container = await openContainer(test.url, options);
  containers.push(container);
  return container;
}

const statusOf = async (container: Container, runId: string) =>
  (await container.rows.runs.get(runId))?.status;

async function rowsOfRun(table: 'order_intents' | 'spans', runId: string): Promise<number> {
  const [row] = await test.database.sql`select count(*)::int as n from ${test.database.sql(table)}
    where run_id = ${runId}`;
  return row?.n;
}

describe('a run', () => {
  it('ends with a record, closed spans and no checkpoint', async () => {
    const container = await open();
    const { runId, deskId } = await makeRun(container, 'plain');
    expect(await container.engine.execute(runId)).toBe('finished');
    const record = await recordOf(container, runId);
    expect(record.outcome, record.reason).toBe('traded');
    expect(record.intents).toHaveLength(TRADING_SUBMITS);
    expect(await statusOf(container, runId)).toBe('finished');
    const spans = (await container.rows.traces.ofRun(runId))?.spans ?? [];
    expect(new Set(spans.map(({ status }) => status))).toEqual(new Set(['ok']));
    const [left] = await test.database
      .sql`select count(*)::int as n from langgraph.checkpoints where thread_id = ${runId}`;
    expect(left?.n).toBe(0);
    expect((await container.rows.desks.get(deskId))?.cyclesRun).toBe(1);
  });

  it('is executed once, however often it is asked for in one process', async () => {
    const container = await open();
    const { runId, deskId } = await makeRun(container, 'asked-often');
    const asked = [1, 2, 3].map(() => container.engine.execute(runId));
    expect(await Promise.all(asked)).toEqual(['finished', 'finished', 'finished']);
    expect(await container.engine.execute(runId)).toBe('elsewhere');
    expect((await container.rows.desks.get(deskId))?.cyclesRun).toBe(1);
  });

  it('is executed by one of two processes that start it at once', async () => {
    const both = [await open(), await open()] as const;
    const { runId, deskId } = await makeRun(both[0], 'two-at-once');
    const ends = await Promise.all(both.map(({ engine }) => engine.execute(runId)));
    expect(ends.toSorted()).toEqual(['elsewhere', 'finished']);
    expect((await recordOf(both[0], runId)).intents).toHaveLength(TRADING_SUBMITS);
    await expectNoOrderTwice(both[0], deskId);
    expect((await both[0].rows.desks.get(deskId))?.cyclesRun).toBe(1);
  });
});

describe('a cancelled run', () => {
  it('ends as cancelled with a record when it was still queued', async () => {
    const container = await open();
    const { runId } = await makeRun(container, 'cancel-queued');
    expect(await container.rows.runs.requestCancel(runId)).toBe(true);
    await container.engine.execute(runId);
    expect(await statusOf(container, runId)).toBe('cancelled');
    const record = await recordOf(container, runId);
    expect(record.reason).toMatch(/cancelled before observe/);
    expect(record.nodes.map(({ name }) => name)).toEqual(['observe', 'record']);
    expect(await rowsOfRun('order_intents', runId)).toBe(0);
  });

  it('ends as cancelled before its next node when it was running, with what it had done in the record', async () => {
    // A node asks as it begins: who cancels while `propose` begins is heard by the one after it.
    const gate = gateBefore('propose');
    const container = await open({ around: { tracer: gate.tracer } });
    const { runId } = await makeRun(container, 'cancel-running');
    const executing = container.engine.execute(runId);
    expect(await gate.reached).toBe(runId);
    await container.rows.runs.requestCancel(runId);
    gate.open();
    await executing;
    expect(await statusOf(container, runId)).toBe('cancelled');
    const record = await recordOf(container, runId);
    expect(record.reason).toMatch(/cancelled before gate/);
    expect(record.proposals).not.toEqual([]);
    expect(await rowsOfRun('order_intents', runId)).toBe(0);
    expect(await container.rows.runs.requestCancel(runId)).toBe(false);
  });

  it('still gets its record when its process died after the cancel', async () => {
    const gate = gateBefore('record');
    const dying = await openContainer(test.url, { around: { tracer: gate.tracer } });
    const { runId } = await makeRun(dying, 'cancel-died');
    await dying.rows.runs.requestCancel(runId);
    const executing = dying.engine.execute(runId);
    await gate.reached;
    expect(await statusOf(dying, runId)).toBe('cancelled');
    const heir = await open({ staleAfterMs: -1 });
    await heir.engine.sweep();
    expect(await recordOf(heir, runId)).toMatchObject({ outcome: 'failed', reason: 'cancelled by request' });
    expect(await statusOf(heir, runId)).toBe('cancelled');
    gate.open();
    await executing;
    await dying.close();
  });
});

describe('a run that breaks', () => {
  it('gets a failed record that names the node, and no order, when a node throws', async () => {
    const container = await open({
      around: {
        broker: (inner) => ({
          ...inner,
          account: () => Promise.reject(new TypeError('cannot read the balance')),
        }),
      },
    });
    const { runId } = await makeRun(container, 'node-throws');
    await container.engine.execute(runId);
    const record = await recordOf(container, runId);
    expect(record).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^observe: observe failed/),
    });
    expect(record.nodes[0]?.error).toMatchObject({ code: 'internal' });
    expect(await statusOf(container, runId)).toBe('failed');
    expect(await rowsOfRun('order_intents', runId)).toBe(0);
  });

  it('gets a failed record without the error’s text when something outside a node throws', async () => {
    const container = await open({
      around: {
        tracer: (inner) => ({
          ...inner,
          async closed(span) {
            if (span.name === 'scanner') throw new Error('secret place on a disk');
            await inner.closed(span);
          },
        }),
      },
    });
    const { runId } = await makeRun(container, 'tracer-throws');
    await container.engine.execute(runId);
    const record = await recordOf(container, runId);
    expect(record).toMatchObject({ outcome: 'failed', intents: [] });
    expect(JSON.stringify(record)).not.toContain('secret place');
    expect(await statusOf(container, runId)).toBe('failed');
  });
});

describe('a run whose process goes', () => {
  it('stops at a checkpoint on a drain, and another process decides the same from there', async () => {
    const reference = await open();
    const unharmed = await makeRun(reference, 'undrained');
    await reference.engine.execute(unharmed.runId);

    const gate = gateBefore('propose');
    const draining = await open({ around: { tracer: gate.tracer } });
    const { runId, deskId } = await makeRun(draining, 'drained');
    const executing = draining.engine.execute(runId);
    await gate.reached;
    const drained = draining.engine.drain();
    gate.open();
    await drained;
    expect(await executing).toBe('drained');
    expect(await statusOf(draining, runId)).toBe('running');
    expect(await draining.rows.runs.record(runId)).toBeNull();
    expect(await draining.engine.execute(runId)).toBe('elsewhere');

    const heir = await open({ staleAfterMs: -1 });
    expect(await heir.engine.execute(runId)).toBe('finished');
    const record = await recordOf(heir, runId);
    expect(decisionsOf(record)).toEqual(decisionsOf(await recordOf(reference, unharmed.runId)));
    expect(record.nodes.filter(({ name }) => name === 'observe')).toHaveLength(1);
    await expectNoOrderTwice(heir, deskId);
  });

  it('is taken up by a sweep once its owner has been silent, and by one sweep of two', async () => {
    const [one, other] = [await open(), await open()] as const;
    const { runId, deskId } = await makeRun(one, 'left');
    await one.rows.runs.markRunning(runId, 'a-process-that-died', Date.now() - 60_000);
    await Promise.all([one.engine.sweep(), other.engine.sweep()]);
    await vi.waitFor(async () => expect(await statusOf(one, runId)).toBe('finished'), PATIENT);
    expect((await recordOf(one, runId)).intents).toHaveLength(TRADING_SUBMITS);
    await expectNoOrderTwice(one, deskId);
  });

  it('is left alone by a sweep while its owner is heard of', async () => {
    const container = await open();
    const { runId } = await makeRun(container, 'alive');
    await container.rows.runs.markRunning(runId, 'another-process', Date.now());
    expect(await container.engine.sweep()).toBe(0);
    expect(await container.engine.execute(runId)).toBe('elsewhere');
    expect(await statusOf(container, runId)).toBe('running');
    await container.rows.runs.end(runId, 'lost', 'the test is over', Date.now());
  });

  it('is left to the processes of its own market', async () => {
    const container = await open({ staleAfterMs: -1 });
    const { runId } = await makeRun(
      { ...container, source: { ...container.source, key: 'another-market' } },
      'foreign',
    );
    expect(await container.engine.sweep()).toBe(0);
    expect(await statusOf(container, runId)).toBe('queued');
  });
});

describe('an analysis', () => {
  it('ends with opinions and without an intent', async () => {
    const container = await open();
    const { runId } = await makeRun(container, 'analysis', 'analysis');
    await container.engine.execute(runId);
    const record = await recordOf(container, runId);
    expect(record).toMatchObject({ kind: 'analysis', intents: [], orders: [], proposals: [] });
    expect(record.opinions).not.toEqual([]);
    expect(await rowsOfRun('order_intents', runId)).toBe(0);
  });
});
