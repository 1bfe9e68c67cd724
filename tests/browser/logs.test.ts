import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NewLogLine } from '#domain/log-line.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
const MANY = 10_000;

describe.skipIf(skipReason !== null)(`the page of the log${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil();
    await vigil.running.container.rows.logs.append(storedLines());
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each([
    ['desktop', DESKTOP, 'dark'],
    ['desktop', DESKTOP, 'light'],
    ['phone', PHONE, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)('holds ten thousand lines and draws those in view (%s, %s %s)', async (size, view, theme) => {
    const { page, complaints } = await stage.open(vigil, '/logs?role=guard', { size: view, theme });
    const log = page.getByRole('log', { name: 'Log lines' });
    await log
      .getByRole('button')
      .filter({ hasText: `guard line ${MANY - 1}` })
      .waitFor();
    expect(await log.getByRole('button').count()).toBeLessThan(80);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `logs-${size}-${theme}`);
    expect(complaints).toEqual([]);
  });

  test('narrows by level, text, run and role, in the address, and opens a line with its run', async () => {
    const { page, complaints } = await stage.open(vigil, '/logs?role=guard');
    const log = page.getByRole('log', { name: 'Log lines' });
    await log
      .getByRole('button')
      .filter({ hasText: `guard line ${MANY - 1}` })
      .waitFor();
    await page.getByLabel('Level').selectOption('error');
    await page.getByLabel('Text').fill('NEEDLE');
    await log.getByRole('button').filter({ hasText: 'guard line 4000' }).waitFor();
    expect(await log.getByRole('button').count()).toBe(1);
    expect(page.url()).toContain('level=error');
    await log.getByRole('button').filter({ hasText: 'guard line 4000' }).focus();
    await page.keyboard.press('Enter');
    await log.getByRole('link', { name: 'run_needle' }).waitFor();
    await page.getByLabel('Run').fill('run_nobody');
    await page.getByRole('button', { name: 'Show every line' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('follows what is written, waits while paused, and goes on with what came meanwhile', async () => {
    const own = await stage.startVigil();
    const { logs } = own.running.container.rows;
    const { page, complaints } = await stage.open(own, '/logs');
    const log = page.getByRole('log', { name: 'Log lines' });
    await log.getByRole('button').filter({ hasText: 'vigil is up' }).waitFor();
    await logs.append([storedLine(1, { message: 'before the pause' })]);
    await log.getByRole('button').filter({ hasText: 'before the pause' }).waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await logs.append([storedLine(2, { message: 'while stopped' })]);
    await page.getByRole('button', { name: /Resume \(\d+ new\)/ }).waitFor();
    expect(await log.getByRole('button').filter({ hasText: 'while stopped' }).count()).toBe(0);
    await page.getByRole('button', { name: /Resume/ }).click();
    await log.getByRole('button').filter({ hasText: 'while stopped' }).waitFor();
    expect(complaints).toEqual([]);
  });
});

function storedLine(index: number, over: Partial<NewLogLine> = {}): NewLogLine {
  return {
    ...{ atMs: Date.UTC(2026, 0, 1) + index * 50, level: 'info', role: 'guard', process: 'host:1' },
    ...{ message: `guard line ${index}`, runId: null, fields: { index, symbol: 'BTC/USDT:USDT' } },
    ...over,
  };
}

/** As many as the page keeps, one of them with a word to be found by. */
function storedLines(): NewLogLine[] {
  return Array.from({ length: MANY }, (_, index) =>
    index === 4_000
      ? storedLine(index, { level: 'error', runId: 'run_needle', fields: { err: { message: 'a needle' } } })
      : storedLine(index, { level: index % 7 === 0 ? 'warn' : index % 11 === 0 ? 'error' : 'info' }),
  );
}
