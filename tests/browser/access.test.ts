import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
const KEY = 'the-control-key-of-this-test';
const READ_KEY = 'the-reading-key-of-this-test';
const PIN = '48392017';
const GUARDED = { API_KEY: KEY, API_READ_KEY: READ_KEY, VIGIL_PIN: PIN };

describe.skipIf(skipReason !== null)(`a desk that asks who is there${skipped}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  async function logIn(page: Page, given: string): Promise<void> {
    await page.locator('input[type=password]').fill(given);
    await page.keyboard.press('Enter');
  }

  test.each([
    ['phone-light', { size: PHONE, theme: 'light' as const }],
    ['desktop-dark', { size: DESKTOP, theme: 'dark' as const }],
  ])(
    'shows the log-in alone, takes the PIN, and goes on to what was asked for (%s)',
    async (look, options) => {
      const vigil = await stage.startVigil(GUARDED);
      const { page, complaints } = await stage.open(vigil, '/runs', options);
      await page.getByLabel('PIN').waitFor();
      expect(await page.getByRole('navigation').count()).toBe(0);
      expect(await seriousFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await stage.shoot(page, `log-in-${look}`);
      await logIn(page, '000000');
      await page.getByText('That is not the PIN of this desk.').waitFor();
      await logIn(page, PIN);
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/runs');
      expect(
        await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })'),
      ).not.toMatch(/vigil_session|48392017/);
      await page.reload();
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await stage.shoot(page, `logged-in-${look}`);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('PIN').waitFor();
      // The browser itself tells of the wrong PIN.
      expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    },
  );

  test('with the key for reading shows all and lets nothing be changed, with the reason', async () => {
    const vigil = await stage.startVigil(GUARDED);
    const { page, complaints } = await stage.open(vigil, '/');
    await page.getByRole('button', { name: 'Use the API key instead' }).click();
    await logIn(page, READ_KEY);
    await page.getByText('Read only').waitFor();
    const halt = page.getByRole('button', { name: 'Halt' });
    await halt.waitFor();
    expect(await halt.isDisabled()).toBe(true);
    expect(await halt.getAttribute('title')).toContain('may only read');
    await stage.shoot(page, 'read-only-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test('asks again over the open page when a session ends, and loses nothing that was typed', async () => {
    const vigil = await stage.startVigil(GUARDED);
    const { page } = await stage.open(vigil, '/');
    await page.getByLabel('PIN').waitFor();
    await logIn(page, PIN);
    await page.getByRole('button', { name: 'Halt' }).click();
    await page.getByLabel('Reason').fill('the news of the evening');
    await vigil.test.database.sql`delete from sessions`;
    // Past the pointer: whatever else the page asks may be refused first, and then the log-in covers the button.
    await page.getByRole('button', { name: 'Halt trading' }).dispatchEvent('click');
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'session-ended-desktop-dark');
    await logIn(page, PIN);
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Reason').inputValue()).toBe('the news of the evening');
    await page.getByRole('button', { name: 'Halt trading' }).click();
    await page.getByText('Trading is halted.').waitFor();
  });
});
