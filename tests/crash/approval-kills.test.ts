import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalIdOf } from '#domain/approval.ts';
import type { Container } from '#server/container.ts';
import { buildDeskChild, type DeskPlan, openDesk, runDeskChild } from '#tests/support/desk-process.ts';
import { approveAll } from '#tests/support/memory-approvals.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { expectNoOrderTwice, makeRun, recordOf } from '#tests/support/test-desk.ts';

/** Three entries that go out at once, each with its stop and its target. */
const TRADING = '2025-01-02T12:15:00Z';
const BEFORE_THE_ANSWER = [
  'opened:close',
  'closed:close',
  'opened:approval',
  'asking',
  'asked:pending',
  'ended',
];
const AFTER_THE_ANSWER = [
  ...['opened:approval', 'asked:answered', 'closing:approval', 'closed:approval', 'opened:place'],
  ...['submitted:1', 'submitting:2', 'submitted:9', 'closed:place', 'opened:record', 'closed:record'],
];

let child: string;
let test: TestDatabase;
/** The process that lives on. Each run is of a desk of its own, so one is enough for all. */
let container: Container;
const desk = () => ({ databaseUrl: test.url, from: TRADING, approvalWithinMs: 600_000 });
beforeAll(async () => {
  child = await buildDeskChild();
  test = await createTestDatabase();
  container = await openDesk(desk());
});
afterAll(async () => {
  await container?.close();
  await test?.drop();
});

async function planOf(name: string, killAt: string | null): Promise<DeskPlan> {
  return { ...desk(), ...(await makeRun(container, name)), killAt };
}

const questionOf = (runId: string) => container.rows.approvals.get(approvalIdOf(runId));

async function approve(runId: string): Promise<void> {
  const question = await questionOf(runId);
  if (question === null) throw new Error(`${runId} asked nobody`);
  const { approvalId, asked } = question;
  await container.rows.approvals.answer({ approvalId, answers: approveAll(asked), by: 'me', reason: null });
}

/** What is left of the run once it is over: one record with what was approved, no order twice, nothing left open. */
async function expectWhole({ runId, deskId }: DeskPlan): Promise<void> {
  const record = await recordOf(container, runId);
  expect(record).toMatchObject({ outcome: 'traded', approval: { status: 'answered', answeredBy: 'me' } });
  await expectNoOrderTwice(container, deskId);
  const open = (await container.rows.spans.ofRun(runId)).filter(({ status }) => status === 'open');
  expect(open).toEqual([]);
  const [kept] = await test.database
    .sql`select count(*)::int as n from langgraph.checkpoints where thread_id = ${runId}`;
  expect(kept?.n).toBe(0);
}

describe('a process killed while its run waits for a person', () => {
  it.each(BEFORE_THE_ANSWER)('loses no question when it dies at %s', async (killAt) => {
    const plan = await planOf(`before-${killAt.replace(':', '-')}`, killAt);
    const { deskId, runId } = plan;
    expect(await runDeskChild(child, plan)).toBe('SIGKILL');
    const asked = await questionOf(runId);
    expect(asked === null).toBe(!['asked:pending', 'ended'].includes(killAt));
    await container.engine.sweep();
    const question = await questionOf(runId);
    expect(question).toMatchObject({ status: 'pending' });
    if (asked !== null) expect(question).toEqual(asked);
    const orders = await container.house.orders(deskId);
    expect((await orders.reconcile()).positions).toEqual([]);
    await approve(runId);
    await Promise.all(await container.engine.wake());
    await expectWhole(plan);
    expect((await recordOf(container, runId)).positions).toHaveLength(3);
  });

  it('loses no answer that is stored while no process has its run', async () => {
    const plan = await planOf('answered-alone', 'asked:pending');
    expect(await runDeskChild(child, plan)).toBe('SIGKILL');
    await approve(plan.runId);
    await container.engine.sweep();
    await expectWhole(plan);
    expect((await recordOf(container, plan.runId)).positions).toHaveLength(3);
  });
});

describe('a process killed while it acts on the answer', () => {
  it.each(AFTER_THE_ANSWER)(
    'places nothing twice and asks nobody again when it dies at %s',
    async (killAt) => {
      const plan = await planOf(`after-${killAt.replace(':', '-')}`, killAt);
      const { runId } = plan;
      await container.engine.execute(runId);
      await approve(runId);
      const answered = await questionOf(runId);
      expect(await runDeskChild(child, plan)).toBe('SIGKILL');
      await container.engine.execute(runId);
      await container.engine.sweep();
      expect(await questionOf(runId)).toEqual(answered);
      await expectWhole(plan);
      // What was written as sent and never left is not sent again: its price has moved by then.
      const expected = killAt === 'submitting:2' ? [2, 3] : [3];
      expect(expected).toContain((await recordOf(container, runId)).positions.length);
    },
  );
});
