import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the views of one run${skipped}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('have an address each, and are found again by it', async () => {
    const vigil = await stage.startVigil();
    const { page, complaints } = await stage.open(vigil, '/runs', { size: PHONE, theme: 'light' });
    await page.locator('a[href^="/runs/"]').first().click();
    await page.locator('[data-node="observe"][data-state="ok"]').click();
    const sheet = page.getByRole('dialog', { name: 'observe' });
    await sheet.getByText('decided by code').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    const views = page.getByRole('navigation', { name: 'Views of the run' });
    await views.getByRole('link', { name: 'Trace' }).click();
    await page.getByRole('region', { name: 'Where the time went' }).getByText('indicators').waitFor();
    expect(new URL(page.url()).searchParams.get('view')).toBe('trace');
    await page.reload();
    await page.getByRole('region', { name: 'Where the time went' }).waitFor();
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});
