import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalRepository } from '#db/repositories/approvals.ts';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import type { ApprovalAnswer } from '#domain/approval.ts';
import { approvalItemOf } from '#tests/support/approval-rows.ts';
import { cycleRecord, newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const [BTC, ETH] = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
const QUESTION = {
  ...{ runId: 'run-1', deskId: 'desk-1', withinMs: 60_000 },
  asked: [approvalItemOf(BTC), approvalItemOf(ETH)],
};
const ID = 'approval_run-1';
const YES: ApprovalAnswer = { proposalId: `p-${BTC}`, decision: 'approve', sizeFraction: null };
const NO: ApprovalAnswer = { ...YES, decision: 'refuse' };

let test: TestDatabase;
let approvals: ReturnType<typeof createApprovalRepository>;
let runs: ReturnType<typeof createRunRepository>;
beforeAll(async () => {
  test = await createTestDatabase();
  approvals = createApprovalRepository(test.database);
  runs = createRunRepository(test.database);
});
beforeEach(async () => {
  await test.clear();
  await runs.start(newRun());
});
afterAll(() => test.drop());

const answer = (by: string, answers: readonly ApprovalAnswer[] = [YES], reason: string | null = null) =>
  approvals.answer({ approvalId: ID, answers, by, reason });

/** As if the deadline had come. */
const letExpire = () => test.database.sql`update approvals set deadline_at_ms = asked_at_ms - 1`;

async function audited(): Promise<string[]> {
  const { items } = await createAuditRepository(test.database).list({ limit: 50 });
  return items
    .filter(({ subject }) => subject === `approval:${ID}`)
    .map((entry) => `${entry.actor} ${entry.action}`);
}

describe('a question', () => {
  it('is put once for a run, with the deadline it was first given', async () => {
    const { approval, changed } = await approvals.ask(QUESTION);
    expect(changed).toBe(true);
    expect(approval).toMatchObject({
      approvalId: ID,
      status: 'pending',
      answers: null,
      asked: QUESTION.asked,
    });
    // The database reads its clock once for each.
    const lateMs = approval.deadlineAtMs - approval.askedAtMs - 60_000;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(1_000);
    expect(Math.abs(Date.now() - approval.askedAtMs)).toBeLessThan(60_000);
    const again = await approvals.ask({ ...QUESTION, withinMs: 600_000, asked: [approvalItemOf(ETH)] });
    expect(again).toEqual({ approval, changed: false });
    expect(await audited()).toEqual(['run:run-1 approval.asked']);
  });

  it('expires for who goes on with its run after the deadline, and keeps an answer that came before', async () => {
    await approvals.ask(QUESTION);
    await letExpire();
    const late = await approvals.ask(QUESTION);
    expect(late).toMatchObject({ approval: { status: 'expired', answers: null }, changed: true });
    expect(await audited()).toEqual(['run:run-1 approval.expired', 'run:run-1 approval.asked']);
    await test.database.sql`update approvals set status = 'answered'`;
    expect(await approvals.ask(QUESTION)).toMatchObject({ approval: { status: 'answered' }, changed: false });
  });

  it('reads as expired from its deadline on, before its run has taken note', async () => {
    await approvals.ask(QUESTION);
    await letExpire();
    expect(await approvals.get(ID)).toMatchObject({ status: 'expired' });
    expect((await approvals.list({ limit: 5, status: 'pending' })).items).toEqual([]);
    expect((await approvals.list({ limit: 5, status: 'expired' })).items).toHaveLength(1);
  });

  it.each([
    ['is cancelled', () => runs.end('run-1', 'cancelled', 'cancelled by request', 5)],
    [
      'breaks',
      () => createRecordRepository(test.database).save(cycleRecord({ outcome: 'failed', reason: 'boom' })),
    ],
  ])('is withdrawn when its run %s, and takes no answer any more', async (_how, end) => {
    await approvals.ask(QUESTION);
    await end();
    expect(await approvals.get(ID)).toMatchObject({ status: 'withdrawn' });
    await expect(answer('a person')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/was withdrawn: (cancelled by request|boom)/),
    });
  });

  it('lists what waits before what does not, in pages, of the named desks', async () => {
    for (const name of ['a', 'b', 'c', 'd'])
      await approvals.ask({ ...QUESTION, runId: `run-${name}`, deskId: name === 'd' ? 'desk-2' : 'desk-1' });
    await test.database.sql`update approvals set asked_at_ms = asked_at_ms - 5000 where run_id = 'run-b'`;
    await test.database.sql`update approvals set status = 'answered' where run_id in ('run-c', 'run-d')`;
    const first = await approvals.list({ limit: 2 });
    expect(first.items.map(({ runId }) => runId)).toEqual(['run-a', 'run-b']);
    const rest = await approvals.list({ limit: 5, cursor: first.nextCursor });
    expect(rest.items.map(({ status }) => status)).toEqual(['answered', 'answered']);
    const ofDesk = await approvals.list({ limit: 5, deskIds: ['desk-2'] });
    expect(ofDesk.items.map(({ runId }) => runId)).toEqual(['run-d']);
  });
});

