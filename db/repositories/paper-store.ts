import { eq } from 'drizzle-orm';
import { keepLatest } from '#domain/latest.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { paperBooks } from '../schema/books.ts';
import { jsonText } from '../schema/columns.ts';
import { NO_DISK_WAIT, withoutDiskWait } from './without-disk-wait.ts';

interface Changed<Books, Result> {
  readonly books: Books | null;
  readonly result: Result;
}
type Change<Books, Result> = (books: Books | null) => Promise<Changed<Books, Result>>;

interface StoredBooks<Books> {
  readonly books: Books;
  /** Changes with every change of the row. */
  readonly version: string;
}

interface RememberedBooks<Books> extends StoredBooks<Books> {
  /** By `performance.now()`. */
  readonly atMs: number;
}

/** Accounts as are at work at a time. */
const MOST_REMEMBERED = 64;
/** An account left alone for longer another process may have led far on. */
const REMEMBERED_FOR_MS = 1_000;

const READ = `
  select case when xmin::text = $2 then null else books end as books, xmin::text as version
  from paper_books where account_id = $1 and books is not null`;
const STORE = `
  update paper_books set books = $1 where account_id = $2 and xmin = $3::xid
  returning xmin::text as version, ${NO_DISK_WAIT}`;

/**
 * The paper venue's books in Postgres. A change is made of the books as they are and stored if they still are: most
 * come one at a time. Where another came first it is made again while the account's row is locked, so `change` may be
 * called twice, must not wait for another `transact` of the same account, and asks the database over other connections.
 *
 * What this process stored or read a moment ago it does not ask for again: the row's version tells at the end whether it
 * still stands. A change that is stored checks it by that, one that changes nothing asks for it.
 *
 * No change waits for the disk: whoever relies on one commits after it into the same log, so that a machine without power
 * loses both or neither.
 */
export function createPaperStore<Books>(database: Database): PaperStore<Books> {
  const { orm, sql: client } = database;
  const reads = new Map<string, Promise<StoredBooks<Books> | null>>();
  const kept = keepLatest<string, RememberedBooks<Books>>(MOST_REMEMBERED);

  function remember(accountId: string, stored: StoredBooks<Books>): StoredBooks<Books> {
    kept.set(accountId, { ...stored, atMs: performance.now() });
    return stored;
  }

  function remembered(accountId: string): StoredBooks<Books> | null {
    const found = kept.get(accountId);
    return found !== undefined && performance.now() - found.atMs < REMEMBERED_FOR_MS ? found : null;
  }

  /** Whoever looks in the same moment shares one reading: it is sent after the last of them has asked. */
  function asTheyAre(accountId: string): Promise<StoredBooks<Books> | null> {
    const shared = reads.get(accountId);
    if (shared !== undefined) return shared;
    const read = Promise.resolve().then(async () => {
      reads.delete(accountId);
      const known = remembered(accountId);
      const rows = [accountId, known?.version ?? ''];
      const [row] = await client.unsafe<{ books: Books | null; version: string }[]>(READ, rows, {
        prepare: true,
      });
      if (row === undefined) return null;
      const books = row.books ?? known?.books;
      return books === undefined ? null : remember(accountId, { books, version: row.version });
    });
    reads.set(accountId, read);
    return read;
  }

  /** False where they are not those of that version any more; then nothing is stored. */
  async function storeAt(accountId: string, version: string, books: Books): Promise<boolean> {
    const rows = [jsonText(books), accountId, version];
    const [stored] = await client.unsafe<{ version: string }[]>(STORE, rows, { prepare: true });
    if (stored !== undefined) remember(accountId, { books, version: stored.version });
    return stored !== undefined;
  }

  function alone<Result>(accountId: string, change: Change<Books, Result>): Promise<Result> {
    kept.delete(accountId);
    return orm.transaction(async (transaction) => {
      await withoutDiskWait(transaction);
      const find = () => lockedBooks(transaction, accountId);
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

  /** Stores what a change of these books came to; where they are not those any more it is made again, alone. */
  async function store<Result>(
    accountId: string,
    { books: before, version }: StoredBooks<Books>,
    { books, result }: Changed<Books, Result>,
    change: Change<Books, Result>,
  ): Promise<Result> {
    // The venue gives back the very books it was given when nothing happened: most reads write nothing.
    if (books === before || (books !== null && (await storeAt(accountId, version, books)))) return result;
    return alone(accountId, change);
  }

  /** Of books that may not be those any more: what they come to, a failure too, is nothing then. */
  async function changeRemembered<Result>(
    accountId: string,
    known: StoredBooks<Books>,
    change: Change<Books, Result>,
  ): Promise<Result> {
    const told = await change(known.books).then(
      (changed) => ({ changed }),
      (thrown: unknown) => ({ thrown }),
    );
    if ('changed' in told && told.changed.books !== known.books)
      return store(accountId, known, told.changed, change);
    const now = await asTheyAre(accountId);
    if (now?.version !== known.version) return changeRead(accountId, now, change);
    if ('thrown' in told) throw told.thrown;
    return told.changed.result;
  }

  async function changeRead<Result>(
    accountId: string,
    before: StoredBooks<Books> | null,
    change: Change<Books, Result>,
  ): Promise<Result> {
    if (before === null) return alone(accountId, change);
    return store(accountId, before, await change(before.books), change);
  }

  return defineRepository(database, {
    async transact<Result>(accountId: string, change: Change<Books, Result>): Promise<Result> {
      const known = remembered(accountId);
      if (known !== null) return changeRemembered(accountId, known, change);
      return changeRead(accountId, await asTheyAre(accountId), change);
    },
  });
}

function lockedBooks(orm: Queryable, accountId: string) {
  return orm
    .select({ books: paperBooks.books })
    .from(paperBooks)
    .where(eq(paperBooks.accountId, accountId))
    .for('update');
}
