import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createPaperStore } from '#db/repositories/paper-store.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { createSnapshotRepository } from '#db/repositories/snapshots.ts';
import { account, BTC, intent, NOW_MS, newRun, order } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const SNAPSHOT = {
  snapshotId: 'snap-1',
  source: { kind: 'generator' as const, name: 'generator seed 7', synthetic: true },
  ...{ asOfMs: NOW_MS, fastTimeframe: '3m' as const, timeframes: ['3m' as const], symbols: [BTC] },
  ...{ bars: 1, faults: [] },
};

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  const { sql } = test.database;
  // The server of the tests waits for nothing: this database is set as one comes.
  await sql`do $$ begin execute format('alter database %I set synchronous_commit = on', current_database()); end $$`;
  await sql`create table commits (did text, waits text)`;
  await sql`
    create function note_commit() returns trigger language plpgsql as $$ begin
      insert into commits values (tg_argv[0], current_setting('synchronous_commit'));
      return null;
    end $$`;
  await sql`create trigger note after insert on order_intents execute function note_commit('plan')`;
  await sql`create trigger noted after insert on accounts execute function note_commit('books')`;
  for (const [did, table, when] of [
    ['paper', 'paper_books', 'insert or update'],
    ['snapshot', 'snapshots', 'insert'],
    ['run', 'runs', 'insert'],
  ])
    await sql.unsafe(
      `create trigger note_${did} after ${when} on ${table} execute function note_commit('${did}')`,
    );
  for (const [did, column] of [
    ['owner', 'owner'],
    ['cancel', 'cancel_requested'],
  ])
    await sql.unsafe(
      `create trigger note_${did} after update of ${column} on runs execute function note_commit('${did}')`,
    );
  for (const status of ['sent', 'acknowledged', 'filled'])
    await sql.unsafe(
      `create trigger note_${status} after update on order_intents for each row
        when (new.status = '${status}') execute function note_commit('${status}')`,
    );
  database = await openDatabase({ url: test.url, maxConnections: 1 });
});
afterAll(async () => {
  await database?.close();
  await test?.drop();
});

beforeEach(() => database.sql`truncate commits`);

it('waits for the disk before an order may leave, and for nothing that the venue can tell again', async () => {
  const orders = createOrderRepository(database);
  const nothing = { positions: [], orders: [], fills: [], fundings: [], trades: [] };
  const evidence = { atMs: NOW_MS, reason: null, order: null };
  await orders.saveBooks('desk-1', { atMs: NOW_MS, account: account(), ...nothing, cursor: null });
  await orders.planIntents([intent('a')]);
  await orders.moveIntent('intent-a', 'sent', evidence);
  await orders.moveIntent('intent-a', 'acknowledged', { ...evidence, order: order() });
  await orders.moveIntent('intent-a', 'filled', evidence);
  await orders.planSent({ ...intent('b'), status: 'sent' }, []);
  expect(await database.sql`select did, waits from commits`).toEqual([
    { did: 'books', waits: 'off' },
    { did: 'plan', waits: 'off' },
    { did: 'sent', waits: 'on' },
    { did: 'acknowledged', waits: 'off' },
    { did: 'filled', waits: 'off' },
    { did: 'plan', waits: 'on' },
  ]);
});

it('waits neither for the paper venue, nor for who works on a run or what it looked at', async () => {
  const books = createPaperStore<{ readonly change: number }>(database);
  const runs = createRunRepository(database);
  for (const change of [1, 2])
    await books.transact('desk-1', async () => ({ books: { change }, result: null }));
  await runs.start(newRun({ runId: 'run-1', status: 'queued' }));
  await runs.markRunning('run-1', 'process-1', NOW_MS);
  await createSnapshotRepository(database).saveRef(SNAPSHOT, null);
  await runs.requestCancel('run-1');
  expect(await database.sql`select distinct did, waits from commits order by did`).toEqual([
    { did: 'cancel', waits: 'on' },
    { did: 'owner', waits: 'off' },
    { did: 'paper', waits: 'off' },
    { did: 'run', waits: 'on' },
    { did: 'snapshot', waits: 'off' },
  ]);
});
