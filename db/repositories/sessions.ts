/** Browser sessions. Every process reads the same rows, so a log-out holds everywhere at once and after a restart. */
import { and, eq, gt, lte } from 'drizzle-orm';
import { PERSON } from '#domain/audit.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { sessions } from '../schema/access.ts';
import { writeAudit } from './audit.ts';

export type SessionRow = typeof sessions.$inferSelect;

export function createSessionRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** `address` is told to the audit log alone. */
    begin: (session: SessionRow, address: string): Promise<void> =>
      orm.transaction(async (transaction) => {
        await transaction.insert(sessions).values(session);
        const { sessionId, scope, method, expiresAtMs } = session;
        await writeAudit(transaction, {
          ...{ actor: PERSON, action: 'session.begin', subject: `session:${sessionId}` },
          details: { scope, method, expiresAtMs, address },
        });
      }),

    /** Null when there is none, it was ended, or it is over by now. */
    async byToken(tokenSha256: string, nowMs: EpochMs): Promise<SessionRow | null> {
      const [row] = await orm
        .select()
        .from(sessions)
        .where(and(eq(sessions.tokenSha256, tokenSha256), gt(sessions.expiresAtMs, nowMs)));
      return row ?? null;
    },

    end: (sessionId: string): Promise<void> =>
      orm.transaction(async (transaction) => {
        const ended = await transaction
          .delete(sessions)
          .where(eq(sessions.sessionId, sessionId))
          .returning({ scope: sessions.scope });
        if (ended.length > 0)
          await writeAudit(transaction, {
            ...{ actor: PERSON, action: 'session.end', subject: `session:${sessionId}` },
            details: {},
          });
      }),

    /** Gives how many there were. */
    endAll: (): Promise<number> =>
      orm.transaction(async (transaction) => {
        const ended = await transaction.delete(sessions).returning({ sessionId: sessions.sessionId });
        await writeAudit(transaction, {
          ...{ actor: PERSON, action: 'session.end_all', subject: 'sessions' },
          details: { ended: ended.length },
        });
        return ended.length;
      }),

    /** Forgets those that are over. */
    async prune(nowMs: EpochMs): Promise<void> {
      await orm.delete(sessions).where(lte(sessions.expiresAtMs, nowMs));
    },
  });
}

export type SessionRepository = ReturnType<typeof createSessionRepository>;
