import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { account, intent, NOW_MS, order } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

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
