import { and, desc, eq, gte, like, lt } from 'drizzle-orm';
import { type AuditEntry, PERSON } from '#domain/audit.ts';
import type { EpochMs } from '#domain/time.ts';
import { auditOrigin } from '../audit-origin.ts';
import type { Database, Queryable } from '../client.ts';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { auditLog } from '../schema/desk.ts';
import { withoutSecrets } from '../stored-secrets.ts';

export type NewAuditEntry = Omit<AuditEntry, 'auditId' | 'atMs' | 'origin'>;

export interface AuditFilter extends PageRequest {
  /** The whole word, or all of a family with a `.` at its end: `trading.` */
  readonly action?: string | undefined;
  /** The same with a `:` at its end: `breaker:` */
  readonly actor?: string | undefined;
  readonly fromMs?: EpochMs | undefined;
  /** Exclusive. */
  readonly toMs?: EpochMs | undefined;
}

/** Call it with the transaction of the change it tells of. The time is the database's wall clock. */
export async function writeAudit(
  transaction: Queryable,
  ...entries: readonly NewAuditEntry[]
): Promise<void> {
  if (entries.length === 0) return;
  // What a request only set going, such as a timer, acts in its own name and from nowhere.
  const rows = entries.map((entry) => ({
    ...entry,
    details: withoutSecrets(entry.details),
    origin: entry.actor === PERSON ? auditOrigin() : null,
  }));
  await transaction.insert(auditLog).values(rows);
}

export function createAuditRepository(database: Database) {
  const { orm } = database;
  return defineRepository(database, {
    /** For what changes no row of its own. */
    write: (entry: NewAuditEntry): Promise<void> => writeAudit(orm, entry),

    /** Newest first. */
    async list({ limit, cursor, action, actor, fromMs, toMs }: AuditFilter): Promise<Page<AuditEntry>> {
      const rows = await orm
        .select()
        .from(auditLog)
        .where(
          and(
            cursor ? lt(auditLog.auditId, decodeCursor(cursor)[0]) : undefined,
            action === undefined ? undefined : isOrBegins(auditLog.action, action, '.'),
            actor === undefined ? undefined : isOrBegins(auditLog.actor, actor, ':'),
            fromMs === undefined ? undefined : gte(auditLog.atMs, fromMs),
            toMs === undefined ? undefined : lt(auditLog.atMs, toMs),
          ),
        )
        .orderBy(desc(auditLog.auditId))
        .limit(limit + 1);
      return pageOf(rows, limit, (row) => [row.auditId, '']);
    },
  });
}

function isOrBegins(
  column: typeof auditLog.action | typeof auditLog.actor,
  word: string,
  familyEnd: '.' | ':',
) {
  return word.endsWith(familyEnd) ? like(column, `${word.replaceAll(/[\\%_]/g, '\\$&')}%`) : eq(column, word);
}

export type AuditRepository = ReturnType<typeof createAuditRepository>;