describe('an answer', () => {
  it('is stored with who gave it and why, and told in the audit', async () => {
    await approvals.ask(QUESTION);
    const stored = await answer('a person', [YES, { ...NO, proposalId: `p-${ETH}` }], 'ETH is crowded');
    expect(stored).toMatchObject({ status: 'answered', answeredBy: 'a person', reason: 'ETH is crowded' });
    expect(stored.answers).toHaveLength(2);
    expect(stored.answeredAtMs).toBeGreaterThanOrEqual(stored.askedAtMs);
    expect(await approvals.get(ID)).toEqual(stored);
    expect(await audited()).toEqual(['a person approval.answered', 'run:run-1 approval.asked']);
  });

  it('is taken once: of many at one time the first stands, and the others hear whose it was', async () => {
    await approvals.ask(QUESTION);
    const people = ['ann', 'bob', 'cid', 'dee', 'eve'];
    const said = await Promise.allSettled(people.map((by) => answer(by)));
    const taken = said.filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
    const first = (await approvals.get(ID))?.answeredBy;
    for (const one of said)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({
          code: 'conflict',
          message: expect.stringContaining(`was answered by ${first}`),
        });
    expect((await audited()).filter((words) => words.endsWith('answered'))).toHaveLength(1);
  });

  it('comes too late at the deadline, and changes nothing', async () => {
    await approvals.ask(QUESTION);
    await letExpire();
    await expect(answer('a person')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('expired'),
    });
    expect(await approvals.ask(QUESTION)).toMatchObject({ approval: { status: 'expired', answers: null } });
  });

  it.each([
    ['to something that was not asked', [{ ...YES, proposalId: 'p-other' }], /does not ask about p-other/],
    ['twice for one opening', [YES, NO], /more than once/],
  ])('is refused %s', async (_how, answers, message) => {
    await approvals.ask(QUESTION);
    await expect(answer('a person', answers)).rejects.toMatchObject({
      code: 'request_invalid',
      message: expect.stringMatching(message),
    });
    expect(await approvals.get(ID)).toMatchObject({ status: 'pending' });
  });

  it('finds no question under another id', async () => {
    await expect(answer('a person')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a parked run', () => {
  const due = async () => (await runs.due()).map(({ runId }) => runId);
  beforeEach(async () => {
    await approvals.ask(QUESTION);
    expect(await runs.park('run-1', 'worker-1')).toBe(true);
  });

  it('is nobody’s and not lost, and keeps the desk from a second cycle', async () => {
    expect(await runs.stale(Date.now() + 50_000)).toEqual([]);
    expect(await due()).toEqual([]);
    expect(await runs.heartbeat('run-1', 'worker-1', 5)).toBe(false);
    expect(await runs.start(newRun({ runId: 'run-2', owner: null, status: 'queued' }))).toEqual({
      ...{ started: false, runningRunId: 'run-1' },
    });
    expect(await runs.park('run-1', 'worker-1')).toBe(false);
  });

  it.each([
    ['answered', () => answer('a person')],
    ['past its deadline', letExpire],
    ['cancelled', () => runs.requestCancel('run-1')],
    [
      'of a desk that was halted',
      () => test.database.sql`insert into trading_state (desk_id, mode, reason, set_by, since_ms)
        values ('desk-1', 'halted', 'maintenance', 'a person', 0)`,
    ],
  ])('is due when it is %s, until one process takes it', async (_why, happens) => {
    await happens();
    expect(await due()).toEqual(['run-1']);
    expect(await runs.markRunning('run-1', 'worker-2', Date.now())).toBe(true);
    expect(await due()).toEqual([]);
    expect(await runs.markRunning('run-1', 'worker-3', Date.now())).toBe(false);
  });

  it('is taken up some time after its deadline by who looks for lost runs alone', async () => {
    const { deadlineAtMs } = (await approvals.get(ID)) ?? { deadlineAtMs: 0 };
    expect((await runs.stale(deadlineAtMs + 1)).map(({ runId }) => runId)).toEqual(['run-1']);
  });
});
