import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the question before something opens${skipped}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  const panel = (page: Page) => page.getByRole('region', { name: 'Waiting for your word' });
  const live = (page: Page) => page.getByRole('status').filter({ hasText: 'Live' }).waitFor();

  test.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('comes up on a %s in the moment it is put, and moves nothing', async (name, size) => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, '/', { size });
    await page.getByText('+12.78').waitFor();
    await page.locator('canvas').first().waitFor();
    await live(page);
    const runId = api.desk.startRun('cycle', ['BTC/USDT:USDT']);
    await page.locator(`a[href="/runs/${runId}"]`).first().waitFor();
    const before = await stage.layoutShift(page);
    expect(await panel(page).count()).toBe(0);
    api.desk.askApproval(60_000, undefined, runId);
    await panel(page).waitFor();
    const words = await panel(page).innerText();
    expect(words).toMatch(/2 openings wait for your word\s+(1:00|0:5\d) left/);
    for (const shown of [
      'BTC',
      'long 2×',
      'Notional',
      '50.00',
      '96.0000',
      '112.00',
      'Context (rules)',
      'Trend and volume agree.',
      'The model was not heard: the reply held a number that was not shown',
    ])
      expect(words).toContain(shown);
    expect(words).toContain('2.00, 0.20% of equity');
    await page.getByRole('timer').filter({ hasNotText: '1:00' }).waitFor();
    // In the page's flow it would push down all that is below it, which scores over 0.2.
    expect((await stage.layoutShift(page)) - before).toBeLessThan(0.02);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, `approval-${name}-dark`);
    expect(complaints).toEqual([]);
  });

  test('approves all after asking once, and says what it did', async () => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, '/');
    await live(page);
    const { approvalId } = api.desk.askApproval(60_000);
    await panel(page).getByRole('button', { name: 'Approve all' }).click();
    const dialog = page.getByRole('dialog', { name: 'Let these open?' });
    expect(await dialog.innerText()).toMatch(/BTC long: approved[\s\S]*ETH long: approved/);
    expect(api.mutations).toEqual([]);
    await dialog.getByRole('button', { name: 'Send the answer' }).click();
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText('BTC long approved, ETH long approved.')
      .waitFor();
    await panel(page).waitFor({ state: 'detached' });
    expect(api.mutations).toMatchObject([
      {
        path: `/api/approvals/${approvalId}/answer`,
        body: {
          answers: [
            { proposalId: 'p-BTC/USDT:USDT', decision: 'approve' },
            { proposalId: 'p-ETH/USDT:USDT', decision: 'approve' },
          ],
        },
      },
    ]);
    expect(api.mutations[0]?.body).not.toHaveProperty('reason');
    expect(complaints).toEqual([]);
  });

  test('shrinks one and refuses the other by keyboard alone', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/');
    await live(page);
    api.desk.askApproval(60_000);
    const btc = panel(page).getByRole('group', { name: 'Your word on BTC long' });
    await btc.getByRole('radio', { name: 'Approve' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await btc.getByRole('radio', { name: 'Shrink' }).isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowUp');
    expect(await btc.getByRole('combobox').inputValue()).toBe('0.25');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowLeft');
    const eth = panel(page).getByRole('group', { name: 'Your word on ETH long' });
    await eth.getByRole('radio', { name: 'Refuse' }).press('Space');
    await panel(page).getByRole('button', { name: 'Send what is chosen' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Let these open?' });
    await dialog.getByLabel('Reason').fill('books are thin');
    await page.keyboard.press('Enter');
    await page.getByText('BTC long shrunk to 25%: 0.12, ETH long refused.').waitFor();
    expect(api.mutations[0]?.body).toEqual({
      answers: [
        { proposalId: 'p-BTC/USDT:USDT', decision: 'shrink', sizeFraction: 0.25 },
        { proposalId: 'p-ETH/USDT:USDT', decision: 'refuse' },
      ],
      reason: 'books are thin',
    });
  });

  test('takes no answer any more once its time is over, and goes when the desk says so', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/');
    await live(page);
    const { approvalId } = api.desk.askApproval(1_500);
    await panel(page).getByText('the time is over: nothing opens').waitFor();
    expect(await panel(page).getByRole('button', { name: 'Approve all' }).isDisabled()).toBe(true);
    expect(await panel(page).getByRole('radio', { name: 'Approve' }).first().isDisabled()).toBe(true);
    api.desk.endApproval(approvalId, { status: 'expired' });
    await panel(page).waitFor({ state: 'detached' });
    expect(api.mutations).toEqual([]);
  });

  test('shows the refusal when somebody else has answered first', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/');
    await live(page);
    const { approvalId } = api.desk.askApproval(60_000);
    await panel(page).getByRole('button', { name: 'Approve all' }).click();
    const question = api.desk.approvals.find((one) => one.approvalId === approvalId)!;
    Object.assign(question, { status: 'answered', answeredBy: 'command line' });
    const dialog = page.getByRole('dialog', { name: 'Let these open?' });
    await dialog.getByRole('button', { name: 'Send the answer' }).click();
    await dialog.getByRole('alert').getByText('was answered by command line').waitFor();
  });

  test('goes with a run that ends before anybody has answered', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/');
    await live(page);
    const { approvalId, runId } = api.desk.askApproval(60_000);
    await panel(page).waitFor();
    const question = api.desk.approvals.find((one) => one.approvalId === approvalId)!;
    Object.assign(question, { status: 'withdrawn', reason: 'cancelled by request' });
    api.desk.finishRun(runId, 'failed');
    // Its next reading of its own would come after five seconds.
    await panel(page).waitFor({ state: 'detached', timeout: 3_000 });
  });

  test('can be put aside and taken up again with what was chosen', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/', { size: PHONE });
    await live(page);
    api.desk.askApproval(60_000, ['SOL/USDT:USDT']);
    await panel(page).getByRole('radio', { name: 'Refuse' }).check();
    await panel(page).getByRole('button', { name: 'Put aside' }).click();
    await panel(page).getByRole('radio', { name: 'Refuse' }).waitFor({ state: 'hidden' });
    await panel(page).getByRole('button', { name: 'Show' }).click();
    expect(await panel(page).getByRole('radio', { name: 'Refuse' }).isChecked()).toBe(true);
  });

  test('is on the page of its run, while it waits and when it has been answered', async () => {
    const api = await stage.startApi();
    const { approvalId, runId, asked } = api.desk.askApproval(60_000);
    const { page, complaints } = await stage.open(api, `/runs/${runId}`);
    const section = page.getByRole('region', { name: 'A person’s approval' });
    await section.getByRole('button', { name: 'Refuse all' }).waitFor();
    await live(page);
    await stage.shoot(page, 'run-approval-desktop-dark');
    api.desk.endApproval(approvalId, {
      ...{ status: 'answered', answeredBy: 'a person', answeredAtMs: Date.now(), reason: 'BTC is enough' },
      answers: [{ proposalId: asked[0]!.proposal.proposalId, decision: 'approve', sizeFraction: null }],
    });
    await section.getByText('approved', { exact: true }).waitFor();
    expect(await section.innerText()).toMatch(/answered by a person at wall .*: BTC is enough/);
    expect(await section.innerText()).toContain('not named, so refused');
    expect(complaints).toEqual([]);
  });
});
