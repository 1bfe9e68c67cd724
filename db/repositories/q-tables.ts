/**
 * Trained Q-tables and which of them is promoted. Nothing is promoted by itself: a version is stored, and a person moves
 * the desk to it. Each change leaves its audit row in its own transaction, wakes every desk that listens and tells the pages.
 */
import { asc, desc, eq, getTableColumns, lt, max, sql as statement } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { QTableFacts } from '#domain/q-table.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { qTablePromotions, qTables } from '../schema/q-tables.ts';
import { writeAudit } from './audit.ts';
import { writeEvent } from './events.ts';

const PROMOTION_CHANNEL = 'vigil_q_tables';
const VERSION_LOCK = 0x71_74_61_62;

export interface NewQTable {
  readonly hash: string;
  readonly origin: 'trained' | 'imported';
  readonly facts: QTableFacts;
  readonly body: Buffer;
}

/** Who, why and when. */
export interface QTableChange {
  readonly actor: string;
  readonly reason: string;
  readonly atMs: EpochMs;
}

/** Who stores a table and when; `because`: what asked for it, where no person did. */
export interface QTableOrigin extends Pick<QTableChange, 'actor' | 'atMs'> {
  readonly because?: readonly string[];
}

export type StoredQTable = typeof qTables.$inferSelect;
/** Without its numbers and its learning curve, which a list does not need. */
export type QTableSummary = Omit<StoredQTable, 'body' | 'facts'> & {
  readonly facts: Omit<QTableFacts, 'curve'>;
};
export type QTablePromotion = typeof qTablePromotions.$inferSelect;

/** From where to where the desk's table went; null is none. */
export interface QTableMove {
  readonly from: number | null;
  readonly to: number | null;
}

export function createQTableRepository(database: Database) {
  const { sql, orm } = database;
  const { body: _body, facts: _facts, ...named } = getTableColumns(qTables);
  const summary = {
    ...named,
    facts: statement<QTableSummary['facts']>`${qTables.facts} - 'curve'`,
  };

  return defineRepository(database, {
    /** Stores a table as the next version. What is stored already keeps its version. */
    save: (
      table: NewQTable,
      { actor, atMs, because }: QTableOrigin,
    ): Promise<{ readonly version: number; readonly tableId: string; readonly isNew: boolean }> =>
      orm.transaction(async (transaction) => {
        await lockVersions(transaction);
        const [known] = await transaction
          .select({ version: qTables.version, tableId: qTables.tableId })
          .from(qTables)
          .where(eq(qTables.hash, table.hash));
        if (known !== undefined) return { ...known, isNew: false };
        const [newest] = await transaction.select({ version: max(qTables.version) }).from(qTables);
        const version = (newest?.version ?? 0) + 1;
        const tableId = `q${version}-${table.hash.slice(0, 8)}`;
        await transaction.insert(qTables).values({ ...table, version, tableId, createdAtMs: atMs });
        const { hash, origin, facts } = table;
        const { symbols, timeframe, fromMs, toMs, seed } = facts;
        await writeAudit(transaction, {
          actor,
          action: origin === 'trained' ? 'qtable.train' : 'qtable.import',
          subject: `qtable:${version}`,
          details: { hash, symbols, timeframe, fromMs, toMs, seed, ...(because && { because }) },
        });
        await tellPages(transaction, atMs);
        return { version, tableId, isNew: true };
      }),

    /** Newest first. */
    list: (): Promise<QTableSummary[]> => orm.select(summary).from(qTables).orderBy(desc(qTables.version)),

    /** Newest first. */
    async page({ limit, cursor }: PageRequest): Promise<Page<QTableSummary>> {
      const rows = await orm
        .select(summary)
        .from(qTables)
        .where(cursor ? lt(qTables.version, decodeCursor(cursor)[0]) : undefined)
        .orderBy(desc(qTables.version))
        .limit(limit + 1);
      return pageOf(rows, limit, ({ version }) => [version, '']);
    },

    /** With its numbers; null for a version there is not. */
    async get(version: number): Promise<StoredQTable | null> {
      const [row] = await orm.select().from(qTables).where(eq(qTables.version, version));
      return row ?? null;
    },

    /** The version desks decide with; null when none is. */
    async promoted(): Promise<StoredQTable | null> {
      const version = await promotedVersion(orm);
      if (version === null) return null;
      const [row] = await orm.select().from(qTables).where(eq(qTables.version, version));
      return row ?? null;
    },

    promotedVersion: (): Promise<number | null> => promotedVersion(orm),

    /** Newest first. */
    promotions: (limit: number): Promise<QTablePromotion[]> =>
      orm.select().from(qTablePromotions).orderBy(desc(qTablePromotions.promotionId)).limit(limit),

    /** @throws AppError `not_found`, and `conflict` for the version that is promoted already */
    promote: (version: number, change: QTableChange): Promise<QTableMove> =>
      orm.transaction(async (transaction) => {
        await lockVersions(transaction);
        const rows = await transaction
          .select({ version: qTables.version })
          .from(qTables)
          .orderBy(asc(qTables.version));
        if (!rows.some((row) => row.version === version)) throw unknownVersion(version, rows.at(-1)?.version);
        const from = await promotedVersion(transaction);
        if (from === version)
          throw new AppError('conflict', `Q-table version ${version} is promoted already`);
        return move(transaction, 'promote', { from, to: version }, change);
      }),

    /** What a rollback would do now; null where there is nothing to roll back. */
    nextRollback: (): Promise<QTableMove | null> => nextRollback(orm),

    /**
     * Undoes the newest promotion that is not undone yet: back to the version before it, or to none. With `seen` only
     * where it still does what was seen.
     * @throws AppError `conflict` when no table is promoted, or another one than was seen
     */
    rollback: (change: QTableChange, seen?: QTableMove): Promise<QTableMove> =>
      orm.transaction(async (transaction) => {
        await lockVersions(transaction);
        const next = await nextRollback(transaction);
        if (next === null)
          throw new AppError(
            'conflict',
            'no Q-table is promoted, so there is nothing to roll back: promote a version first',
          );
        if (seen && (seen.from !== next.from || seen.to !== next.to))
          throw new AppError(
            'conflict',
            `a rollback leads from ${moveText(next)} now, not from ${moveText(seen)}: look again, and decide anew`,
            { context: { next, seen } },
          );
        return move(transaction, 'rollback', next, change);
      }),

    /** Calls after each promotion and rollback of any process; at once, and after a lost connection. */
    async subscribe(onChange: () => void): Promise<() => Promise<void>> {
      const { unlisten } = await sql.listen(PROMOTION_CHANNEL, onChange, onChange);
      return unlisten;
    },
  });
}

