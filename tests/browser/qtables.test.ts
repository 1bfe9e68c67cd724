/** Q-tables in the pages: read, promoted and rolled back, by keyboard, on a real server with tables that were trained. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createQTableRepository } from '#db/repositories/q-tables.ts';
import type { AuditEntry } from '#domain/audit.ts';
import { PATIENT } from '../support/patience.ts';
import { askVigil } from './ask-vigil.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { expectStillAndSound, LOOKS } from './still-and-sound.ts';
import { trainedTable } from './trained-table.ts';
import { setStage, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
/** One cycle, of a desk nobody looks at here. */
const ONCE = { CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' };
const PATIENCE_MS = 240_000;
const OLD_ENCODING = { encodingVersion: 1 };

interface Answer {
  readonly promotedVersion: number | null;
  readonly actions: readonly string[];
  readonly states: {
    readonly items: readonly { readonly visits: number; readonly values: readonly (number | null)[] }[];
  };
}

describe.skipIf(skipReason !== null)(`Q-tables${skipped}`, { timeout: PATIENCE_MS }, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil(ONCE);
  }, PATIENCE_MS);
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  const promoted = async () => (await askVigil<Answer>(vigil, '/api/qtables')).promotedVersion;
  const said = (page: Page, words: string) =>
    page.getByRole('region', { name: 'Messages' }).getByText(words).first().waitFor();
  const standing = (page: Page) => page.getByRole('region', { name: 'Promoted' });

  test('appear as they are stored, are promoted and rolled back with a reason, and leave a row each', async () => {
    const { page, complaints } = await stage.open(vigil, '/qtables');
    await page.getByText('No Q-table is stored yet').waitFor();
    await page.getByText('Nothing was ever promoted').waitFor();
    for (const seed of [1, 2]) await trainedTable(vigil, seed);
    const rows = page.getByRole('table', { name: 'Versions of the Q-table' }).getByRole('row');
    await expect.poll(() => rows.count(), PATIENT).toBe(3);
    await page.getByText('None: no desk hears a Q-table').waitFor();

    await page.getByRole('button', { name: 'Promote version 1' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Promote version 1?' });
    await dialog
      .getByText(/^Every desk of this database decides with version 1 from its next cycle on/)
      .waitFor();
    await dialog.getByRole('button', { name: 'Promote version 1' }).press('Enter');
    expect(await dialog.locator('input:invalid').count()).toBe(1);
    expect(await promoted()).toBeNull();
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'qtables-promote-desktop-dark');
    await dialog.getByLabel('Reason').fill('it holds up');
    await page.keyboard.press('Enter');
    await said(page, 'Desks decide with version 1 from their next cycle on; before it was no table.');
    await standing(page)
      .getByText(/by a person: it holds up$/)
      .waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Promote version 1' }).count(), PATIENT).toBe(0);

    await standing(page).getByRole('button', { name: 'Roll back to no table' }).press('Enter');
    await page.getByRole('dialog').getByLabel('Reason').fill('it does not');
    await page.keyboard.press('Enter');
    await said(page, 'Version 1 is rolled back: no table from the next cycle on.');
    await page.getByText('Rolled back: version 1 → no table').waitFor();
    expect(await promoted()).toBeNull();
    const { items } = await askVigil<{ items: AuditEntry[] }>(
      vigil,
      '/api/audit?action=qtable.&actor=a+person',
    );
    expect(items).toMatchObject([
      { origin: { via: 'page' }, action: 'qtable.rollback', details: { reason: 'it does not' } },
      { origin: { via: 'page' }, action: 'qtable.promote', details: { reason: 'it holds up' } },
    ]);
    expect(complaints).toEqual([]);
  });

  test('moved by another process show at once, and a rollback that was seen to lead elsewhere is refused', async () => {
    const version = await trainedTable(vigil, 1);
    const other = await trainedTable(vigil, 2);
    const tables = createQTableRepository(vigil.test.database);
    const by = { actor: 'command line', reason: 'from elsewhere', atMs: Date.now() };
    const { page } = await stage.open(vigil, '/qtables');
    await page.getByRole('button', { name: `Promote version ${version}` }).waitFor();
    await tables.promote(version, by);
    await standing(page)
      .getByText(/by command line: from elsewhere$/)
      .waitFor();
    await standing(page).getByRole('button', { name: 'Roll back to no table' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: `Roll back version ${version}?` });
    await dialog.getByLabel('Reason').fill('not this one');
    await tables.promote(other, by);
    await page.keyboard.press('Enter');
    await dialog.getByText(/look again, and decide anew/).waitFor();
    expect(await promoted()).toBe(other);
    await dialog.getByRole('button', { name: 'Not now' }).press('Enter');
    await standing(page)
      .getByRole('button', { name: `Roll back to version ${version}` })
      .waitFor();
    for (const _ of [1, 2]) await tables.rollback(by);
  });

  test('tell each situation by keys: the map, what a cell is made of, and its exact figures', async () => {
    const version = await trainedTable(vigil, 1);
    const { states, actions } = await askVigil<Answer>(vigil, `/api/qtables/${version}?limit=5000`);
    const { page, complaints } = await stage.open(vigil, `/qtables/${version}`);
    const map = page.getByRole('region', { name: 'What it advises' });
    await map
      .getByText(`${states.items.length.toLocaleString('en-US')} situations met`, { exact: true })
      .waitFor();
    const met = map.getByRole('button', { name: /^Trend .* visits/ });
    await met.first().focus();
    const start = await focused(page);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).not.toBe(start);
    await map
      .getByText(await focused(page))
      .first()
      .waitFor();
    await met.first().focus();
    await page.keyboard.press('Enter');
    const situations = map.getByRole('region', { name: 'Situations' });
    await situations.getByText(/^\d+ situations? of Trend/).waitFor();
    expect(await map.getByRole('button', { pressed: true, name: /^Trend/ }).count()).toBe(1);

    // The most visited of the whole table, told as it was learned.
    await page.goto(`${vigil.url}/qtables/${version}?position=any`);
    const [most] = states.items.toSorted((left, right) => right.visits - left.visits);
    const row = situations.getByRole('row').nth(1);
    await row.waitFor();
    const shown = await row.getByRole('cell').allInnerTexts();
    expect(shown).toContain(String(most?.visits));
    for (const [at] of actions.entries()) {
      const value = most?.values[at] ?? null;
      const text =
        shown
          .at(at - actions.length - 1)
          ?.replace('−', '-')
          .replace('+', '') ?? '';
      if (value === null) expect(text).toBe('–');
      else expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) / 1_000);
    }

    await map.getByRole('combobox', { name: 'Down', exact: true }).selectOption('volatility');
    await map.getByRole('button', { name: 'Spread of values' }).press('Enter');
    await expect.poll(() => page.url(), PATIENT).toContain('shade=spread');
    await map.getByRole('button', { name: /^Volatility calm, MACD up/ }).waitFor();
    await page.reload();
    await map.getByRole('button', { name: /^Volatility calm, MACD up/ }).waitFor();
    const slider = page.getByRole('slider', { name: /^Episode/ });
    await slider.press('Home');
    await page.getByText('Episode 1 of 2').waitFor();
    expect(complaints).toEqual([]);
  });

  test('that cannot be read or are not there say so', async () => {
    const version = await trainedTable(vigil, 3, OLD_ENCODING);
    const { page } = await stage.open(vigil, `/qtables/${version}`);
    await page.getByText('Its situations cannot be read').waitFor();
    await page.getByRole('button', { name: `Promote version ${version}` }).press('Enter');
    await page.getByRole('dialog').getByLabel('Reason').fill('let us see');
    await page.keyboard.press('Enter');
    await page.getByText(/has the state encoding 1, and desks read 2: train another/).waitFor();
    for (const unknown of ['999', 'newest']) {
      await page.goto(`${vigil.url}/qtables/${unknown}`);
      await page.getByText('There is no such Q-table').waitFor();
    }
  });

  test.each(LOOKS)('stand still and sound on a %s (%s, %s)', async (name, size, theme) => {
    const version = await trainedTable(vigil, 1);
    const { page, complaints } = await stage.open(vigil, '/qtables', { size, theme });
    const look = (shot: string) => expectStillAndSound(stage, page, `${shot}-${name}-${theme}`);
    await page.getByText('seed 1').first().waitFor();
    await look('qtables');
    for (const shade of ['action', 'spread']) {
      await page.goto(`${vigil.url}/qtables/${version}?shade=${shade}`);
      await page.getByText(/situations met$/).waitFor();
      await page
        .getByRole('button', { name: /^Trend .* visits/ })
        .first()
        .press('Enter');
      await page.getByText(/situations? of Trend/).waitFor();
      await look(`qtable-${shade}`);
    }
    expect(complaints).toEqual([]);
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.getAttribute("aria-label")') as Promise<string>;
}
