import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { setStage, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the pages of a Vigil at work${skipped}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('show the desk’s first cycle and its run, without a complaint', async () => {
    const vigil = await stage.startVigil();
    const { page, complaints } = await stage.open(vigil, '/');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.locator('a[href^="/runs/"]').first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(page.url()).toContain('/runs/');
    expect(complaints).toEqual([]);
  });
});
