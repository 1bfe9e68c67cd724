import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIdempotencyRepository } from '#db/repositories/idempotency.ts';
import { createSnapshotRepository } from '#db/repositories/snapshots.ts';
import { BTC, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ maxConnections: 8 });
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

describe('idempotency keys', () => {
  it('let one of many equal requests through and answer the rest with its answer', async () => {
    const keys = createIdempotencyRepository(test.database);
    const claims = await Promise.all(Array.from({ length: 8 }, () => keys.claim('key', 'hash', NOW_MS)));
    expect(claims.map((claim) => claim.state).sort()).toEqual(['new', ...Array(7).fill('running')]);
    await keys.complete('key', 202, { runId: 'run-1' });
    expect(await keys.claim('key', 'hash', NOW_MS)).toEqual({
      state: 'done',
      status: 202,
      body: { runId: 'run-1' },
    });
    expect(await keys.claim('key', 'other', NOW_MS)).toEqual({ state: 'mismatch' });
  });

  it('give a claim out again when its process died or gave it back', async () => {
    const keys = createIdempotencyRepository(test.database, { abandonedAfterMs: 1_000 });
    await keys.claim('key', 'hash', NOW_MS);
    expect(await keys.claim('key', 'hash', NOW_MS + 400)).toEqual({ state: 'running', freeInMs: 600 });
    expect(await keys.claim('key', 'hash', NOW_MS + 1_000)).toEqual({ state: 'running', freeInMs: 0 });
    expect(await keys.claim('key', 'hash', NOW_MS + 1_001)).toEqual({ state: 'new' });
    await keys.release('key');
    expect(await keys.claim('key', 'other', NOW_MS)).toEqual({ state: 'new' });
  });
});

describe('snapshots', () => {
  const ref = {
    snapshotId: 'snap-1',
    source: { kind: 'generator' as const, name: 'generator seed 7', synthetic: true },
    asOfMs: NOW_MS,
    fastTimeframe: '3m' as const,
    timeframes: ['3m' as const, '1h' as const],
    symbols: [BTC],
    bars: 1_000,
    faults: [],
  };

  it('stay as first stored and may only gain the body they lacked', async () => {
    const snapshots = createSnapshotRepository(test.database);
    await snapshots.saveRef(ref, null);
    expect(await snapshots.loadRef('snap-1')).toEqual({ ref, body: null });
    await snapshots.saveRef({ ...ref, bars: 5 }, Buffer.from([0, 1, 255]));
    await snapshots.saveRef(ref, Buffer.from([9]));
    expect(await snapshots.loadRef('snap-1')).toEqual({ ref, body: Buffer.from([0, 1, 255]) });
    expect(await snapshots.loadRef('snap-2')).toBeNull();
  });
});
