import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the page of health${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each([
    ['desktop', DESKTOP, 'dark'],
    ['desktop', DESKTOP, 'light'],
    ['phone', PHONE, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)('names each dependency, its state and what it means (%s, %s %s)', async (size, view, theme) => {
    const { page, complaints } = await stage.open(vigil, '/health', { size: view, theme });
    const rows = page.getByRole('region', { name: 'Health' }).getByRole('listitem');
    for (const name of ['Database', 'Queue', 'Venue', 'Guard', 'Worker', 'Clock', 'Prompts', 'Watches'])
      await rows
        .filter({ has: page.getByText(name, { exact: true }) })
        .first()
        .waitFor();
    await rows.filter({ hasText: 'one process leads; the guard of this folder last turned' }).waitFor();
    expect(await rows.filter({ hasText: 'production is' }).textContent()).toContain('scanner 1');
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `health-${size}-${theme}`);
    expect(complaints).toEqual([]);
  });

  test('shows a bad state first, live, with the way out', async () => {
    const own = await stage.startVigil();
    const { page, complaints } = await stage.open(own, '/health');
    const rows = page.getByRole('region', { name: 'Health' }).getByRole('listitem');
    await rows.filter({ hasText: 'production is' }).waitFor();
    await own.test.database.sql`delete from prompt_labels where name = 'scanner'`;
    await rows.filter({ hasText: 'Point the label production at a version of each prompt' }).waitFor();
    expect(await rows.first().textContent()).toContain('down');
    await stage.shoot(page, 'health-down');
    expect(complaints).toEqual([]);
  });

  test('has every dependency in a word on the desk, and the way to the rest by keyboard', async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const panel = page.getByRole('region', { name: 'Health' });
    await panel.getByRole('listitem').filter({ hasText: 'Database' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(await stage.layoutShift(page)).toBeLessThan(0.1);
    await stage.shoot(page, 'desk-figures-desktop-dark');
    await panel.getByRole('link', { name: 'Details' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/health');
    expect(complaints).toEqual([]);
  });
});
