import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { llmCall } from '#tests/support/database-rows.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
const ENVIRONMENT = {
  OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  LLM_MODEL: 'dear-model',
  LLM_MODE: 'free',
  LLM_PRICE_INPUT_USD: '1',
  LLM_PRICE_OUTPUT_USD: '2',
};

describe.skipIf(skipReason !== null)(`the page of model costs${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil(ENVIRONMENT);
    await spend(vigil);
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each([
    ['desktop', DESKTOP, 'dark'],
    ['desktop', DESKTOP, 'light'],
    ['phone', PHONE, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)(
    'tells what is known, and what is unknown as unknown (%s, %s %s)',
    async (size, view, theme) => {
      const { page, complaints } = await stage.open(vigil, '/costs?by=agent&days=1', { size: view, theme });
      const sums = page.getByRole('region', { name: 'What calls came to' });
      await sums.getByRole('row').filter({ hasText: 'scanner' }).waitFor();
      expect(await sums.getByRole('row').filter({ hasText: 'scanner' }).textContent()).toContain('$1.25');
      expect(await sums.getByRole('row').filter({ hasText: 'guardian' }).textContent()).toContain('unknown');
      await sums.getByText('the budget’s guess for 1 call; kept for 31 days').waitFor();
      await page.getByText('Of it $0.05 is what calls were taken to cost whose price nobody told.').waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await stage.layoutShift(page)).toBeLessThan(0.1);
      expect(await seriousFaults(page)).toEqual([]);
      await stage.shoot(page, `costs-${size}-${theme}`);
      expect(complaints).toEqual([]);
    },
  );

  test('switches the mode by keyboard: asks once, says what it does, and takes it back', async () => {
    const { page, complaints } = await stage.open(vigil, '/costs');
    const mode = page.getByRole('region', { name: 'Mode' });
    await mode.getByText('As configured here (LLM_MODE=free).').waitFor();
    expect(await mode.getByRole('button', { name: 'Switch to saving' }).isDisabled()).toBe(true);
    await mode.getByRole('button', { name: 'Switch to premium' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Switch to premium?' });
    await dialog.getByText('in every process of this database: agents ask dear-model').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await vigil.running.container.rows.spendingSwitch.read()).toBeNull();

    await mode.getByRole('button', { name: 'Switch to premium' }).click();
    await dialog.getByRole('button', { name: 'Switch to premium' }).click();
    await mode.getByText('Switched to premium by a person').waitFor();
    expect((await vigil.running.container.rows.spendingSwitch.read())?.mode).toBe('premium');
    await mode.getByRole('button', { name: 'Take the switch back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await mode.getByText('As configured here (LLM_MODE=free).').waitFor();
    expect(complaints).toEqual([]);
  });

  test('has today against the budget on the desk, and the way to the rest', async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const panel = page.getByRole('region', { name: 'Model costs' });
    await panel.getByText('mode free').waitFor();
    await panel.getByText('of $5.00 today, spent or set aside').waitFor();
    await panel.getByRole('link', { name: 'Details' }).click();
    await page.getByRole('heading', { name: 'Model costs', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });
});

/** A call that told its price, one that told nothing, and what the budget was charged for a third. */
async function spend({ running }: StagedVigil): Promise<void> {
  const { calls, spending } = running.container.rows;
  const nowMs = Date.now();
  const dayFromMs = nowMs - (nowMs % DAY_MS);
  await calls.add(llmCall({ callId: 'told', agent: 'scanner', costUsd: 1.25, startedAtMs: nowMs }));
  await calls.add(
    llmCall({ callId: 'untold', agent: 'guardian', costUsd: null, inputTokens: null, startedAtMs: nowMs }),
  );
  await spending.reserve({
    ...{ reservationId: 'untold', runId: 'run', usd: 0.05, nowMs, dayFromMs, untilMs: nowMs + 60_000 },
    limits: { usdPerDay: 100, usdPerCycle: 100 },
  });
  await spending.settle('untold', 0.05, dayFromMs + DAY_MS);
}
