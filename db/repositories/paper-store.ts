import { and, eq, sql } from 'drizzle-orm';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { paperBooks } from '../schema/books.ts';
import { UNHELD, withoutDiskWait } from './without-disk-wait.ts';

type Change<Books, Result> = (books: Books | null) => Promise<{ books: Books | null; result: Result }>;

interface StoredBooks<Books> {
  readonly books: Books;
  /** Changes with every change of the row. */
  readonly version: string;
}

/**
 * The paper venue's books in Postgres. A change is made of the books as they are and stored if they still are: most
 * come one at a time. Where another came first it is made again while the account's row is locked, so `change` may be
 * called twice, must not wait for another `transact` of the same account, and asks the database over other connections.
 *
 * No change waits for the disk: whoever relies on one commits after it into the same log, so that a machine without power
 * loses both or neither.
 */
export function createPaperStore<Books>(database: Database): PaperStore<Books> {
  const { orm } = database;
  const reads = new Map<string, Promise<StoredBooks<Books> | null>>();

  /** Whoever looks in the same moment shares one reading: it is sent after the last of them has asked. */
  function asTheyAre(accountId: string): Promise<StoredBooks<Books> | null> {
    const shared = reads.get(accountId);
    if (shared !== undefined) return shared;
    const read = Promise.resolve().then(async () => {
      reads.delete(accountId);
      const [row] = await booksOf(orm, accountId);
      return row === undefined || row.books === null ? null : { ...row, books: row.books as Books };
    });
    reads.set(accountId, read);
    return read;
  }

  function alone<Result>(accountId: string, change: Change<Books, Result>): Promise<Result> {
    return orm.transaction(async (transaction) => {
      await withoutDiskWait(transaction);
      const find = () => booksOf(transaction, accountId).for('update');
      let [row] = await find();
      if (row === undefined) {
        // Two that come first at the same time: the second one waits here for the first one's commit.
        await transaction.insert(paperBooks).values({ accountId, books: null }).onConflictDoNothing();
        [row] = await find();
      }
      const before = (row?.books ?? null) as Books | null;
      const { books, result } = await change(before);
      if (books !== before)
        await transaction.update(paperBooks).set({ books }).where(eq(paperBooks.accountId, accountId));
      return result;
    });
  }

  return defineRepository(database, {
    async transact<Result>(accountId: string, change: Change<Books, Result>): Promise<Result> {
      const before = await asTheyAre(accountId);
      if (before === null) return alone(accountId, change);
      const { books, result } = await change(before.books);
      // The venue gives back the very books it was given when nothing happened: most reads write nothing.
      if (books === before.books) return result;
      const isUnchanged = and(eq(paperBooks.accountId, accountId), sql`xmin = ${before.version}::xid`);
      const stored = await orm
        .update(paperBooks)
        .set({ books })
        .where(isUnchanged)
        .returning({ accountId: paperBooks.accountId, ...UNHELD });
      return stored.length === 1 ? result : alone(accountId, change);
    },
  });
}

function booksOf(orm: Queryable, accountId: string) {
  return orm
    .select({ books: paperBooks.books, version: sql<string>`xmin::text` })
    .from(paperBooks)
    .where(eq(paperBooks.accountId, accountId));
}
