import { desc, eq, getTableColumns } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { qTables } from '../schema/market.ts';
import { writeAudit } from './audit.ts';

export interface StoredQTable {
  readonly tableId: string;
  readonly version: number;
  readonly active: boolean;
  readonly note: string;
  readonly createdAtMs: EpochMs;
  /** As `tools/qtable` gave it. */
  readonly body: unknown;
}

export function createQTableRepository(database: Database) {
  const { orm } = database;
  const { body: _body, ...summary } = getTableColumns(qTables);

  return defineRepository(database, {
    /** Stores a table; an active one takes the place of the one before it. */
    save: (table: StoredQTable): Promise<void> =>
      orm.transaction(async (transaction) => {
        if (table.active)
          await transaction.update(qTables).set({ active: false }).where(eq(qTables.active, true));
        await transaction.insert(qTables).values(table);
        await writeAudit(transaction, {
          actor: 'training',
          action: 'qtable.save',
          subject: `qtable:${table.tableId}`,
          details: { version: table.version, active: table.active, note: table.note },
        });
      }),

    async active(): Promise<StoredQTable | null> {
      const [row] = await orm
        .select()
        .from(qTables)
        .where(eq(qTables.active, true))
        .orderBy(desc(qTables.createdAtMs))
        .limit(1);
      return row ?? null;
    },

    /** Newest first, without their bodies. */
    list: (): Promise<Omit<StoredQTable, 'body'>[]> =>
      orm.select(summary).from(qTables).orderBy(desc(qTables.createdAtMs), desc(qTables.tableId)),
  });
}

export type QTableRepository = ReturnType<typeof createQTableRepository>;
