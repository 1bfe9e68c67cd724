import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { quietReply } from '../support/agent-replies.ts';
import { type ScriptedModel, say, startScriptedModel } from '../support/scripted-model.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the pages of prompts${skipped}`, { timeout: 180_000 }, () => {
  let stage: WebStage;
  let model: ScriptedModel;
  let vigil: StagedVigil;

  beforeAll(async () => {
    [stage, model] = await Promise.all([setStage(), startScriptedModel()]);
    model.follow((request) => say.answer(quietReply(request)));
    vigil = await stage.startVigil({
      ...{ OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' },
    });
    await recordedQuestion();
  }, 180_000);
  beforeEach(() => model.follow((request) => say.answer(quietReply(request))));
  afterEach(() => stage?.clear());
  afterAll(async () => {
    await stage?.close();
    await model?.close();
  });

  /** Patient: a desk's first cycles keep a slow machine busy. */
  async function openPage(...asked: Parameters<WebStage['open']>) {
    const opened = await stage.open(...asked);
    opened.page.setDefaultTimeout(120_000);
    return opened;
  }

  const read = async (path: string) =>
    (await fetch(`${vigil.url}${path}`)).json() as Promise<{ items: readonly unknown[] }>;

  /** The first cycle ends by itself; with it there is a question to try prompts on. */
  async function recordedQuestion(): Promise<void> {
    await vi.waitFor(
      async () => expect((await read('/api/prompts/scanner/questions')).items).not.toEqual([]),
      { timeout: 120_000, interval: 250 },
    );
  }

  const sound = (page: Page) => page.getByText('Every variable is in its place').waitFor();

  test.each([
    ['phone', PHONE, 'light'],
    ['phone', PHONE, 'dark'],
    ['desktop', DESKTOP, 'light'],
    ['desktop', DESKTOP, 'dark'],
  ] as const)('are whole on a %s (%#)', async (name, size, theme) => {
    const { page, complaints } = await openPage(vigil, '/prompts', { size, theme });
    await page.getByRole('link', { name: 'Scanner', exact: true }).waitFor();
    await page.getByText('none has run').first().waitFor();
    expect(await page.getByRole('link', { name: 'Shared rules' }).count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, `prompts-${name}-${theme}`);
    await page.getByRole('link', { name: 'Scanner', exact: true }).click();
    await sound(page);
    await page.getByRole('region', { name: 'system message' }).waitFor();
    expect(await page.locator('mark[title="{{shortlist}}"]').count()).toBe(1);
    expect(await stage.layoutShift(page)).toBeLessThan(0.05);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, `prompt-${name}-${theme}`);
    for (const view of ['Try', 'Compare', 'History and labels', 'Numbers']) {
      await page
        .getByRole('navigation', { name: 'Views of the prompt' })
        .getByRole('link', { name: view })
        .click();
      await page.getByRole('region', { name: view }).waitFor();
      const tab = await page.getByRole('link', { name: view, exact: true }).boundingBox();
      expect((tab?.x ?? 0) + (tab?.width ?? 0)).toBeLessThanOrEqual(size.width);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    }
    expect(complaints).toEqual([]);
  });

  const messages = (page: Page) => page.getByRole('region', { name: 'Messages' });
  const dialog = (page: Page, name: RegExp) => page.getByRole('dialog', { name });

  /** By the API, as another process would. */
  async function saveVersion(name: string, words: string): Promise<number> {
    const { versions } = (await read(`/api/prompts/${name}`)) as unknown as { versions: { text: string }[] };
    const response = await fetch(`${vigil.url}/api/prompts/${name}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `${versions[0]?.text}\n${words}`, message: words }),
    });
    return ((await response.json()) as { version: number }).version;
  }

  test('move production with a reason and the time of the next cycle, and roll it back', async () => {
    const version = await saveVersion('risk', 'Mind the size.');
    const { page, complaints } = await openPage(vigil, '/prompts/risk?view=history');
    await page.getByRole('button', { name: `Make production: version ${version}` }).click();
    const moving = dialog(page, new RegExp(`^Make version ${version} production`));
    await moving.getByText(/takes effect with the next cycle, \d\d:\d\d:\d\d UTC/).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'prompt-label-desktop-dark');
    await moving.getByLabel('Reason').fill('smaller is better');
    await page.keyboard.press('Enter');
    await messages(page)
      .getByText(/^Production is version 2: takes effect with the next cycle/)
      .waitFor();
    await page.getByRole('button', { name: 'Roll back to version 1' }).click();
    await dialog(page, /^Roll back to version 1/)
      .getByRole('button', { name: 'Roll back to version 1' })
      .click();
    await messages(page)
      .getByText(/^Production is version 1/)
      .waitFor();
    await page.getByRole('button', { name: `Make candidate: version ${version}` }).click();
    await dialog(page, /candidate/)
      .getByLabel('Reason')
      .fill('beside it');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove candidate' }).click();
    await dialog(page, /^Remove candidate/)
      .getByRole('button', { name: 'Remove candidate' })
      .click();
    await messages(page).getByText('Candidate is removed').waitFor();
    const audited = await vigil.test.database.sql<{ details: { message: string } }[]>`
      select details from audit_log where action like 'prompt.%label' and subject = 'prompt:risk' order by audit_id`;
    expect(audited.map(({ details }) => details.message)).toEqual([
      ...['smaller is better', 'back to version 1', 'beside it', 'candidate removed'],
    ]);
    expect(complaints).toEqual([]);
  });

  test('refuse a version whose dry run fails, in full', async () => {
    model.follow(() => say.status(400));
    const version = await saveVersion('executor', 'Unproved.');
    model.follow(() => say.prose());
    const { page } = await openPage(vigil, '/prompts/executor?view=history', {
      size: PHONE,
      theme: 'light',
    });
    await page.getByRole('button', { name: `Make production: version ${version}` }).click();
    const moving = dialog(page, /production/);
    await moving.getByLabel('Reason').fill('why not');
    await moving.getByRole('button', { name: 'Move production' }).click();
    await moving.getByText(/gave no answer of the executor's shape .*I would rather wait/).waitFor();
    await stage.shoot(page, 'prompt-refused-phone-light');
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  });

  test('try a text on a past question beside what the run decided, and say when nobody can be asked', async () => {
    const { page, complaints } = await openPage(vigil, '/prompts/context?view=try');
    await page.getByRole('button', { name: 'Ask the model' }).click();
    const trial = page.getByRole('region', { name: 'Trial of the Context' });
    await trial.getByText('has the agent’s shape').waitFor();
    await trial.getByText('neutral, conviction 0.00').first().waitFor();
    await trial.getByText('The model’s own words').click();
    await trial.getByText('"stance":"neutral"').waitFor();
    expect(await trial.getByText('What the run decided then').count()).toBe(1);
    expect(await trial.getByText('100 tokens', { exact: true }).count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'prompt-try-desktop-dark');
    model.follow((request) =>
      say.answer({
        ...(quietReply(request) as object),
        evidence: [{ key: 'rsi', value: 999, note: 'made up' }],
      }),
    );
    await page.getByRole('button', { name: 'Ask the model' }).click();
    await trial.getByText('The model’s reply was discarded; the rules answered').waitFor();
    model.follow(() => say.status(400));
    await page.getByRole('button', { name: 'Ask the model' }).click();
    await trial.getByText('no model answered').waitFor();
    await page.getByLabel('Question of the run').selectOption('');
    await page.getByText('A trial needs the question of a run').waitFor();
    expect(await page.getByRole('button', { name: 'Ask the model' }).isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['phone', PHONE, 'light'],
    ['desktop', DESKTOP, 'dark'],
  ] as const)('compare two versions on a %s, word by word', async (name, size, theme) => {
    const version = await saveVersion('guardian', `Mind the ${name}.`);
    const { page, complaints } = await openPage(
      vigil,
      `/prompts/guardian?view=compare&from=1&to=${version}`,
      {
        size,
        theme,
      },
    );
    await page.locator('ins', { hasText: `Mind the ${name}.` }).waitFor();
    expect(await page.getByRole('table', { name: /on the left/ }).count()).toBe(size === DESKTOP ? 1 : 0);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, `prompt-compare-${name}-${theme}`);
    expect(complaints).toEqual([]);
  });

  test('add up what a version did beside production, and call it simulated', async () => {
    const version = await saveVersion('scanner', 'Be brief.');
    const [{ runId }] = (await read('/api/prompts/scanner/questions')).items as [{ runId: string }];
    const forked = await fetch(`${vigil.url}/api/runs/${runId}/fork?wait=60`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fromNode: 'scanner', promptVersions: { scanner: version } }),
    });
    expect(forked.ok).toBe(true);
    await vi.waitFor(async () => expect((await read('/api/prompts/scanner/results')).items).toHaveLength(1), {
      ...{ timeout: 120_000, interval: 250 },
    });
    for (const [name, size, theme] of [
      ['phone', PHONE, 'light'],
      ['desktop', DESKTOP, 'dark'],
    ] as const) {
      const { page, complaints } = await openPage(vigil, '/prompts/scanner?view=numbers', { size, theme });
      await page.getByText('Simulated: none of these orders was ever sent.').waitFor();
      await page.getByText(/^1 run, 0 in the shadow; the same orders in/).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      await stage.shoot(page, `prompt-numbers-${name}-${theme}`);
      await page.goto(`${vigil.url}/prompts`);
      await page.getByText(`version ${version}, 1 run`).waitFor();
      expect(complaints).toEqual([]);
    }
  });

  test('say on a desk without a model that nobody can be asked, and what would be sent all the same', async () => {
    const silent = await stage.startVigil();
    await vi.waitFor(
      async () => {
        const response = await fetch(`${silent.url}/api/prompts/scanner/questions`);
        expect(((await response.json()) as { items: unknown[] }).items).not.toEqual([]);
      },
      { timeout: 120_000, interval: 250 },
    );
    const { page, complaints } = await openPage(silent, '/prompts/scanner?view=try');
    await page.getByRole('button', { name: 'Ask the model' }).click();
    await page.getByText('No model is configured').waitFor();
    await page.getByRole('link', { name: 'Preview', exact: true }).click();
    await page.getByRole('region', { name: 'user message' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('that do not exist are told apart from those that do', async () => {
    const { page } = await openPage(vigil, '/prompts/poet');
    await page.getByText('There is no prompt “poet”').waitFor();
    await page.getByRole('link', { name: 'See all prompts' }).click();
    await page.getByRole('link', { name: 'Guardian', exact: true }).waitFor();
  });
});
