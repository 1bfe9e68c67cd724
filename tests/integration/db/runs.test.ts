import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLlmCallRepository } from '#db/repositories/llm-calls.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunTraceRepository } from '#db/repositories/run-trace.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSpanRepository } from '#db/repositories/spans.ts';
import { BTC, cycleRecord, llmCall, NOW_MS, newRun, span } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ maxConnections: 12 });
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

describe('starting a run', () => {
  it('lets one of many cycles that start together run, and names it to the others', async () => {
    const runs = createRunRepository(test.database);
    const ids = Array.from({ length: 12 }, (_, index) => `run-${index}`);
    const starts = await Promise.all(ids.map((runId) => runs.start(newRun({ runId }))));
    const winner = ids[starts.findIndex((start) => start.started)];
    expect(starts.filter((start) => start.started)).toHaveLength(1);
    for (const start of starts) if (!start.started) expect(start.runningRunId).toBe(winner);
  });

  it('answers started without a change when the run exists, even beside another live cycle', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun({ seed: 7 }));
    expect(await runs.start(newRun({ seed: 8, owner: 'worker-2' }))).toEqual({ started: true });
    expect(await runs.runContext('run-1')).toMatchObject({ seed: 7, promptSetId: 'ps_1', symbols: [BTC] });
    await runs.end('run-1', 'lost', 'killed', NOW_MS);
    await runs.start(newRun({ runId: 'run-2' }));
    expect(await runs.start(newRun())).toEqual({ started: true });
  });

  it('lets analyses and other desks run beside a cycle', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun());
    expect(await runs.start(newRun({ runId: 'a', kind: 'analysis' }))).toEqual({ started: true });
    expect(await runs.start(newRun({ runId: 'b', deskId: 'desk-2' }))).toEqual({ started: true });
  });

  it('makes room for the next cycle when one has ended', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun());
    await runs.end('run-1', 'failed', 'venue away', NOW_MS);
    expect(await runs.start(newRun({ runId: 'run-2' }))).toEqual({ started: true });
  });
});

describe('owning a run', () => {
  it('refuses a heartbeat of the former owner after a take-over', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun({ status: 'queued', owner: null }));
    expect(await runs.markRunning('run-1', 'worker-1', NOW_MS)).toBe(true);
    expect(await runs.markRunning('run-1', 'worker-2', NOW_MS)).toBe(false);
    expect(await runs.heartbeat('run-1', 'worker-1', NOW_MS + 1_000)).toBe(true);
    expect(await runs.takeOver('run-1', 'worker-2', NOW_MS + 9_000, NOW_MS + 1_000)).toBe(false);
    expect(await runs.takeOver('run-1', 'worker-2', NOW_MS + 9_000, NOW_MS + 1_001)).toBe(true);
    expect(await runs.heartbeat('run-1', 'worker-1', NOW_MS + 9_500)).toBe(false);
  });

  it('gives a stale run to one of many takers', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun());
    const takers = Array.from({ length: 8 }, (_, index) => `taker-${index}`);
    const taken = await Promise.all(
      takers.map((taker) => runs.takeOver('run-1', taker, NOW_MS + 60_000, NOW_MS + 30_000)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('lists running runs with an old heartbeat and forgotten queued ones as stale', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun({ runId: 'old' }));
    await runs.start(newRun({ runId: 'queued', deskId: 'desk-2', status: 'queued', owner: null }));
    await runs.start(newRun({ runId: 'fresh', deskId: 'desk-3' }));
    await runs.heartbeat('fresh', 'worker-1', NOW_MS + 60_000);
    const stale = await runs.stale(NOW_MS + 30_000);
    expect(stale.map((run) => run.runId)).toEqual(['old', 'queued']);
  });
});

describe('ending a run', () => {
  it('loses its open spans, keeps its closed ones and counts what its calls cost', async () => {
    const runs = createRunRepository(test.database);
    const spans = createSpanRepository(test.database);
    await runs.start(newRun());
    await spans.opened(span({ spanId: 'open' }));
    await spans.closed(span({ spanId: 'done', status: 'ok', durationMs: 1.25 }));
    await createLlmCallRepository(test.database).add(llmCall({ outputTokens: null, costUsd: 0.5 }));
    expect(await runs.end('run-1', 'lost', 'its process died', NOW_MS + 5)).toBe(true);
    expect(await runs.end('run-1', 'failed', 'again', NOW_MS + 6)).toBe(false);
    const trace = await createRunTraceRepository(test.database).ofRun('run-1');
    expect(trace?.run).toMatchObject({ status: 'lost', reason: 'its process died', costUsd: 0.5 });
    expect(trace?.spans.map((one) => [one.spanId, one.status])).toEqual([
      ['done', 'ok'],
      ['open', 'lost'],
    ]);
  });

  it('has an unknown cost when one of its calls has', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun());
    const calls = createLlmCallRepository(test.database);
    await calls.add(llmCall({ callId: 'call-1', costUsd: 0.5 }));
    await calls.add(llmCall({ callId: 'call-2', costUsd: null }));
    await runs.end('run-1', 'lost', 'its process died', NOW_MS + 5);
    expect((await runs.get('run-1'))?.costUsd).toBeNull();
  });

  it('takes a cancel request while the run lives and refuses it afterwards', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun());
    expect(await runs.isCancelRequested('run-1')).toBe(false);
    expect(await runs.requestCancel('run-1')).toBe(true);
    expect(await runs.isCancelRequested('run-1')).toBe(true);
    await runs.end('run-1', 'cancelled', 'asked to', NOW_MS);
    expect(await runs.requestCancel('run-1')).toBe(false);
  });
});

describe('listing runs', () => {
  it('pages through runs of one instant without missing or repeating one', async () => {
    const runs = createRunRepository(test.database);
    for (let index = 0; index < 7; index += 1)
      await runs.start(
        newRun({ runId: `run-${index}`, kind: 'analysis', startedAtMs: NOW_MS + (index >> 2) }),
      );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof runs.list>> = await runs.list({ limit: 3, cursor });
      seen.push(...page.items.map((run) => run.runId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['run-6', 'run-5', 'run-4', 'run-3', 'run-2', 'run-1', 'run-0']);
  });

  it('refuses a cursor that is not ours', async () => {
    const runs = createRunRepository(test.database);
    await expect(runs.list({ limit: 3, cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });

  it('filters by every word of the API', async () => {
    const runs = createRunRepository(test.database);
    await runs.start(newRun({ runId: 'cycle' }));
    await createRecordRepository(test.database).save(cycleRecord({ runId: 'cycle', outcome: 'denied' }));
    await runs.start(
      newRun({
        runId: 'asked',
        kind: 'analysis',
        question: 'is 100% long wise?',
        symbols: ['ETH/USDT:USDT'],
        startedAtMs: NOW_MS + 10,
      }),
    );
    const found = async (filter: object) =>
      (await runs.list({ limit: 9, ...filter })).items.map((run) => run.runId);
    expect(await found({ kind: 'analysis' })).toEqual(['asked']);
    expect(await found({ status: 'finished' })).toEqual(['cycle']);
    expect(await found({ outcome: 'denied' })).toEqual(['cycle']);
    expect(await found({ symbol: BTC })).toEqual(['cycle']);
    expect(await found({ deskId: 'desk-2' })).toEqual([]);
    expect(await found({ fromMs: NOW_MS + 1 })).toEqual(['asked']);
    expect(await found({ toMs: NOW_MS })).toEqual(['cycle']);
  });
});
