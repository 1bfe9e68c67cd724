import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ListedRun } from '#domain/run.ts';
import { saveVersion } from '#tests/support/asking-desk.ts';
import { type ScriptedModel, startScriptedModel } from '#tests/support/scripted-model.ts';
import { plainTrader, REFUSING } from '#tests/support/trading-answers.ts';
import { askVigil, finishedRun } from './ask-vigil.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

/** Steps of a person, on a machine that may be slow. */
const PATIENCE_MS = 240_000;

const LOOKS = [
  { look: 'desktop-light', size: DESKTOP, theme: 'light' },
  { look: 'phone-dark', size: PHONE, theme: 'dark' },
] as const;

describe.skipIf(skipReason !== null)(`two runs beside each other${skipped}`, () => {
  let stage: WebStage;
  let model: ScriptedModel;
  let vigil: StagedVigil;
  let cycle: ListedRun;

  beforeAll(async () => {
    [stage, model] = await Promise.all([setStage(), startScriptedModel(plainTrader)]);
    vigil = await stage.startVigil({
      ...{ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' },
      ...{ CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' },
    });
    cycle = await finishedRun(vigil, 'kind=cycle');
  }, 180_000);
  afterEach(() => stage?.clear());
  afterAll(async () => {
    await stage?.close();
    await model?.close();
  });

  async function intentsOf(runId: string): Promise<number> {
    const [row] = await vigil.test.database.sql<{ n: number }[]>`
      select count(*)::int as n from order_intents where run_id = ${runId}`;
    return row?.n ?? -1;
  }

  test.each(LOOKS)(
    'forks a run with a rewritten prompt, follows it, and shows the first difference ($look)',
    async (shown) => {
      const { page, complaints } = await stage.open(vigil, `/runs/${cycle.runId}?node=risk`, shown);
      await page.getByRole('link', { name: 'Decide again from here' }).click();
      await page.getByRole('heading', { name: 'Decide it again' }).waitFor();
      await page.getByText('No order can come of it').waitFor();
      await page.getByLabel('Prompt risk').selectOption({ label: 'Rewritten below' });
      const text = page.getByLabel('New text of the prompt risk');
      await text.focus();
      await page.keyboard.press('Control+Home');
      await page.keyboard.type(`${REFUSING} ${shown.look}\n`);
      await page.getByText('Every variable is in its place').waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await stage.shoot(page, `fork-${shown.look}`);
      await page.getByRole('button', { name: 'Decide it again' }).press('Enter');

      await page
        .getByRole('heading', { level: 1, name: /^They differ from risk on, in \d+ things?$/ })
        .waitFor();
      const [, forkId = ''] = /\/runs\/([^/]+)\/compare\//.exec(page.url()) ?? [];
      expect(page.url()).toContain(`/compare/${cycle.runId}`);
      expect(await page.locator('[data-node="risk"][data-lit="true"]').count()).toBe(2);
      expect(
        await page.getByRole('table', { name: 'What differs' }).getByText('first difference').count(),
      ).toBe(1);
      await page.getByText(`${REFUSING} ${shown.look}`).first().waitFor();
      expect(await page.getByText('would have traded').count()).toBe(0);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await stage.shoot(page, `comparison-${shown.look}`);
      expect(await intentsOf(forkId)).toBe(0);

      const [kept] = (await vigil.running.container.rows.prompts.get('risk'))?.versions ?? [];
      expect(kept).toMatchObject({ message: `for a fork of run ${cycle.runId}` });
      expect((await vigil.running.container.rows.prompts.get('risk'))?.labels).toMatchObject({
        production: 1,
      });
      await page.locator('[data-node="scanner"]').first().click();
      await page.getByText('Nothing differs at scanner').waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'says at the field why a text is not kept, and begins nothing',
    async () => {
      const { page } = await stage.open(vigil, `/runs/${cycle.runId}/fork?node=risk`);
      await page.getByLabel('Prompt risk').selectOption({ label: 'Rewritten below' });
      await page.getByLabel('New text of the prompt risk').fill('Say yes.');
      await page.getByRole('button', { name: 'Decide it again' }).click();
      const field = page.getByRole('group', { name: 'Prompt risk' });
      await field.getByRole('alert').waitFor();
      expect(await field.getByRole('alert').textContent()).toContain('prompt_invalid');
      expect(page.url()).toContain('/fork');
    },
    PATIENCE_MS,
  );

  test(
    'offers the forks of a run, its neighbours and runs of the same symbol',
    async () => {
      const refusing = await saveVersion(vigil.running.container, 'risk', 'MIND THE SPREAD');
      const body = { fromNode: 'risk', promptVersions: { risk: refusing } };
      await askVigil(vigil, `/api/runs/${cycle.runId}/fork?wait=50`, body);
      const { page, complaints } = await stage.open(vigil, `/runs/${cycle.runId}?view=compare`);
      const forks = page.getByRole('region', { name: 'Decided again' });
      await forks.getByRole('link').first().focus();
      expect(await seriousFaults(page)).toEqual([]);
      await stage.shoot(page, 'run-compare-desktop-dark');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Both decided the same' }).waitFor();
      expect(await page.locator('[data-lit="true"]').count()).toBe(0);
      await page.getByText('MIND THE SPREAD').first().waitFor();
      expect(complaints).toEqual([]);
      const none = await stage.open(vigil, `/runs/${cycle.runId}/compare/run_none`);
      await none.page.getByText('There is no such run').waitFor();
    },
    PATIENCE_MS,
  );
});
