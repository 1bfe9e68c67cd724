import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CycleOutcome } from '#domain/run.ts';
import type { FakeDesk } from '../support/fake-desk.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

describe.skipIf(skipReason !== null)(`the run page${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('lights the nodes the run reached and leaves the others dark', async () => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, `/runs/${runOf(api.desk, 'halted')}`);
    await node(page, 'protect').waitFor();
    const states = await statesOf(page, ['guardian', 'protect', 'record', 'scanner', 'place']);
    expect(states).toEqual(['ok', 'ok', 'ok', 'idle', 'idle']);
    await stage.shoot(page, 'run-halted-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test('opens on the node that failed, with its error', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, `/runs/${runOf(api.desk, 'failed')}`);
    const panel = page.getByRole('region', { name: 'observe' });
    await panel.getByText('market_data_unsound').waitFor();
    expect(await node(page, 'observe').getAttribute('data-state')).toBe('failed');
    await stage.shoot(page, 'run-failed-desktop-dark');
  });

  test('shows a node’s input, output and model calls by click and by keyboard', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, `/runs/${runOf(api.desk, 'traded')}`);
    await node(page, 'context:ETH/USDT:USDT').click();
    const panel = page.getByRole('region', { name: 'context · ETH' });
    await panel.getByText('decided by model').waitFor();
    expect(await panel.innerText()).toContain('conviction: 0.42');
    await panel.getByText('gpt-4.1-mini').click();
    await panel.getByText('You are the context of a trading desk.').waitFor();
    await stage.shoot(page, 'run-traded-desktop-dark');

    await node(page, 'context:ETH/USDT:USDT').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'observe' }).waitFor();
    await page.waitForURL('**?node=observe');
    const output = page.getByRole('region', { name: 'observe' }).getByRole('region', { name: 'Output' });
    await output.getByText('bar0').waitFor();
    expect(await output.getByText('bar119').count()).toBe(0);
    await output.focus();
    await page.keyboard.press('End');
    await output.getByText('bar119').waitFor();
    expect(await output.getByText('bar0', { exact: true }).count()).toBe(0);
  });

  test('shows what the run could ask for its money, and how old an answer is that was taken again', async () => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, `/runs/${runOf(api.desk, 'traded')}`);
    const header = page.getByRole('region', { name: 'Run' });
    await header.getByText('mode premium, the usual model could be asked').waitFor();
    expect(await header.innerText()).toContain('before scanner: too much for this cycle');
    await node(page, 'executor').click();
    const panel = page.getByRole('region', { name: 'executor' });
    await panel.getByText(/^an answer .* old was taken again, at no cost$/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('says how many fields were hidden before they were stored, in all, in a span and in a call', async () => {
    const api = await stage.startApi();
    const traded = api.desk.find(runOf(api.desk, 'traded'))!;
    const seen = traded.spans.find(({ name, symbol }) => name === 'context' && symbol === 'ETH/USDT:USDT')!;
    Object.assign(seen, { input: { apiKey: '[redacted]', note: 'as [redacted] says' } });
    Object.assign(traded.calls.find(({ spanId }) => spanId === seen.spanId)!, { error: 'for [redacted]' });
    const { page, complaints } = await stage.open(api, `/runs/${traded.run.runId}`);
    await page.getByRole('region', { name: 'Run', exact: true }).getByText('3 fields hidden').waitFor();
    await node(page, 'scanner').click();
    const scanner = page.getByRole('region', { name: 'scanner' });
    await scanner.getByText('decided by').waitFor();
    expect(await scanner.getByText(/fields? hidden/).count()).toBe(0);
    await node(page, 'context:ETH/USDT:USDT').click();
    const panel = page.getByRole('region', { name: 'context · ETH' });
    await panel.getByText('2 fields hidden').waitFor();
    await panel.getByText('1 field hidden').waitFor();
    expect(complaints).toEqual([]);
  });

  test('tells who refused or shrank what, by which rule and numbers', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, `/runs/${runOf(api.desk, 'traded')}`);
    const verdicts = page.getByRole('region', { name: 'Proposals and verdicts' });
    await verdicts.getByText('reward_under_minimum').waitFor();
    expect(await verdicts.innerText()).toContain('1.42 against 2');
    expect(await verdicts.innerText()).toContain('risk_over_limit');
    const nothing = verdicts.getByRole('list', { name: 'Nothing proposed' });
    expect(await nothing.innerText()).toContain('the signal is hold at -1 points');
    const orders = page.getByRole('region', { name: 'Intents and orders' });
    expect(await orders.getByRole('row').count()).toBe(4);
    await page.getByRole('region', { name: 'Account before and after' }).getByText('−1.31').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export record' }).click();
    expect((await download).suggestedFilename()).toBe(`${runOf(api.desk, 'traded')}.json`);
  });

  test.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)('follows a run node by node while it is under way on a %s', async (name, size) => {
    const api = await stage.startApi();
    const runId = api.desk.startRun();
    const { page, complaints } = await stage.open(api, `/runs/${runId}`, { size });
    await page.getByRole('heading', { name: 'Cycle: under way' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    api.desk.openSpan(runId, 'observe');
    await stateOf(page, 'observe', 'running');
    api.desk.closeSpan(runId, 'observe');
    await stateOf(page, 'observe', 'ok');
    for (const symbol of ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'])
      api.desk.openSpan(runId, 'context', symbol);
    await stateOf(page, 'context:SOL/USDT:USDT', 'running');
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, `run-live-${name}-dark`);
    api.desk.finishRun(runId, 'traded');
    await stateOf(page, 'place', 'ok');
    await page
      .getByRole('heading', { name: 'Cycle of BTC, ETH, SOL: traded, market 2025-04-07 12:00 UTC' })
      .waitFor();
    await page
      .getByRole('region', { name: 'Run', exact: true })
      .getByText(/Opened a long in BTC/)
      .waitFor();
    await page.getByRole('region', { name: 'Signals' }).getByText('MACD crossed up').waitFor();
    expect(complaints).toEqual([]);
  });

  test('opens a node in a sheet on a phone and gives the page back when it closes', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, `/runs/${runOf(api.desk, 'traded')}`, { size: PHONE });
    await node(page, 'guardian').tap();
    const sheet = page.getByRole('dialog', { name: 'guardian' });
    await sheet.getByText('decided by model').waitFor();
    await stage.shoot(page, 'run-sheet-phone-dark');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  test('tells what was doubted in a discarded reply, and which of its numbers were shown', async () => {
    const api = await stage.startApi();
    const runId = runOf(api.desk, 'traded');
    const opinion = api.desk.find(runId)!.record!.opinions.find(({ agent }) => agent === 'context')!;
    Object.assign(opinion, {
      decidedBy: 'rules',
      abstention: 'ungrounded_number',
      doubts: ['summary says 92%, which was not shown'],
      quotes: [
        { field: 'summary', said: '61.4', isGrounded: true },
        { field: 'summary', said: '92%', isGrounded: false },
      ],
    });
    const { page, complaints } = await stage.open(api, `/runs/${runId}`);
    const grounds = page.getByRole('region', { name: 'Grounds of context' });
    await grounds.getByText('summary says 92%, which was not shown').waitFor();
    await grounds.getByText('2 numbers in the model’s words, 1 from nowhere').click();
    const marks = await grounds.getByRole('listitem').allInnerTexts();
    expect(marks.slice(1).map((mark) => mark.replaceAll(/\s+/g, ' '))).toEqual([
      '61.4 shown',
      '92% not shown',
    ]);
    await page.getByTitle('the reply held a number that was not shown').waitFor();
    await stage.shoot(page, 'run-ungrounded-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test('tells a repair from the reply it repairs, and why neither was used', async () => {
    const api = await stage.startApi();
    const run = api.desk.find(runOf(api.desk, 'traded'))!;
    const first = run.calls.find(({ agent }) => agent === 'guardian')!;
    const turns = [
      { role: 'assistant', content: 'keep, I think' },
      { role: 'user', content: 'That reply cannot be read' },
    ];
    run.calls.push({
      ...first,
      ...{ callId: 'repair', startedAtMs: first.startedAtMs + 500, messages: [...first.messages, ...turns] },
    });
    run.record!.opinions.push({
      ...{ agent: 'guardian', symbol: null, decidedBy: 'rules', abstention: 'reply_wrong_shape' },
      answer: { ask: 'keep', reason: 'no trigger fired' },
    });
    const { page, complaints } = await stage.open(api, `/runs/${run.run.runId}?node=guardian`, {
      size: PHONE,
    });
    const calls = page.getByRole('dialog', { name: 'guardian' }).locator('summary');
    await calls.nth(1).getByText('repair of the reply above').waitFor();
    expect(await calls.nth(0).innerText()).toContain('discarded: it could not be read');
    expect(await calls.nth(0).innerText()).not.toContain('repair');
    expect(await calls.nth(1).innerText()).toContain('discarded: the reply had another shape');
    await stage.shoot(page, 'run-repair-phone-dark');
    expect(complaints).toEqual([]);
  });

  test('says on the opinion of the rules why no model was asked', async () => {
    const api = await stage.startApi();
    const { run, record } = api.desk.find(runOf(api.desk, 'traded'))!;
    const opinion = record!.opinions.find(({ agent, symbol }) => agent === 'context' && symbol !== null)!;
    Object.assign(opinion, { decidedBy: 'rules' });
    record!.moot = [{ symbol: opinion.symbol!, why: 'the desk holds it already' }];
    const { page } = await stage.open(api, `/runs/${run.runId}`);
    const card = page.getByRole('article').filter({ hasText: 'Not asked' });
    await card
      .getByText('Not asked: no opinion could change what the desk does: the desk holds it already')
      .waitFor();
    expect(await card.count()).toBe(1);
    await stage.shoot(page, 'run-moot-desktop-dark');
  });

  test('says that a run is unknown and leads back to those there are', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/runs/no-such-run');
    await page.getByText('There is no such run').waitFor();
    await page.getByRole('link', { name: 'See all runs' }).click();
    await page.getByRole('region', { name: 'Runs' }).getByRole('listitem').first().waitFor();
  });

  test('says that the trace of an old run was dropped, and keeps its record', async () => {
    const api = await stage.startApi();
    const runId = runOf(api.desk, 'held');
    const old = api.desk.find(runId)!;
    old.run.thinnedAtMs = old.run.startedAtMs + 14 * 86_400_000;
    old.spans = [];
    const { page } = await stage.open(api, `/runs/${runId}`);
    await page.getByText('The trace was dropped to save room').waitFor();
    await page.getByRole('region', { name: 'Signals' }).waitFor();
    expect(await node(page, 'observe').count()).toBe(0);
    await page.getByRole('link', { name: 'Log' }).click();
    await page.getByRole('region', { name: 'Log' }).getByText('The trace was dropped to save room').waitFor();
  });

  test('brings the panel of a chosen node into view beside a tall drawing', async () => {
    const api = await stage.startApi();
    const size = { width: 820, height: 700 };
    const { page } = await stage.open(api, `/runs/${runOf(api.desk, 'traded')}`, { size });
    await node(page, 'record').click();
    const heading = page.getByRole('region', { name: 'record' }).getByRole('heading', { name: 'record' });
    await heading.waitFor();
    const box = await heading.boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(0);
    expect(box!.y).toBeLessThan(size.height);
  });
});

function runOf(desk: FakeDesk, outcome: CycleOutcome): string {
  return desk.runs.find(({ run }) => run.outcome === outcome)!.run.runId;
}

function node(page: Page, key: string) {
  return page.locator(`[data-node="${key}"]`);
}

function stateOf(page: Page, key: string, state: string): Promise<void> {
  return page.locator(`[data-node="${key}"][data-state="${state}"]`).waitFor();
}

function statesOf(page: Page, keys: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(keys.map((key) => node(page, key).getAttribute('data-state')));
}
