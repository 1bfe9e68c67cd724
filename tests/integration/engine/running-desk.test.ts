import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CycleRecord, type RunSummary } from '#domain/run.ts';
import type { RunTrace } from '#domain/run-trace.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

const ANALYSIS_NODES = ['observe', 'indicators', 'qtable', 'breaker', 'context', 'record'];

let test: TestDatabase;
let vigil: RunningVigil;

beforeAll(async () => {
  test = await createTestDatabase();
  const config = readConfig({ ...deskEnvironment(test.url), CYCLE_INTERVAL_MS: '86400000' });
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
});
afterAll(async () => {
  await vigil?.stop();
  await test?.drop();
});

async function call<Body>(path: string, body?: object): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${vigil.url}${path}`, {
    ...(body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

async function intentCount(): Promise<number> {
  const [row] = await test.database.sql`select count(*)::int as n from order_intents`;
  return row?.n;
}

describe('a desk that was just started', () => {
  it('finishes its first cycle without being asked', async () => {
    const finished = await vi.waitFor(
      async () => {
        const { body } = await call<{ items: RunSummary[] }>('/api/runs?kind=cycle&status=finished');
        expect(body.items).toHaveLength(1);
        return body.items[0];
      },
      { timeout: 30_000, interval: 50 },
    );
    const { body } = await call<CycleRecord>(`/api/runs/${finished?.runId}/export`);
    expect(CycleRecord.parse(body)).toMatchObject({ outcome: 'traded', runId: finished?.runId });
  });

  it('answers an analysis with its trace and writes no order intent', async () => {
    const before = await intentCount();
    expect(before).toBeGreaterThan(0);
    const { status, body } = await call<RunTrace & { record: CycleRecord }>('/api/analyses?wait=30', {
      symbols: ['BTC', 'ETH'],
      question: 'Is it time to buy?',
    });
    expect(status).toBe(200);
    expect(body.run).toMatchObject({ kind: 'analysis', status: 'finished', question: 'Is it time to buy?' });
    expect([...new Set(body.spans.map(({ name }) => name))]).toEqual(ANALYSIS_NODES);
    expect(body.record).toMatchObject({ intents: [], orders: [], account: { before: null, after: null } });
    expect(await intentCount()).toBe(before);
  });

  it('runs a cycle on demand, and refuses a second one at the same time', async () => {
    const path = `/api/desks/${vigil.container.defaultDeskId}/cycles`;
    const both = await Promise.all([
      call<Record<string, string>>(path, {}),
      call<Record<string, string>>(path, {}),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const runId = both.find(({ status }) => status === 202)?.body.runId ?? '';
    expect(both.find(({ status }) => status === 409)?.body.detail).toContain(runId);
    await vi.waitFor(
      async () => expect((await call<RunTrace>(`/api/runs/${runId}`)).body.run.status).toBe('finished'),
      { timeout: 20_000, interval: 50 },
    );
  });
});
