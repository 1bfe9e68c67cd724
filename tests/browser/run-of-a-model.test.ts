import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { askerOf, quietReply } from '../support/agent-replies.ts';
import { type ChatRequest, type ScriptedModel, say, startScriptedModel } from '../support/scripted-model.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

/** The Scanner's first words cannot be read, and its repaired ones hold a number that it was not shown. */
function reply(request: ChatRequest) {
  if (askerOf(request) !== 'scanner') return say.answer(quietReply(request));
  if (request.body.messages.length < 4) return say.prose();
  return say.answer({ ranked: [], summary: 'Something stands at 98765.4 now.' });
}

describe.skipIf(skipReason !== null)(`the page of a run that asked a model${skipped}`, () => {
  let stage: WebStage;
  let model: ScriptedModel;
  let vigil: StagedVigil;
  let runId: string;
  beforeAll(async () => {
    stage = await setStage();
    model = await startScriptedModel(reply);
    vigil = await stage.startVigil({ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' });
    const { runs } = vigil.running.container.rows;
    runId = await vi.waitFor(
      async () => {
        const { items } = await runs.list({ limit: 50, kind: 'cycle' });
        const ended = items.findLast(({ finishedAtMs }) => finishedAtMs !== null);
        if (ended === undefined) throw new Error('no cycle has ended yet');
        return ended.runId;
      },
      { timeout: 60_000, interval: 100 },
    );
  }, 120_000);
  afterEach(() => stage?.clear());
  afterAll(async () => {
    await stage?.close();
    await model?.close();
  });

  test('shows a repair, what was read, which prompt asked and which number came from nowhere', async () => {
    const { page, complaints } = await stage.open(vigil, `/runs/${runId}?node=scanner`);
    const panel = page.getByRole('region', { name: 'scanner', exact: true });
    const calls = panel.locator('summary').filter({ hasText: 'scripted-1' });
    await calls.nth(0).getByText('discarded: it could not be read').waitFor();
    await calls.nth(1).click();
    await panel.getByText('HTTP 200').waitFor();
    const prompt = panel.getByRole('link', { name: /^prompt scanner, version \d+$/ });
    expect(await prompt.getAttribute('href')).toMatch(/^\/prompts\/scanner\?version=\d+$/);
    const mark = panel.locator('mark', { hasText: '98765.4' });
    expect(await mark.getAttribute('title')).toBe('the model was not shown this number');
    await panel.getByRole('list', { name: 'Numbers in the model’s words' }).getByText('not shown').waitFor();
    await panel.locator('summary').filter({ hasText: 'read as' }).click();
    await panel.getByRole('region', { name: 'The parsed answer' }).getByText('summary').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'run-call-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test.each([
    ['desktop', 'light', DESKTOP],
    ['phone', 'dark', PHONE],
  ] as const)('lays itself on the market’s time on a %s', async (name, theme, size) => {
    const { page, complaints } = await stage.open(vigil, `/runs/${runId}?view=trace`, { size, theme });
    const time = page.getByRole('region', { name: 'Where the time went' });
    await time.getByText('wall time').waitFor();
    await time.getByRole('button', { name: 'Market' }).click();
    await time.getByText('market time').waitFor();
    expect(new URL(page.url()).searchParams.get('clock')).toBe('market');
    const market = page.getByRole('region', { name: 'On the market’s time' });
    const steps = await market.getByRole('listitem').allInnerTexts();
    expect(steps[0]).toContain('3m candle closed');
    expect(steps.join('\n')).toMatch(/Market looked at[\s\S]*Decided/);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `run-market-time-${name}-${theme}`);
    expect(complaints).toEqual([]);
  });

  test('opens its spans in a sheet on a phone, from the log', async () => {
    const { page, complaints } = await stage.open(vigil, `/runs/${runId}?view=log`, {
      ...{ size: PHONE, theme: 'light' },
    });
    await page
      .getByRole('region', { name: 'Lines' })
      .getByRole('button', { name: /indicators/ })
      .tap();
    const sheet = page.getByRole('dialog', { name: 'indicators' });
    await sheet.getByRole('region', { name: 'Output' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('is walked through by key, in the list it was chosen from and among all', async () => {
    await vigil.running.container.rows.desks.update((await deskId()) ?? '', { paused: true });
    for (const question of ['one', 'two', 'three']) await analysed(question);
    const { page, complaints } = await stage.open(vigil, '/runs?kind=analysis');
    await page.locator('a[href^="/runs/"]').nth(2).waitFor();
    const addresses = await page
      .locator('a[href^="/runs/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    await page.locator('a[href^="/runs/"]').first().click();
    await asked(page, 'three');
    await page.keyboard.press('k');
    await page.getByText('There is no newer run here.').waitFor();
    await page.keyboard.press('2');
    await page.getByRole('region', { name: 'Where the time went' }).waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(`**${addresses[1]}?view=trace`);
    await asked(page, 'two');
    await page.keyboard.press('j');
    await asked(page, 'one');
    await page.keyboard.press('j');
    await page.getByText('There is no older run here.').waitFor();
    await page.reload();
    await asked(page, 'one');
    await page.keyboard.press('j');
    await page.getByRole('heading', { level: 1, name: /^Cycle/ }).waitFor();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('the view Trace').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  async function deskId() {
    return (await vigil.running.container.rows.runs.get(runId))?.deskId;
  }

  async function analysed(question: string) {
    const answer = await fetch(`${vigil.url}/api/analyses?wait=60`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ symbols: ['BTC'], question }),
    });
    expect(answer.status).toBe(200);
  }
});

function asked(page: Page, question: string): Promise<void> {
  return page.getByRole('region', { name: 'Run', exact: true }).getByText(`Asked: “${question}”`).waitFor();
}
