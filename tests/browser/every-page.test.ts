/** Each address of the pages in light and dark, on a phone and on a desktop: nobody looks at all of them by hand. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Approval } from '#domain/approval.ts';
import type { DeskPosition, DeskTrade } from '../../web/api/types.ts';
import { PATIENT } from '../support/patience.ts';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';
import { plainTrader } from '../support/trading-answers.ts';
import { askVigil, finishedRun, firstOf } from './ask-vigil.ts';
import { seriousFaults } from './axe.ts';
import { finishedBacktest } from './finished-backtest.ts';
import { type PageVisit, pageVisits, unvisitedRoutes, type VisitedRows } from './page-visits.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { trainedTable } from './trained-table.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, turnTo, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
const KEY = 'the-control-key-of-this-test';
const PIN = '48392017';
/** One cycle in all the time this takes, whose openings wait for a word. */
const ENVIRONMENT = {
  ...{ API_KEY: KEY, VIGIL_PIN: PIN, LLM_MODEL: 'scripted-1' },
  ...{ VIGIL_APPROVAL: 'true', VIGIL_APPROVAL_WITHIN_MS: '600000' },
  ...{ CYCLE_INTERVAL_MS: '900000', VIGIL_SPEED: '1' },
};
/** One loads in the dark and one in the light; each is then turned to the other. */
const LOOKS = [
  { look: 'phone', size: PHONE, themes: ['light', 'dark'] },
  { look: 'desktop', size: DESKTOP, themes: ['dark', 'light'] },
] as const;
/** Too narrow for some tables and too wide for cards. */
const BETWEEN = { width: 700, height: 900 };
const PATIENCE_MS = 240_000;
/** What the browsers' makers call a page that stands still. */
const MOST_SHIFT = 0.1;

describe.skipIf(skipReason !== null)(`every page${skipped}`, { timeout: PATIENCE_MS }, () => {
  let stage: WebStage;
  let model: ScriptedModel;
  let vigil: StagedVigil & { key: string };
  let asked: Approval;
  beforeAll(async () => {
    [stage, model] = await Promise.all([setStage(), startScriptedModel(plainTrader)]);
    const started = await stage.startVigil({ ...ENVIRONMENT, OPENAI_BASE_URL: model.baseUrl });
    vigil = { ...started, key: KEY };
    asked = await firstOf<Approval>(vigil, '/api/approvals');
  }, PATIENCE_MS);
  afterEach(() => stage?.clear());
  afterAll(async () => {
    await stage?.close();
    await model?.close();
  });

  /** One after the other in one browser session, each in both themes; gives what is wrong with any of them. */
  async function faultsOf(visits: readonly PageVisit[], shown: (typeof LOOKS)[number]): Promise<string[]> {
    const [first] = shown.themes;
    const { page, complaints } = await stage.open(vigil, '/', { size: shown.size, theme: first });
    const faults: string[] = [];
    const look = async ({ name, shows }: Pick<PageVisit, 'name' | 'shows'>) => {
      for (const theme of shown.themes) {
        await turnTo(page, theme);
        const found = await faultsAsItStands(page, shows);
        faults.push(...[...found, ...complaints.splice(0)].map((fault) => `${name} (${theme}): ${fault}`));
        await stage.shoot(page, `page-${name}-${shown.look}-${theme}`);
      }
    };
    await look({ name: 'log-in', shows: 'Log in to this desk' });
    await logIn(page);
    for (const visit of visits) {
      await page.emulateMedia({ colorScheme: first });
      await page.goto(`${vigil.url}${visit.path}`);
      await live(page);
      await look(visit);
    }
    return faults;
  }

  async function faultsAsItStands(page: Page, shows: string | RegExp): Promise<string[]> {
    const isSettled = await settled(page, shows);
    const serious = await seriousFaults(page);
    const sideways = await sidewaysScroll(page);
    const shift = await stage.layoutShift(page);
    return [
      ...(isSettled ? [] : [`never shows ${shows}`]),
      ...serious,
      ...(sideways <= 0 ? [] : [`scrolls sideways by ${sideways} px`]),
      ...(shift < MOST_SHIFT ? [] : [`jumps by ${shift.toFixed(3)}`]),
    ];
  }

  test.each(LOOKS)('is sound while a question waits ($look)', async (shown) => {
    const visits = [
      { name: 'desk-asked', path: '/', shows: 'wait for your word' },
      { name: 'run-asked', path: `/runs/${asked.runId}`, shows: 'A person’s approval' },
    ];
    expect(await faultsOf(visits, shown)).toEqual([]);
  });

  describe('of a desk that has traded', () => {
    let visits: readonly PageVisit[];
    beforeAll(async () => {
      visits = pageVisits(await trade(vigil, asked));
    }, PATIENCE_MS);

    test('is visited, to the last route', async () => {
      expect(await unvisitedRoutes(visits)).toEqual([]);
    });

    test('scrolls a table that is too wide by keys, where no row holds anything to stop at', async () => {
      const { page } = await stage.open(vigil, '/', { size: BETWEEN });
      await logIn(page);
      await page.goto(`${vigil.url}${visits.find(({ name }) => name === 'run-story')?.path}`);
      const wide = page.getByRole('group', { name: /^Signals of/ });
      await wide.focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => wide.evaluate(({ scrollLeft }) => scrollLeft), PATIENT).toBeGreaterThan(0);
      expect(await seriousFaults(page)).toEqual([]);
    });

    test.each(LOOKS)('is sound ($look)', async (shown) => {
      expect(await faultsOf(visits, shown)).toEqual([]);
    });
  });
});

/** Lets all open, closes one of it by hand, decides the run again, learns a Q-table, and walks the next hours in a backtest. */
async function trade(
  vigil: StagedVigil & { key: string },
  { approvalId, asked }: Approval,
): Promise<VisitedRows> {
  const answers = asked.map(({ proposal }) => ({ proposalId: proposal.proposalId, decision: 'approve' }));
  await askVigil(vigil, `/api/approvals/${approvalId}/answer`, { answers });
  const { runId } = await finishedRun(vigil, 'outcome=traded');
  const { symbol } = await firstOf<DeskPosition>(vigil, '/api/positions');
  await askVigil(vigil, '/api/positions/close', { symbol });
  const { tradeId } = await firstOf<DeskTrade>(vigil, '/api/trades');
  await askVigil(vigil, `/api/runs/${runId}/fork`, { fromNode: 'risk', model: null });
  const { runId: forkId } = await finishedRun(vigil, 'kind=fork');
  const qTableVersion = await trainedTable(vigil, 1);
  return { runId, forkId, tradeId, qTableVersion, backtestId: await finishedBacktest(vigil) };
}

/** Nothing is loading any more, and what the page is there for can be read. */
async function settled(page: Page, shows: string | RegExp): Promise<boolean> {
  const words = page.locator('main').getByText(shows).filter({ visible: true });
  const isThere = await words
    .first()
    .waitFor()
    .then(
      () => true,
      () => false,
    );
  await expect.poll(() => page.getByLabel('Loading').count(), PATIENT).toBe(0);
  return isThere;
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('PIN').fill(PIN);
  await page.keyboard.press('Enter');
  await live(page);
}

function live(page: Page): Promise<void> {
  return page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
}
