/** Forks and shadows over the real server: HTTP, its queues, its workers and its database. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { VersionResult } from '#domain/prompt-trial.ts';
import type { CycleRecord, ListedRun } from '#domain/run.ts';
import type { RunsBeside } from '#domain/run-comparison.ts';
import { readConfig } from '#server/config.ts';
import { HOLD_AT_MOST_MS, reckonTrials, trialProfitOf } from '#server/engine/trial-profit.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { saveVersion } from '#tests/support/asking-desk.ts';
import { type ScriptedModel, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';
import { plainTrader, REFUSING } from '#tests/support/trading-answers.ts';

interface Page<Row> {
  readonly items: readonly Row[];
}
interface FinishedRun {
  readonly run: ListedRun;
  readonly record: CycleRecord;
}

let test: TestDatabase;
let model: ScriptedModel;
let vigil: RunningVigil;
let venueAsked: string[];

beforeAll(async () => {
  venueAsked = [];
  [test, model] = await Promise.all([createTestDatabase(), startScriptedModel(plainTrader)]);
  const environment = {
    ...deskEnvironment(test.url),
    ...{ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1' },
    ...{ CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' },
  };
  vigil = await startVigil({
    ...{ config: readConfig(environment), logger: SILENT_LOGGER, role: 'all' },
    around: {
      broker: (broker) => ({
        ...broker,
        submit: (order) => {
          venueAsked.push(order.clientOrderId);
          return broker.submit(order);
        },
      }),
    },
  });
}, 60_000);
afterAll(async () => {
  await vigil?.stop();
  await model?.close();
  await test?.drop();
});

async function call<Body>(
  path: string,
  body?: object,
): Promise<{ status: number; body: Body; headers: Headers }> {
  const headers = { 'content-type': 'application/json' };
  const post = { method: 'POST', body: JSON.stringify(body), headers };
  const answer = await fetch(`${vigil.url}${path}`, body === undefined ? {} : post);
  return { status: answer.status, body: (await answer.json()) as Body, headers: answer.headers };
}

/** The newest run that fits, once there is one and it has finished. */
function finished(query: string): Promise<ListedRun> {
  return vi.waitFor(
    async () => {
      const { body } = await call<Page<ListedRun>>(`/api/runs?${query}&status=finished&limit=1`);
      const [run] = body.items;
      if (run === undefined) throw new Error(`no finished run fits ${query}`);
      return run;
    },
    { timeout: 30_000, interval: 50 },
  );
}

