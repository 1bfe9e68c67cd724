import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPaperStore } from '#db/repositories/paper-store.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ maxConnections: 12 });
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

interface Books {
  readonly orders: number;
}

describe('the paper books', () => {
  it('lose no change when many come at once, the first ones among them', async () => {
    const store = createPaperStore<Books>(test.database);
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.transact('account', async (books) => {
          const orders = (books?.orders ?? 0) + 1;
          return { books: { orders }, result: orders };
        }),
      ),
    );
    expect(results.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  it('stay as they were when a change throws, and the error comes through', async () => {
    const store = createPaperStore<Books>(test.database);
    await store.transact('account', async () => ({ books: { orders: 1 }, result: null }));
    const failing = store.transact('account', async () => {
      throw new RangeError('no margin');
    });
    await expect(failing).rejects.toThrow(new RangeError('no margin'));
    expect(await store.transact('account', async (books) => ({ books, result: books }))).toEqual({
      orders: 1,
    });
  });

  it('are read beside who changes them, and a change of what another has changed is made again', async () => {
    const store = createPaperStore<Books>(test.database);
    await store.transact('account', async () => ({ books: { orders: 1 }, result: null }));
    const seen: (number | undefined)[] = [];
    const result = await store.transact('account', async (books) => {
      seen.push(books?.orders);
      if (seen.length === 1)
        // Another process, in between: it neither waits for this one nor is lost.
        await createPaperStore<Books>(test.database).transact('account', async (theirs) => ({
          books: { orders: (theirs?.orders ?? 0) + 10 },
          result: null,
        }));
      const orders = (books?.orders ?? 0) + 1;
      return { books: { orders }, result: orders };
    });
    expect({ seen, result }).toEqual({ seen: [1, 11], result: 12 });
    expect(await store.transact('account', async (books) => ({ books, result: books }))).toEqual({
      orders: 12,
    });
  });

  it('are the newest where another process has changed what was stored here a moment ago', async () => {
    const [here, elsewhere] = [test.database, test.database].map((own) => createPaperStore<Books>(own));
    const add = (store: typeof here, by: number) =>
      store?.transact('account', async (books) => {
        const orders = (books?.orders ?? 0) + by;
        return { books: { orders }, result: orders };
      });
    const read = (store: typeof here) =>
      store?.transact('account', async (books) => ({ books, result: books?.orders }));
    await add(here, 1);
    expect(await read(here)).toBe(1);
    await add(elsewhere, 10);
    expect(await read(here)).toBe(11);
    await add(elsewhere, 100);
    expect(await add(here, 1)).toBe(112);
    expect(await add(here, 1)).toBe(113);
    expect([await read(here), await read(elsewhere)]).toEqual([113, 113]);
  });

  it('tell no failure of books that another process has changed since', async () => {
    const here = createPaperStore<Books>(test.database);
    const elsewhere = createPaperStore<Books>(test.database);
    const noRoom = async (books: Books | null) => {
      if (books?.orders === 1) throw new RangeError('no margin');
      return { books, result: books?.orders };
    };
    await here.transact('account', async () => ({ books: { orders: 0 }, result: null }));
    await here.transact('account', async () => ({ books: { orders: 1 }, result: null }));
    await expect(here.transact('account', noRoom)).rejects.toThrow(new RangeError('no margin'));
    await elsewhere.transact('account', async () => ({ books: { orders: 2 }, result: null }));
    expect(await here.transact('account', noRoom)).toBe(2);
  });

  it('are apart for each account and null before the first change', async () => {
    const store = createPaperStore<Books>(test.database);
    await store.transact('one', async () => ({ books: { orders: 9 }, result: null }));
    expect(await store.transact('two', async (books) => ({ books, result: books }))).toBeNull();
  });
});
