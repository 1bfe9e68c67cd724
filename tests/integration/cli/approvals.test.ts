import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalRepository } from '#db/repositories/approvals.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { approvalItemOf } from '#tests/support/approval-rows.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const [BTC, ETH] = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
const ID = 'approval_run-1';

let home: Home;
let test: TestDatabase;
let approvals: ReturnType<typeof createApprovalRepository>;
beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  approvals = createApprovalRepository(test.database);
});
beforeEach(async () => {
  await test.clear();
  await createRunRepository(test.database).start(newRun());
  const reasons = [
    { agent: 'context', words: 'calm', decidedBy: 'rules', abstention: 'ungrounded_number' } as const,
  ];
  const asked = [approvalItemOf(BTC, { reasons }), approvalItemOf(ETH)];
  await approvals.ask({ runId: 'run-1', deskId: 'desk-1', withinMs: 600_000, asked });
});
afterAll(async () => {
  await home?.remove();
  await test?.drop();
});

const run = (...words: string[]) => home.run(words, { DATABASE_URL: test.url });

async function done(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('`approvals`', () => {
  it('lists what waits, with its size, its risk and the time that is left', async () => {
    const said = await done('approvals');
    expect(said).toMatch(/^approval_run-1 pending, \d{3} s left, until 20.* \(desk desk-1\)\n/);
    expect(said).toContain(
      'BTC/USDT:USDT long: 0.5 for 50 at 100, 2×, stop 96, target 112, at risk 2 (0.20% of equity); points +5',
    );
    expect(said).toContain(
      '    context (rules): calm [model not heard: A number in the reply’s words is not among the numbers',
    );
    expect(JSON.parse(await done('approvals', '--json'))).toMatchObject({
      items: [{ approvalId: ID, status: 'pending' }],
    });
  });
});

describe('`approve`', () => {
  it('approves what it does not name, shrinks and refuses what it does, and tells the pages', async () => {
    const said = await done('approve', ID, '--shrink', 'btc=0.25', '--refuse', ETH, '--reason', 'thin books');
    expect(said).toMatch(/answered by command line \(desk desk-1\): thin books\n/);
    expect(said).toContain('shrink to 0.25, which leaves 0.12; asked: 0.5 for 50 at 100');
    expect(await approvals.get(ID)).toMatchObject({
      ...{ status: 'answered', answeredBy: 'command line', reason: 'thin books' },
      answers: [
        { proposalId: `p-${BTC}`, decision: 'shrink', sizeFraction: 0.25 },
        { proposalId: `p-${ETH}`, decision: 'refuse', sizeFraction: null },
      ],
    });
    const events = await createEventRepository(test.database).after(0, { limit: 5 });
    expect(events).toMatchObject([{ type: 'approval.changed', runId: 'run-1', deskId: 'desk-1' }]);
  });

  it('is told whose answer came first, and changes nothing', async () => {
    await done('refuse', ID);
    const { code, stderr } = await run('approve', ID);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^conflict: approval "approval_run-1" was answered by command line at/),
    });
    const answers = (await approvals.get(ID))?.answers ?? [];
    expect(answers.map(({ decision }) => decision)).toEqual(['refuse', 'refuse']);
  });

  it.each([
    [['approve', ID, '--shrink', 'BTC=1.5'], 2, /--shrink BTC=1.5 is not NAME=SHARE/],
    [['approve', ID, '--shrink', 'BTC=0.5', '--refuse', 'BTC'], 2, /is both shrunk and refused/],
    [['approve', ID, '--refuse', 'DOGE'], 2, /nothing is asked about DOGE; it is about BTC, ETH/],
    [['approve', 'approval_other'], 1, /there is no approval "approval_other"; what waits is approval_run-1/],
    [['refuse'], 2, /missing required argument 'id'/],
  ])('refuses %j with a way out, and leaves the question as it was', async (words, expected, message) => {
    const { code, stderr } = await run(...words);
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(message) });
    expect(await approvals.get(ID)).toMatchObject({ status: 'pending' });
  });
});

describe('`cycle`', () => {
  it('waits for the answer another command gives, and says how', async () => {
    const env = {
      ...{ DATABASE_URL: test.url, VIGIL_FROM: '2025-01-02T12:15:00Z', VIGIL_SEED: '7' },
      ...{ VIGIL_SYMBOLS: 'BTC,ETH,SOL,BNB,XRP,DOGE', VIGIL_APPROVAL: 'true' },
    };
    const cycle = home.start(['cycle', '--json'], env);
    const [, id = ''] = await cycle.said(/vigil -- approve (\S+)`/);
    await done('approve', id);
    const { code, stdout } = await cycle.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'traded', approval: { answeredBy: 'command line' } });
  });
});
