import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TradeLineage } from '#domain/lineage.ts';
import type { DeskPosition, DeskTrade } from '../../web/api/types.ts';
import { askVigil, finishedRun, firstOf } from './ask-vigil.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

/** One cycle, which opens three positions; what a test does to them is all that happens. */
const ONE_CYCLE = { CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' };

/** Steps of a person, on a machine that may be slow. */
const PATIENCE_MS = 240_000;

const LOOKS = [
  { look: 'desktop-dark', size: DESKTOP, theme: 'dark' },
  { look: 'phone-light', size: PHONE, theme: 'light' },
] as const;

describe.skipIf(skipReason !== null)(`the lineage of what was traded${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  let trade: DeskTrade;
  let runId: string;

  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil(ONE_CYCLE);
    runId = (await finishedRun(vigil, 'outcome=traded')).runId;
    const { symbol } = await firstOf<DeskPosition>(vigil, '/api/positions');
    await askVigil(vigil, '/api/positions/close', { symbol });
    trade = await firstOf<DeskTrade>(vigil, '/api/trades');
  }, 180_000);
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each(LOOKS)(
    'walks a trade back from its profit and forwards again ($look)',
    async (shown) => {
      const { page, complaints } = await stage.open(
        vigil,
        `/trades/${encodeURIComponent(trade.tradeId)}`,
        shown,
      );
      const chain = page.getByRole('list', { name: 'Chain of the trade' });
      await chain.waitFor();
      const titles = () => chain.getByRole('heading').allTextContents();
      const back = await titles();
      expect(back[0]).toBe('Closed by a person');
      expect(back.at(-1)).toBe('Market snapshot');
      expect(back.join('; ')).toMatch(
        /Exit sell market.*Entry buy limit.*The gate, at placement.*Executor.*The gate.*Proposed to open.*Context.*Signal to/,
      );
      const { sums } = await askVigil<TradeLineage>(
        vigil,
        `/api/trades/${encodeURIComponent(trade.tradeId)}/lineage`,
      );
      expect(await chain.getByText(sums.netQuote.replace('-', '−'), { exact: true }).count()).toBe(1);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await stage.layoutShift(page)).toBeLessThan(0.1);
      await stage.shoot(page, `trade-${shown.look}`);

      await page.getByRole('link', { name: 'Snapshot to profit' }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/walk=forwards/);
      await expect.poll(titles).toEqual(back.toReversed());
      await chain.getByRole('link', { name: 'node gate' }).first().click();
      await page.waitForURL(`**/runs/${runId}?node=gate`);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  test.each(LOOKS)(
    'shows each chain of a run, what it opened and what came to nothing ($look)',
    async (shown) => {
      const { page, complaints } = await stage.open(vigil, `/runs/${runId}?view=lineage`, shown);
      const chains = page.getByRole('list', { name: /^Chain of/ });
      await chains.first().waitFor();
      expect(await chains.count()).toBeGreaterThan(2);
      expect(await page.getByRole('heading', { name: 'Closed by a person' }).count()).toBe(1);
      expect(await page.getByRole('heading', { name: 'Still open' }).count()).toBe(2);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await stage.shoot(page, `run-lineage-${shown.look}`);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Whole trace' }).click();
      expect((await download).suggestedFilename()).toBe(`${runId}.trace.json`);
      const trace = JSON.parse(await readFile(await (await download).path(), 'utf8'));
      expect(trace).toMatchObject({ run: { runId }, record: { runId }, lineage: { runId } });
      expect(trace.spans.length).toBeGreaterThan(10);
      await page.getByRole('link', { name: 'this trade' }).first().click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(page.url()).toContain('/trades/');
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'leads from an open position’s own id, and says where there is no such trade',
    async () => {
      const { positionId, deskId } = await firstOf<DeskPosition>(vigil, '/api/positions');
      const search = new URLSearchParams({ desk: deskId });
      const { page, complaints } = await stage.open(
        vigil,
        `/trades/${encodeURIComponent(positionId)}?${search}`,
      );
      await page.getByRole('heading', { name: 'Still open' }).waitFor();
      expect(complaints).toEqual([]);
      const none = await stage.open(vigil, '/trades/none');
      await none.page.getByText('There is no such trade').waitFor();
    },
    PATIENCE_MS,
  );
});
