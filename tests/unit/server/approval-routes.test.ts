import { describe, expect, it } from 'vitest';
import type { Approval } from '#domain/approval.ts';
import { approvalItemOf } from '#tests/support/approval-rows.ts';
import { NOW_MS } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const BTC = 'BTC/USDT:USDT';
const QUESTION: Approval = {
  ...{ approvalId: 'approval_run_1', runId: 'run_1', deskId: 'desk_1', status: 'pending' },
  ...{ asked: [approvalItemOf(BTC)], answers: null, askedAtMs: NOW_MS, deadlineAtMs: NOW_MS + 60_000 },
  ...{ answeredAtMs: null, answeredBy: null, reason: null },
};
const PATH = '/api/approvals/approval_run_1';
const YES = { proposalId: `p-${BTC}`, decision: 'approve' };

function asking() {
  const api = apiWith();
  api.approvals.set(QUESTION.approvalId, QUESTION);
  return api;
}

describe('approvals', () => {
  it('are listed with the clock their deadlines are counted by', async () => {
    const response = await asking().get('/api/approvals?status=pending');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ items: [QUESTION], nextCursor: null, nowMs: NOW_MS });
    await expectProblem(await asking().get('/api/approvals?status=open'), 'request_invalid');
    await expectProblem(await asking().get('/api/approvals?deskId=nowhere'), 'not_found');
  });

  it('are read by their id', async () => {
    expect(await (await asking().get(PATH)).json()).toEqual(QUESTION);
    await expectProblem(await asking().get('/api/approvals/other'), 'not_found');
  });

  it('are answered once, and the second answer hears whose the first was', async () => {
    const api = asking();
    const shrink = { ...YES, decision: 'shrink', sizeFraction: 0.5 };
    const answered = await api.send('POST', `${PATH}/answer`, { answers: [shrink], reason: ' thin books ' });
    expect(answered.status).toBe(200);
    expect(await answered.json()).toMatchObject({ status: 'answered', reason: 'thin books' });
    expect(api.calls.find(({ name }) => name === 'answer')?.input).toEqual({
      ...{ approvalId: QUESTION.approvalId, answers: [shrink], by: 'a person', reason: 'thin books' },
    });
    const again = await api.send('POST', `${PATH}/answer`, { answers: [YES] });
    expect((await expectProblem(again, 'conflict')).detail).toContain('answered by a person');
  });

  it('give a repeated request its first answer', async () => {
    const api = asking();
    const send = () => api.send('POST', `${PATH}/answer`, { answers: [YES] }, { 'idempotency-key': 'k-1' });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.json()).toEqual(await first.json());
    expect(api.calls.filter(({ name }) => name === 'answer')).toHaveLength(1);
  });

  it.each([
    ['a size', { answers: [{ ...YES, quantityBase: '5' }] }],
    ['a price', { answers: [{ ...YES, entryPriceQuote: '1' }] }],
    ['a share over the whole', { answers: [{ ...YES, decision: 'shrink', sizeFraction: 1.5 }] }],
    ['a share of all of it', { answers: [{ ...YES, decision: 'shrink', sizeFraction: 1 }] }],
    ['a share below nothing', { answers: [{ ...YES, decision: 'shrink', sizeFraction: -0.5 }] }],
    ['a shrink without its share', { answers: [{ ...YES, decision: 'shrink' }] }],
    ['a share beside an approval', { answers: [{ ...YES, sizeFraction: 0.5 }] }],
    ['a decision of its own', { answers: [{ ...YES, decision: 'double' }] }],
    ['nothing', { answers: [] }],
    ['a blank reason', { answers: [YES], reason: '  ' }],
  ])('take no answer that names %s', async (_what, body) => {
    const api = asking();
    await expectProblem(await api.send('POST', `${PATH}/answer`, body), 'request_invalid');
    expect(api.approvals.get(QUESTION.approvalId)).toEqual(QUESTION);
  });
});
