import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLlmCallRepository, MESSAGE_LOCK } from '#db/repositories/llm-calls.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunTraceRepository } from '#db/repositories/run-trace.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSnapshotRepository } from '#db/repositories/snapshots.ts';
import { createSpanRepository } from '#db/repositories/spans.ts';
import { createSpendingRepository } from '#db/repositories/spending.ts';
import { createRunThinner } from '#db/repositories/thin-runs.ts';
import type { SnapshotRef } from '#domain/market.ts';
import type { CycleOutcome, CycleRecord } from '#domain/run.ts';
import { cycleRecord, intent, llmCall, NOW_MS, newRun, order, span } from '#tests/support/database-rows.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const ATM_MS = NOW_MS + 1_000_000;
const OLD = { finishedBeforeMs: NOW_MS + 10_000, atMs: ATM_MS, limit: 10 };

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

function repositories() {
  const { database } = test;
  return {
    runs: createRunRepository(database),
    records: createRecordRepository(database),
    spans: createSpanRepository(database),
    traces: createRunTraceRepository(database),
    calls: createLlmCallRepository(database),
    snapshots: createSnapshotRepository(database),
    orders: createOrderRepository(database),
    thinner: createRunThinner(database),
  };
}

function snapshotRef(snapshotId: string): SnapshotRef {
  return {
    snapshotId,
    source: { kind: 'ccxt', name: 'venue', synthetic: false },
    asOfMs: NOW_MS,
    symbols: [],
    bars: {},
    faults: [],
  } as unknown as SnapshotRef;
}

/** A cycle that ended, with a span, a model call under a shared system prompt, and a frozen market. */
async function ended(runId: string, change: Partial<CycleRecord> = {}): Promise<void> {
  const { runs, records, spans, calls, snapshots } = repositories();
  const kind = change.kind ?? 'cycle';
  await runs.start(newRun({ runId, kind }));
  await spans.closed(span({ spanId: `span-${runId}`, runId, status: 'ok', durationMs: 1 }));
  await calls.add(
    llmCall({
      callId: `call-${runId}`,
      runId,
      spanId: `span-${runId}`,
      messages: [
        { role: 'system', content: 'the shared prompt' },
        { role: 'user', content: `the market of ${runId}` },
      ],
      reply: 'nothing to do',
    }),
  );
  const market = snapshotRef(`snap-${runId}`);
  await snapshots.saveRef(market, Buffer.from('candles'));
  await records.save(cycleRecord({ runId, kind, market, ...change }));
}

async function isWhole(runId: string): Promise<boolean> {
  const { traces, snapshots } = repositories();
  const trace = await traces.ofRun(runId);
  const marks = [
    trace?.run.thinnedAtMs === null,
    trace?.spans.length === 1,
    trace?.calls[0]?.reply === 'nothing to do',
    trace?.calls[0]?.messages.length === 2,
    (await snapshots.loadRef(`snap-${runId}`)) !== null,
  ];
  expect(new Set(marks).size, `${runId} is neither whole nor thinned: ${marks}`).toBe(1);
  return marks[0] === true;
}

