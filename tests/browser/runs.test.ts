import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PHONE, setStage, skipReason, type WebStage } from './web-stage.ts';

describe.skipIf(skipReason !== null)(`the runs${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage('runs');
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('appear in the list by the stream, and change there when they finish', async () => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, '/runs');
    const rows = page.getByRole('region', { name: 'Runs' }).getByRole('listitem');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await rows.nth(29).waitFor();
    const runId = api.desk.startRun();
    await rows.first().getByText('running').waitFor();
    api.desk.finishRun(runId, 'denied');
    await rows.first().getByText('The gate denied both proposals').waitFor();
    expect(await rows.count()).toBe(31);
    await stage.shoot(page, 'runs-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test('are told which filter of a mistyped address is wrong, with those there are', async () => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, '/runs?status=&outcome=zzz');
    await page.getByText('“zzz” is no outcome: there are traded, held, denied, halted, failed.').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByRole('region', { name: 'Runs' }).getByRole('listitem').nth(29).waitFor();
    expect(complaints).toEqual([]);
  });

  test('come back after a cut of the stream, with what was missed', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/runs');
    const status = page.getByRole('status');
    await status.filter({ hasText: 'Live' }).waitFor();
    api.dropStreams();
    const runId = api.desk.startRun();
    api.desk.finishRun(runId, 'traded');
    await page.locator(`a[href="/runs/${runId}"]`).getByText('traded').waitFor();
    await status.filter({ hasText: 'Live' }).waitFor();
  });

  test('can be filtered, kept in the address, and loaded page by page', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/runs', { size: PHONE });
    const rows = page.getByRole('region', { name: 'Runs' }).getByRole('listitem');
    await rows.nth(29).waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await rows.nth(43).waitFor();
    await page.getByLabel('Outcome').selectOption('failed');
    await page.getByText('market data').or(rows.first().getByText('failed')).first().waitFor();
    await page.waitForURL('**/runs?outcome=failed');
    await rows.nth(5).waitFor({ state: 'detached' });
    expect(await rows.count()).toBe(5);
    await page.getByLabel('Kind').selectOption('analysis');
    await page.getByText('No run fits this filter').waitFor();
    await page.goBack();
    await page.waitForURL('**/runs?outcome=failed');
    await rows.nth(4).waitFor();
    await rows.first().getByRole('link').click();
    await page.waitForURL('**/runs/run-*');
    await page.goBack();
    await rows.nth(4).waitFor();
    expect(await page.getByLabel('Outcome').inputValue()).toBe('failed');
    await page.getByLabel('Kind').selectOption('analysis');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await rows.nth(29).waitFor();
  });
});
