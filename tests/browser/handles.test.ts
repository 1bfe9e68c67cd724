/** The handles of a desk at work, each by keyboard alone, with the audit rows they leave. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '#domain/audit.ts';
import { PATIENT } from '../support/patience.ts';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';
import { patientTrader } from '../support/trading-answers.ts';
import { askVigil, finishedRun } from './ask-vigil.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
/** One cycle, at start, opens three positions. */
const ONCE = { CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' };

const said = (page: Page, words: string | RegExp) =>
  page.getByRole('region', { name: 'Messages' }).getByText(words).first().waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).press('Enter');
const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).press('Enter');

/** What persons did, newest first. */
async function acts(vigil: StagedVigil): Promise<string[]> {
  const { items } = await askVigil<{ items: AuditEntry[] }>(vigil, '/api/audit?actor=a+person');
  return items.map(({ action, origin }) => `${origin?.via} ${action}`);
}

describe.skipIf(skipReason !== null)(`the handles of a desk at work${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil(ONCE);
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('close one position, then all in an emergency, halt and arm, and leave a row each', {
    timeout: 120_000,
  }, async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const rows = page
      .getByRole('table', { name: 'Open positions' })
      .getByRole('button', { name: /^Close the/ });
    await expect.poll(() => rows.count(), PATIENT).toBe(3);
    await rows.first().press('Enter');
    await press(page, 'Close at market');
    await said(page, 'close sent');
    await expect.poll(() => rows.count(), PATIENT).toBe(2);
    expect(await acts(vigil)).toEqual(['page positions.close']);

    await press(page, 'Emergency close of all');
    const dialog = page.getByRole('dialog', { name: /^Emergency: close all/ });
    await dialog.getByText(/Closes 2 positions at market, [\d,.]+ USDT of notional/).waitFor();
    await dialog.getByText('Withdraws 0 entries at work').waitFor();
    await dialog.getByLabel('Reason').fill('the venue misprices');
    await dialog.getByLabel('Type CLOSE to go on').fill('close');
    await page.keyboard.press('Enter');
    expect(await dialog.locator('input:invalid').count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'emergency-desktop-dark');
    await dialog.getByLabel('Type CLOSE to go on').fill('CLOSE');
    await page.keyboard.press('Enter');
    await said(page, 'The desk is halted.');
    await page.getByText('No open position').waitFor();
    const state = page.getByRole('region', { name: 'Trading state' });
    await state.getByText('the venue misprices').waitFor();

    await press(page, 'Arm the desk');
    await page.getByRole('dialog').getByLabel('Reason').fill('all is well');
    await page.keyboard.press('Enter');
    await said(page, 'The desk is armed.');
    expect(await acts(vigil)).toEqual([
      ...['page trading.arm', 'page desk.emergency_close', 'page trading.halted', 'page positions.close'],
    ]);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['phone', PHONE, 'dark'],
    ['phone', PHONE, 'light'],
    ['desktop', DESKTOP, 'dark'],
    ['desktop', DESKTOP, 'light'],
  ] as const)('are told on the Audit page on a %s (%s, %s)', async (name, size, theme) => {
    const { page, complaints } = await stage.open(vigil, '/audit?action=trading.', { size, theme });
    const table = page.getByRole('table', { name: 'Audit' });
    await table.getByText('trading.arm').first().waitFor();
    await table
      .getByText(/page, without a key/)
      .first()
      .waitFor();
    await table.locator('summary').first().press('Enter');
    await table.locator('details[open]').getByText('all is well').first().waitFor();
    const from = page.getByLabel('From (wall time, UTC)');
    await from.fill('2100-01-01T00:00');
    await from.press('Enter');
    await page.getByText('Nothing fits').waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toBe('2100-01-01T00:00Z');
    await page.goto(`${vigil.url}/audit?action=trading.&to=2100-01-01T00:00Z`);
    await table.getByText('trading.arm').first().waitFor();
    expect(await page.getByLabel('To (wall time, UTC)').inputValue()).toBe('2100-01-01T00:00');
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `audit-${name}-${theme}`);
    expect(complaints).toEqual([]);
  });
});

/** Waits for what it started to end, and comes back. */
async function watched(page: Page, what: string, title: RegExp): Promise<void> {
  const message = page.getByRole('region', { name: 'Messages' }).getByRole('status');
  await message
    .filter({ hasText: `${what} has started.` })
    .getByRole('link', { name: 'Watch it' })
    .press('Enter');
  const heading = page.getByRole('heading', { level: 1, name: title });
  await heading.filter({ hasNotText: 'under way' }).waitFor();
  await page.getByRole('link', { name: 'Desk', exact: true }).press('Enter');
}

async function toldOnAudit(page: Page, actions: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).press('Enter');
  await page.getByRole('link', { name: 'Audit', exact: true }).press('Enter');
  const table = page.getByRole('table', { name: 'Audit' });
  for (const action of actions)
    await table
      .getByRole('row')
      .filter({ hasText: action })
      .filter({ hasText: 'a person' })
      .first()
      .waitFor();
}

/** A market that all but stands still: what rests stays at rest. */
const RESTING = { CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '0.01', LLM_MODEL: 'scripted-1' };

describe.skipIf(skipReason !== null)(`the handles of a patient desk${skipped}`, () => {
  let stage: WebStage;
  let model: ScriptedModel;
  let vigil: StagedVigil;
  beforeAll(async () => {
    [stage, model] = await Promise.all([setStage(), startScriptedModel(patientTrader)]);
    vigil = await stage.startVigil({ ...RESTING, OPENAI_BASE_URL: model.baseUrl });
    // One cycle at a time is the rule.
    await finishedRun(vigil, 'kind=cycle');
  }, 120_000);
  afterEach(() => stage?.clear());
  afterAll(async () => {
    await stage?.close();
    await model?.close();
  });

  test('run a cycle, ask, withdraw an entry, halt, arm, pause and resume, and leave a row each', {
    timeout: 180_000,
  }, async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const dialog = page.getByRole('dialog');
    await press(page, 'Run a cycle');
    await dialog.getByText('It may open and close positions within the risk limits').waitFor();
    await confirm(page, 'Run a cycle');

    await watched(page, 'The cycle', /^Cycle of/);
    await press(page, 'Analyse');
    await dialog.getByText('without the part that trades').waitFor();
    await dialog.getByLabel('Question').fill('Is the fall over?');
    await confirm(page, 'Start the analysis');
    await watched(page, 'The analysis', /^Analysis of BTC/);

    const withdraw = page.getByRole('list', { name: 'Entries at work' }).getByRole('button').first();
    const entry = await withdraw.getAttribute('aria-label');
    await withdraw.press('Enter');
    await dialog.getByText('What has filled stays, with its stop and target').waitFor();
    await confirm(page, 'Withdraw');
    await said(page, 'the entry is withdrawn');
    await page.getByRole('button', { name: entry ?? '' }).waitFor({ state: 'detached' });

    const state = page.getByRole('region', { name: 'Trading state' });
    await press(page, 'Halt');
    await dialog.getByText('Nothing is opened from now on').waitFor();
    await dialog.getByLabel('Reason').fill('the news of the evening');
    await confirm(page, 'Halt trading');
    await said(page, 'Trading is halted.');
    await state.getByText('the news of the evening').waitFor();
    await press(page, 'Arm the desk');
    await dialog.getByText('The desk may open positions again').waitFor();
    await dialog.getByLabel('Reason').fill('it was nothing');
    await confirm(page, 'Arm the desk');
    await said(page, 'The desk is armed.');
    await state.getByText('it was nothing').waitFor();

    const card = page.getByRole('region', { name: 'Desk', exact: true });
    await press(page, 'Pause');
    await dialog.getByText('No cycle runs until it is resumed').waitFor();
    await confirm(page, 'Pause');
    await said(page, 'The desk is paused.');
    await card.getByText('paused', { exact: true }).waitFor();
    await press(page, 'Resume');
    await dialog.getByText('Cycles run again on schedule').waitFor();
    await confirm(page, 'Resume');
    await said(page, 'The desk runs again.');
    await card.getByText('running', { exact: true }).waitFor();

    const done = ['cycle.start', 'analysis.start', 'entry.withdraw', 'trading.halted', 'trading.arm'];
    const all = [...done, 'desk.update', 'desk.update'];
    expect(await acts(vigil)).toEqual(all.toReversed().map((action) => `page ${action}`));
    await toldOnAudit(page, all);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(skipReason !== null)(`the handles under a tripped breaker${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil({ ...ONCE, VIGIL_BREAKER_BTC_1H: '0.0005' });
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('arm against it with a reason, after it is said what that means', async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const dialog = page.getByRole('dialog', { name: 'Arm the desk?' });
    await press(page, 'Arm the desk');
    await dialog
      .getByText(/The breaker is tripped: BTC fell .* Armed now, the desk trades against it/)
      .waitFor();
    await confirm(page, 'Arm the desk');
    expect(await dialog.locator('input:invalid').count()).toBe(1);
    expect(await acts(vigil)).toEqual([]);
    await dialog.getByLabel('Reason').fill('I know better');
    await confirm(page, 'Arm the desk');
    await said(page, /You have overridden the breaker \(BTC fell/);
    expect(await acts(vigil)).toEqual(['page trading.arm']);
    await toldOnAudit(page, ['trading.arm']);
    expect(complaints).toEqual([]);
  });
});
