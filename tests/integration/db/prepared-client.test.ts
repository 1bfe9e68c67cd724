import { inArray } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { desks } from '#db/schema/desk.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ maxConnections: 1 });
});
afterAll(() => test.drop());

it('prepares what is asked through the pool, a transaction and a savepoint, once', async () => {
  const { orm } = test.database;
  const found: unknown[] = [];
  for (let time = 0; time < 2; time += 1) {
    found.push(...(await desksNamed(orm, 1)));
    found.push(...(await orm.transaction((transaction) => desksNamed(transaction, 2))));
    found.push(...(await orm.transaction((outer) => outer.transaction((inner) => desksNamed(inner, 3)))));
  }
  expect(found).toEqual([]);
  expect(await preparedLengths()).toEqual([1, 2, 3]);
});

it('does not keep a statement for each length of a long list', async () => {
  expect(await desksNamed(test.database.orm, 81)).toEqual([]);
  expect(await preparedLengths()).not.toContain(81);
});

it('undoes a transaction whose work throws', async () => {
  const { orm } = test.database;
  const desk = { deskId: 'd', name: 'd', symbols: [], intervalMs: 1_000, createdAtMs: 1 };
  const failing = orm.transaction(async (transaction) => {
    await transaction.insert(desks).values(desk);
    throw new RangeError('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await orm.select().from(desks)).toEqual([]);
});

type Queryable = Pick<TestDatabase['database']['orm'], 'select'>;

function desksNamed(orm: Queryable, count: number) {
  const names = Array.from({ length: count }, (_, index) => `desk-${index}`);
  return orm.select({ deskId: desks.deskId }).from(desks).where(inArray(desks.deskId, names));
}

/** How many parameters each prepared statement about desks has. */
async function preparedLengths(): Promise<number[]> {
  const rows = await test.database.sql<{ length: number }[]>`
    select cardinality(parameter_types) as length from pg_prepared_statements
    where statement like 'select "desk_id"%' order by 1`;
  return rows.map(({ length }) => length);
}