it('forks a run over HTTP, tells the difference, and follows a cycle with the shadow of its candidate', async () => {
  const cycle = await finished('kind=cycle');
  const refusing = await saveVersion(vigil.container, 'risk', REFUSING);
  const sentBefore = [...venueAsked];
  expect(sentBefore.length).toBeGreaterThan(0);

  const path = `/api/runs/${cycle.runId}/fork?wait=30`;
  const fork = await call<FinishedRun>(path, { fromNode: 'scanner', promptVersions: { risk: refusing } });
  expect(fork.status, JSON.stringify(fork.body)).toBe(200);
  const { run, record } = fork.body;
  expect(fork.headers.get('location')).toBe(`/api/runs/${run.runId}`);
  expect(run).toMatchObject({ kind: 'fork', forkOf: cycle.runId, forkFrom: 'scanner', status: 'finished' });
  expect(record).toMatchObject({ outcome: 'denied', intents: [], orders: [] });
  expect(venueAsked).toEqual(sentBefore);

  const { body: comparison } = await call<RunsBeside>(`/api/runs/${run.runId}/comparison`);
  expect(comparison).toMatchObject({ firstDifference: 'risk', isSameMarket: true, run: { orders: [] } });
  expect(comparison.prompts).toEqual([{ name: 'risk', was: 1, is: refusing }]);
  const step = (node: string) => comparison.steps.find((one) => one.node === node);
  expect(step('observe')).toMatchObject({ was: { calls: 0 }, is: null });
  expect(step('risk')).toMatchObject({
    was: { calls: 1, decidedBy: 'model' },
    is: { calls: 1, tokens: 120 },
  });
  const forks = await call<Page<ListedRun>>(`/api/runs?forkOf=${cycle.runId}`);
  expect(forks.body.items.map(({ runId }) => runId)).toEqual([run.runId]);
  const same = await call<RunsBeside>(`/api/runs/${run.runId}/comparison?with=${run.runId}`);
  expect(same.body).toMatchObject({ isEqual: true, differences: [] });
  expect((await call(`/api/runs/${cycle.runId}/comparison`)).body).toMatchObject({ code: 'request_invalid' });
  const { body: analysis } = await call<{ runId: string }>('/api/analyses', { symbols: ['BTC'] });
  await finished('kind=analysis');
  expect(await call(`/api/runs/${analysis.runId}/comparison?with=${cycle.runId}`)).toMatchObject({
    ...{ status: 409, body: { code: 'conflict', detail: expect.stringContaining('different things') } },
  });
  expect(await call('/api/runs/run_none/fork', { fromNode: 'scanner' })).toMatchObject({
    ...{ status: 404, body: { code: 'not_found' } },
  });
  expect(await call(`/api/runs/${cycle.runId}/fork`, { fromNode: 'observe' })).toMatchObject({ status: 422 });

  await vigil.container.rows.prompts.moveLabel(
    { name: 'risk', label: 'candidate', version: refusing },
    { author: 'test', message: 'try it', atMs: 0, takesEffectAtMs: null },
  );
  // The desk holds what the first cycle opened; one that holds nothing looks at the same market again.
  const deskId = `${vigil.container.source.key}--beside`;
  const { symbols } = cycle;
  await vigil.container.rows.desks.create({
    ...{ deskId, symbols, name: 'beside', intervalMs: 86_400_000, paused: true, createdAtMs: 0 },
  });
  await call(`/api/desks/${deskId}/cycles`, {});
  const shadow = await finished(`kind=shadow&deskId=${deskId}`);
  expect(shadow).toMatchObject({ forkFrom: 'risk', outcome: 'denied', orders: 0 });
  const beside = await call<Page<ListedRun>>(`/api/runs?forks=false&deskId=${deskId}`);
  expect(beside.body.items.map(({ kind }) => kind)).toEqual(['cycle']);
  const [row] = await test.database.sql`
    select count(*)::int as n from order_intents where run_id in (${run.runId}, ${shadow.runId})`;
  expect(row?.n).toBe(0);

  const profit = trialProfitOf(vigil.container, new AbortController().signal);
  const nowMs = () => vigil.container.marketClock.nowMs();
  expect(await reckonTrials({ ...profit, nowMs })).toBe(0);
  expect(await reckonTrials({ ...profit, nowMs: () => nowMs() + 2 * HOLD_AT_MOST_MS })).toBe(2);
  const { body: results } = await call<Page<VersionResult>>('/api/prompts/risk/results');
  expect(results.items).toMatchObject([
    {
      ...{ version: refusing, model: 'scripted-1', runs: 2, shadows: 1, simulatedRuns: 2 },
      ...{ agreementFraction: 0, firstDifferences: { risk: 2 } },
      run: { orders: 0, simulatedTrades: 0, simulatedNetQuote: '0' },
    },
  ]);
  const [result] = results.items;
  expect(result?.run.refused).toBe(result?.with.orders);
  expect(result?.with.simulatedTrades).toBe(result?.with.orders);
  expect(Number(result?.with.simulatedNetQuote)).not.toBe(0);

  await call('/readyz');
  const metrics = await (await fetch(`${vigil.url}/metrics`)).text();
  expect(metrics).toContain('vigil_queue_jobs{queue="aside",state="failed"} 0');
}, 90_000);
