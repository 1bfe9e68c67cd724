import { desc, lt } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { auditLog } from '../schema/desk.ts';

export interface AuditEntry {
  readonly auditId: number;
  readonly atMs: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: unknown;
}

/** Call it with the transaction of the change it tells of. The time is the database's wall clock. */
export async function writeAudit(
  transaction: Queryable,
  ...entries: readonly Omit<AuditEntry, 'auditId' | 'atMs'>[]
): Promise<void> {
  if (entries.length > 0) await transaction.insert(auditLog).values([...entries]);
}

export function createAuditRepository(database: Database) {
  return defineRepository(database, {
    /** Newest first. */
    async list(request: PageRequest): Promise<Page<AuditEntry>> {
      const rows = await database.orm
        .select()
        .from(auditLog)
        .where(request.cursor ? lt(auditLog.auditId, decodeCursor(request.cursor)[0]) : undefined)
        .orderBy(desc(auditLog.auditId))
        .limit(request.limit + 1);
      return pageOf(rows, request.limit, (row) => [row.auditId, '']);
    },
  });
}

export type AuditRepository = ReturnType<typeof createAuditRepository>;
