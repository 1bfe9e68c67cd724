import { eq } from 'drizzle-orm';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { paperBooks } from '../schema/books.ts';

type Change<Books, Result> = (books: Books | null) => Promise<{ books: Books | null; result: Result }>;

/**
 * The paper venue's books in Postgres. The account's row stays locked while `change` works, so `change` must not wait
 * for another `transact` of the same account, and what it asks of the database goes over other connections.
 */
export function createPaperStore<Books>(database: Database): PaperStore<Books> {
  const { orm } = database;

  return defineRepository(database, {
    transact: <Result>(accountId: string, change: Change<Books, Result>): Promise<Result> =>
      orm.transaction(async (transaction) => {
        const find = () =>
          transaction.select().from(paperBooks).where(eq(paperBooks.accountId, accountId)).for('update');
        let [row] = await find();
        if (row === undefined) {
          // Two that come first at the same time: the second one waits here for the first one's commit.
          await transaction.insert(paperBooks).values({ accountId, books: null }).onConflictDoNothing();
          [row] = await find();
        }
        const before = (row?.books ?? null) as Books | null;
        const { books, result } = await change(before);
        // The venue gives back the very books it was given when nothing happened: most reads write nothing.
        if (books !== before)
          await transaction.update(paperBooks).set({ books }).where(eq(paperBooks.accountId, accountId));
        return result;
      }),
  });
}
