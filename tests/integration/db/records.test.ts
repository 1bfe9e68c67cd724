import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createRecordRepository } from '#db/repositories/records.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import type { CycleRecord } from '#domain/run.ts';
import { account, cycleRecord, NOW_MS, newRun, order } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.clear();
  await createRunRepository(test.database).start(newRun());
});
afterAll(() => test.drop());

it('reads a record of a version that kept no reasons for what it did not propose as having none', async () => {
  const { withheld: _none, ...old } = cycleRecord();
  await createRecordRepository(test.database).save(old as CycleRecord);
  expect((await createRunRepository(test.database).record('run-1'))?.withheld).toEqual([]);
});

describe('saving a record', () => {
  it('ends the run, fills its line in the list and adds a point to the equity curve', async () => {
    const record = cycleRecord({ outcome: 'traded', orders: [order()] });
    await createRecordRepository(test.database).save(record);
    const runs = createRunRepository(test.database);
    expect(await runs.record('run-1')).toEqual(record);
    expect(await runs.get('run-1')).toMatchObject({
      status: 'finished',
      outcome: 'traded',
      orders: 1,
      costUsd: 0.25,
      level: 'clear',
      finishedAtMs: NOW_MS + 900,
    });
    expect(await createOrderRepository(test.database).equity({ deskId: 'desk-1', limit: 5 })).toEqual([
      { atMs: NOW_MS, equityQuote: '9987.50', balanceQuote: '10000.00' },
    ]);
  });

  it('keeps the first of several records that are saved at once', async () => {
    const records = createRecordRepository(test.database);
    const reasons = ['a', 'b', 'c', 'd'];
    await Promise.all(reasons.map((reason) => records.save(cycleRecord({ reason }))));
    const first = await createRunRepository(test.database).record('run-1');
    await records.save(
      cycleRecord({ reason: 'late', account: { before: null, after: account({ asOfMs: NOW_MS + 1 }) } }),
    );
    expect(await createRunRepository(test.database).record('run-1')).toEqual(first);
    expect(await createOrderRepository(test.database).equity({ deskId: 'desk-1', limit: 5 })).toHaveLength(1);
  });

  it('ends the run as failed when the outcome is failed', async () => {
    await createRecordRepository(test.database).save(
      cycleRecord({ outcome: 'failed', account: { before: null, after: null } }),
    );
    expect(await createRunRepository(test.database).get('run-1')).toMatchObject({
      status: 'failed',
      outcome: 'failed',
    });
  });

  it('finishes a run that a sweeper had given up, and leaves a cancelled one cancelled', async () => {
    const runs = createRunRepository(test.database);
    await runs.end('run-1', 'lost', 'silent', NOW_MS);
    await runs.start(newRun({ runId: 'run-2' }));
    await runs.end('run-2', 'cancelled', 'asked to', NOW_MS);
    const records = createRecordRepository(test.database);
    await records.save(cycleRecord());
    await records.save(cycleRecord({ runId: 'run-2' }));
    expect((await runs.get('run-1'))?.status).toBe('finished');
    expect((await runs.get('run-2'))?.status).toBe('cancelled');
    expect(await runs.record('run-2')).not.toBeNull();
  });

  it('refuses the record of a run that was never started', async () => {
    const records = createRecordRepository(test.database);
    await expect(records.save(cycleRecord({ runId: 'ghost' }))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stores text that Postgres refuses as it stands', async () => {
    await createRecordRepository(test.database).save(
      cycleRecord({ reason: 'held', subjects: ['a\0b', '\ud800', '\\u0000'] }),
    );
    expect((await createRunRepository(test.database).record('run-1'))?.subjects).toEqual([
      'a\ufffdb',
      '\ufffd',
      '\\u0000',
    ]);
  });
});