export type QTableRepository = ReturnType<typeof createQTableRepository>;

export function unknownVersion(version: number, newest: number | undefined): AppError {
  const there = newest === undefined ? 'none is stored yet: train one first' : `the newest is ${newest}`;
  return new AppError('not_found', `there is no Q-table version ${version}; ${there}`, {
    context: { version },
  });
}

/** One at a time: versions are numbered without gaps, and two who promote come one after the other. */
async function lockVersions(transaction: Queryable): Promise<void> {
  await transaction.execute(statement`select pg_advisory_xact_lock(${VERSION_LOCK})`);
}

async function promotedVersion(orm: Queryable): Promise<number | null> {
  const [newest] = await orm
    .select({ toVersion: qTablePromotions.toVersion })
    .from(qTablePromotions)
    .orderBy(desc(qTablePromotions.promotionId))
    .limit(1);
  return newest?.toVersion ?? null;
}

async function nextRollback(orm: Queryable): Promise<QTableMove | null> {
  const history = await orm.select().from(qTablePromotions).orderBy(asc(qTablePromotions.promotionId));
  const standing = standingPromotions(history);
  const from = standing.at(-1);
  return from === undefined ? null : { from, to: standing.at(-2) ?? null };
}

function moveText({ from, to }: QTableMove): string {
  return `${from ?? 'none'} to ${to ?? 'none'}`;
}

/** The versions of the promotions that no rollback has undone, oldest first. */
function standingPromotions(history: readonly QTablePromotion[]): number[] {
  const standing: number[] = [];
  for (const { kind, toVersion } of history) {
    if (kind === 'rollback') standing.pop();
    else if (toVersion !== null) standing.push(toVersion);
  }
  return standing;
}

async function move(
  transaction: Queryable,
  kind: QTablePromotion['kind'],
  { from, to }: QTableMove,
  { actor, reason, atMs }: QTableChange,
): Promise<QTableMove> {
  await transaction
    .insert(qTablePromotions)
    .values({ kind, fromVersion: from, toVersion: to, actor, reason, atMs });
  await writeAudit(transaction, {
    actor,
    action: `qtable.${kind}`,
    subject: `qtable:${to ?? from}`,
    details: { from, to, reason },
  });
  await transaction.execute(statement`select pg_notify(${PROMOTION_CHANNEL}, ${String(to ?? '')})`);
  await tellPages(transaction, atMs);
  return { from, to };
}

function tellPages(transaction: Queryable, atMs: EpochMs): Promise<void> {
  return writeEvent(transaction, {
    ...{ type: 'qtable.changed', runId: null, deskId: null, atMs, payload: null },
  });
}