describe('thinning', () => {
  it('drops the trace of an old hold and keeps its row, its record and what it cost', async () => {
    const { runs, traces, thinner } = repositories();
    await ended('held');
    expect(await thinner.thin(OLD)).toBe(1);
    expect(await isWhole('held')).toBe(false);
    const trace = await traces.ofRun('held');
    expect(trace?.run).toMatchObject({ outcome: 'held', costUsd: 0.25, thinnedAtMs: ATM_MS });
    expect(trace?.calls).toMatchObject([{ inputTokens: 100, costUsd: 0.5, messages: [], reply: null }]);
    expect(await runs.record('held')).toMatchObject({ reason: 'nothing to decide' });
    const spending = createSpendingRepository(test.database);
    const asked = { runId: 'held', nowMs: NOW_MS, dayFromMs: NOW_MS };
    expect(await spending.committed(asked)).toEqual({ dayUsd: 0.5, cycleUsd: 0.5 });
    expect((await runs.list({ limit: 5 })).items).toHaveLength(1);
  });

  it.each<[string, CycleOutcome, boolean]>([
    ['a hold', 'held', false],
    ['a halt that sent nothing', 'halted', false],
    ['a trade', 'traded', true],
    ['a denial', 'denied', true],
    ['a failure', 'failed', true],
  ])('of %s, outcome %s, leaves it whole: %s', async (_case, outcome, kept) => {
    await ended('run-1', { outcome });
    await repositories().thinner.thin(OLD);
    expect(await isWhole('run-1')).toBe(kept);
  });

  it('keeps a halt that sent orders or meant to, an analysis, and a young hold whole', async () => {
    const { orders, thinner } = repositories();
    await ended('sent', { outcome: 'halted', orders: [order()] });
    await ended('meant', { outcome: 'halted' });
    await orders.planIntents([intent('a', { runId: 'meant' })]);
    await ended('asked', { kind: 'analysis' });
    await ended('young', { finishedAtMs: OLD.finishedBeforeMs });
    expect(await thinner.thin(OLD)).toBe(0);
    for (const runId of ['sent', 'meant', 'asked', 'young']) expect(await isWhole(runId)).toBe(true);
  });

  it('thins a shadow that would have held, and lets no fork or shadow keep the candles of its cycle', async () => {
    const { runs, snapshots, thinner } = repositories();
    await ended('cycle');
    const market = snapshotRef('snap-cycle');
    for (const [runId, kind, outcome] of [
      ['idle', 'shadow', 'held'],
      ['eager', 'shadow', 'denied'],
      ['asked', 'fork', 'held'],
    ] as const) {
      await runs.start(newRun({ runId, kind, forkOf: 'cycle', forkFrom: 'scanner' }));
      await repositories().records.save(cycleRecord({ runId, kind, outcome, market }));
    }
    expect(await thinner.thin(OLD)).toBe(2);
    const thinned = (await runs.list({ limit: 5 })).items.filter(({ thinnedAtMs }) => thinnedAtMs !== null);
    expect(thinned.map(({ runId }) => runId).toSorted()).toEqual(['cycle', 'idle']);
    expect(await snapshots.loadRef('snap-cycle')).toBeNull();
  });

  it('leaves a run that is open alone', async () => {
    const { runs, spans, traces, thinner } = repositories();
    await runs.start(newRun({ runId: 'open' }));
    await spans.opened(span({ runId: 'open' }));
    expect(await thinner.thin(OLD)).toBe(0);
    expect((await traces.ofRun('open'))?.spans).toHaveLength(1);
  });

  it('forgets what was said in thinned runs alone, and keeps a message another call has', async () => {
    await ended('held');
    await ended('traded', { outcome: 'traded' });
    await repositories().thinner.thin(OLD);
    const left = await test.database.sql`select content from messages order by content`;
    expect(left.map((row) => row.content)).toEqual(['the market of traded', 'the shared prompt']);
    expect(await isWhole('traded')).toBe(true);
  });

  it('keeps a frozen market that a whole run refers to', async () => {
    const { snapshots, thinner } = repositories();
    await ended('held');
    await ended('fork', { outcome: 'traded', market: snapshotRef('snap-held') });
    await thinner.thin(OLD);
    expect(await snapshots.loadRef('snap-held')).not.toBeNull();
  });

  it('goes on from the oldest in bounded batches, each run once', async () => {
    const { runs, thinner } = repositories();
    for (let run = 0; run < 5; run += 1) await ended(`run-${run}`, { finishedAtMs: NOW_MS + run });
    const thinned = async () => {
      const { items } = await runs.list({ limit: 9 });
      return items.filter((run) => run.thinnedAtMs !== null).map((run) => run.runId);
    };
    expect(await thinner.thin({ ...OLD, limit: 2 })).toBe(2);
    expect((await thinned()).sort()).toEqual(['run-0', 'run-1']);
    const together = await Promise.all([1, 2, 3].map(() => thinner.thin({ ...OLD, limit: 2 })));
    expect(together.reduce((sum, count) => sum + count)).toBe(3);
    expect(await thinner.thin(OLD)).toBe(0);
    expect(await thinned()).toHaveLength(5);
  });

  it('waits for a call that is being stored before it forgets the message that call has', async () => {
    await ended('held');
    const { sql } = test.database;
    let thinning: Promise<number> | undefined;
    await sql.begin(async (storing) => {
      await storing`select pg_advisory_xact_lock_shared(${MESSAGE_LOCK})`;
      thinning = repositories().thinner.thin(OLD);
      await vi.waitUntil(isSomebodyWaiting, PATIENT);
      await storing`
        insert into llm_calls
        select (jsonb_populate_record(llm_calls, '{"call_id": "now", "run_id": "now"}')).*
        from llm_calls where call_id = 'call-held'`;
    });
    expect(await thinning).toBe(1);
    expect((await repositories().calls.ofRun('now'))[0]?.messages).toHaveLength(2);
  });

  it('is waited for by a call that is stored meanwhile', async () => {
    const { calls } = repositories();
    await ended('held');
    const [call] = await calls.ofRun('held');
    if (call === undefined) throw new Error('the run has no call');
    let storing: Promise<void> | undefined;
    await test.database.sql.begin(async (forgetting) => {
      await forgetting`select pg_advisory_xact_lock(${MESSAGE_LOCK})`;
      storing = calls.add({ ...call, callId: 'now', runId: 'now' });
      await vi.waitUntil(isSomebodyWaiting, PATIENT);
      await forgetting`delete from messages`;
    });
    await storing;
    expect((await calls.ofRun('now'))[0]?.messages).toHaveLength(2);
  });
});

async function isSomebodyWaiting(): Promise<boolean> {
  const waiting = await test.database.sql`
    select from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where locktype = 'advisory' and not granted and datname = current_database()`;
  return waiting.length > 0;
}
