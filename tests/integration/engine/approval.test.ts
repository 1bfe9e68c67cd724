import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Approval, ApprovalAnswer } from '#domain/approval.ts';
import { approvalIdOf } from '#domain/approval.ts';
import type { Container } from '#server/container.ts';
import { openCycle, tick } from '#server/engine/run-service.ts';
import { approveAll } from '#tests/support/memory-approvals.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { expectNoOrderTwice, makeRun, openContainer, recordOf } from '#tests/support/test-desk.ts';

const APPROVAL = { VIGIL_APPROVAL: 'true', VIGIL_APPROVAL_WITHIN_MS: '600000' };

let test: TestDatabase;
const containers: Container[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const container of containers.splice(0)) await container.close();
});
afterAll(() => test.drop());

async function open(options: Parameters<typeof openContainer>[1] = {}): Promise<Container> {
  const container = await openContainer(test.url, { environment: APPROVAL, ...options });
  containers.push(container);
  return container;
}

/** A cycle that stands at its question. */
async function parkedRun(container: Container, name: string) {
  const run = await makeRun(container, name);
  expect(await container.engine.execute(run.runId)).toBe('parked');
  const question = await container.rows.approvals.get(approvalIdOf(run.runId));
  if (question === null) throw new Error(`${run.runId} asked nobody`);
  return { ...run, question };
}

const answer = ({ rows }: Container, { approvalId, asked }: Approval, answers?: readonly ApprovalAnswer[]) =>
  rows.approvals.answer({ approvalId, answers: answers ?? approveAll(asked), by: 'a person', reason: null });

const wake = async ({ engine }: Container) => Promise.all(await engine.wake());

const intentsOf = async (runId: string) =>
  (await test.database.sql`select 1 from order_intents where run_id = ${runId}`).length;

describe('a cycle that has to ask', () => {
  it('is asked in one process, answered in a second and gone on with in a third', async () => {
    const [asking, answering, placing] = [await open(), await open(), await open()] as const;
    const { runId, deskId, question } = await parkedRun(asking, 'three-processes');
    expect(await wake(placing)).toEqual([]);
    expect(await intentsOf(runId)).toBe(0);
    await answer(answering, question);
    expect(await wake(placing)).toEqual(['finished']);
    const record = await recordOf(placing, runId);
    expect(record).toMatchObject({ outcome: 'traded', approval: { status: 'answered' } });
    expect(record.positions).toHaveLength(3);
    await expectNoOrderTwice(placing, deskId);
    expect(await wake(asking)).toEqual([]);
    const [kept] = await test.database
      .sql`select count(*)::int as n from langgraph.checkpoints where thread_id = ${runId}`;
    expect(kept?.n).toBe(0);
  });

  it('is gone on with by one of two processes that hear of the answer at once', async () => {
    const both = [await open(), await open()] as const;
    const { runId, deskId, question } = await parkedRun(both[0], 'two-wake');
    await answer(both[1], question);
    const ends = (await Promise.all(both.map(wake))).flat();
    expect(ends.filter((end) => end === 'finished')).toHaveLength(1);
    await expectNoOrderTwice(both[0], deskId);
    expect((await recordOf(both[0], runId)).outcome).toBe('traded');
    expect((await both[0].rows.desks.get(deskId))?.cyclesRun).toBe(1);
  });

  it('keeps the desk from other cycles without holding its lock, and counts the ticks it skips', async () => {
    const container = await open();
    const { runId, deskId } = await parkedRun(container, 'ticks');
    expect(await openCycle(container, deskId, 'run-beside')).toEqual({ skipped: true, runningRunId: runId });
    await container.rows.desks.update(deskId, { paused: false });
    await tick(container, deskId, 'repeat:desk:1763690400000');
    expect(await container.rows.desks.get(deskId)).toMatchObject({ ticksSkipped: 1, cyclesRun: 0 });
    const orders = await container.house.orders(deskId);
    expect((await orders.reconcile()).positions).toEqual([]);
  });

  it('is taken for lost by no sweeper while it waits', async () => {
    const container = await open({ staleAfterMs: 0 });
    const { runId } = await parkedRun(container, 'not-lost');
    expect(await container.engine.sweep()).toBe(0);
    expect(await container.rows.runs.get(runId)).toMatchObject({ status: 'running', finishedAtMs: null });
    const spans = await container.rows.spans.ofRun(runId);
    expect(spans.find(({ name }) => name === 'approval')).toMatchObject({ status: 'open' });
  });

  it('ends as denied when nobody answers', async () => {
    const container = await open();
    const { runId, question } = await parkedRun(container, 'silence');
    await test.database.sql`update approvals set deadline_at_ms = asked_at_ms + 1 where run_id = ${runId}`;
    expect(await wake(container)).toEqual(['finished']);
    const record = await recordOf(container, runId);
    expect(record).toMatchObject({ outcome: 'denied', intents: [], approval: { status: 'expired' } });
    await expect(answer(container, question)).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each(['cancel', 'halt'] as const)('ends at once on a %s, with nothing placed', async (how) => {
    const container = await open();
    const { runId, deskId, question } = await parkedRun(container, `ended-by-${how}`);
    if (how === 'cancel') await container.rows.runs.requestCancel(runId);
    else
      await container.rows.tradingState.halt(deskId, { reason: 'maintenance', setBy: 'a person', atMs: 0 });
    await wake(container);
    expect((await recordOf(container, runId)).intents).toEqual([]);
    expect(await container.rows.approvals.get(question.approvalId)).toMatchObject({ status: 'withdrawn' });
    expect((await container.rows.runs.get(runId))?.status).toBe(how === 'cancel' ? 'cancelled' : 'finished');
    await expect(answer(container, question)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves its question standing when its process stops, and goes on elsewhere', async () => {
    const stopping = await openContainer(test.url, { environment: APPROVAL });
    const { runId, question } = await parkedRun(stopping, 'drained');
    await stopping.close();
    const heir = await open();
    expect(await heir.rows.approvals.get(question.approvalId)).toEqual(question);
    await answer(heir, question);
    expect(await wake(heir)).toEqual(['finished']);
    expect((await recordOf(heir, runId)).outcome).toBe('traded');
  });

  it('waits on although the process that goes on with it would ask nobody', async () => {
    const asking = await open();
    const { runId, question } = await parkedRun(asking, 'asked-before');
    const other = await open({ environment: { VIGIL_APPROVAL: 'false' } });
    expect(await other.engine.execute(runId)).toBe('parked');
    await answer(other, question, []);
    await wake(other);
    expect(await recordOf(other, runId)).toMatchObject({ outcome: 'denied', intents: [] });
  });

  it('tells every process’s pages of the question and of its end', async () => {
    const [asking, serving] = [await open(), await open()] as const;
    const from = await serving.rows.events.latestId();
    const { runId } = await parkedRun(asking, 'told');
    await test.database.sql`update approvals set deadline_at_ms = asked_at_ms + 1 where run_id = ${runId}`;
    await wake(asking);
    await vi.waitFor(async () => {
      const events = await serving.rows.events.after(from, { runId, limit: 500 });
      const told = events.map(({ type }) => type).filter((type) => type === 'approval.changed');
      expect(told).toHaveLength(2);
    }, PATIENT);
  });
});

it('asks nobody unless it is configured', async () => {
  const container = await open({ environment: {} });
  const { runId } = await makeRun(container, 'unasked');
  expect(await container.engine.execute(runId)).toBe('finished');
  expect(await container.rows.approvals.get(approvalIdOf(runId))).toBeNull();
});
