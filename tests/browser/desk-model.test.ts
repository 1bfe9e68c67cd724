import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { setStage, skipReason, type WebStage } from './web-stage.ts';

describe.skipIf(skipReason !== null)(
  `what the desk page says of its model${skipReason ? ` (skipped: ${skipReason})` : ''}`,
  () => {
    let stage: WebStage;
    beforeAll(async () => {
      stage = await setStage();
    });
    afterEach(() => stage?.clear());
    afterAll(() => stage?.close());

    test('says that rules cannot answer a question in words while no model is configured', async () => {
      const api = await stage.startApi();
      api.desk.state.model = { ...api.desk.state.model, configured: false, name: null, answering: null };
      const { page } = await stage.open(api, '/');
      await page.getByRole('button', { name: 'Analyse' }).click();
      const dialog = page.getByRole('dialog', { name: 'Ask for an analysis' });
      await dialog.getByText('Rules cannot answer a question in words').waitFor();
      expect(await dialog.getByLabel('Question').isDisabled()).toBe(true);
    });

    test('says at once that the model is down, since when, and who decides meanwhile', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      const strip = page.getByRole('region', { name: 'Trading state' });
      await strip.getByText('gpt-4.1-mini').waitFor();
      const well = api.desk.state.model;
      const down = {
        status: 'down',
        sinceMs: Date.parse('2026-11-21T14:05:00Z'),
        reason: 'timed out',
      } as const;
      const tell = () => api.desk.tell({ type: 'model.changed', runId: null, payload: null });
      api.desk.state.model = { ...well, ...down, answering: null };
      tell();
      await strip.getByText('model down').waitFor();
      await strip.getByText('since wall 14:05 UTC, deciding by rules, opening nothing').waitFor();
      api.desk.state.model = { ...well, ...down, answering: 'second-1' };
      tell();
      await strip.getByText('since wall 14:05 UTC, second-1 answers').waitFor();
      api.desk.state.model = well;
      tell();
      await strip.getByText('model down').waitFor({ state: 'detached' });
    });

    test('says in which mode models are asked, and that the budget is spent', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      const strip = page.getByRole('region', { name: 'Trading state' });
      await strip.getByText('gpt-4.1-mini').waitFor();
      const usual = api.desk.state.model;
      for (const [change, words] of [
        [{ mode: 'saving', answering: 'small-1' }, 'saving: small-1'],
        [{ budgetSpent: true }, 'budget spent: rules decide until 00:00 UTC'],
        [{ mode: 'free' }, 'rules only (free mode)'],
      ] as const) {
        api.desk.state.model = { ...usual, ...change };
        api.desk.tell({ type: 'model.changed', runId: null, payload: null });
        await strip.getByText(words, { exact: true }).waitFor();
      }
    });
  },
);
