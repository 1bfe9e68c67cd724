/** All that is stored of one desk's trades and its trading state, oldest first: what a person reads after the fact. */
import { asc, eq, or } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { auditLog, breakerEvents } from '../schema/desk.ts';
import { fills } from '../schema/orders.ts';
import { runs } from '../schema/runs.ts';

/** For desks of a few hundred rows: nothing is paged. */
export function createDeskStoryRepository(database: Database) {
  const { orm } = database;
  return defineRepository(database, {
    /** Changes of the desk and of all desks of its market. Their time is the wall's. */
    audits: (deskId: string, marketKey: string) =>
      orm
        .select()
        .from(auditLog)
        .where(or(eq(auditLog.subject, `desk:${deskId}`), eq(auditLog.subject, `desks of ${marketKey}`)))
        .orderBy(asc(auditLog.auditId)),
    breakerEvents: (deskId: string) =>
      orm
        .select()
        .from(breakerEvents)
        .where(eq(breakerEvents.deskId, deskId))
        .orderBy(asc(breakerEvents.eventId)),
    fills: (deskId: string) =>
      orm.select().from(fills).where(eq(fills.deskId, deskId)).orderBy(asc(fills.sequence)),
    /** With the wall's times; what a run looked at is at `marketAsOfMs`. */
    runs: (deskId: string) =>
      orm
        .select({
          ...{
            runId: runs.runId,
            kind: runs.kind,
            outcome: runs.outcome,
            reason: runs.reason,
            level: runs.level,
          },
          ...{
            startedAtMs: runs.startedAtMs,
            finishedAtMs: runs.finishedAtMs,
            marketAsOfMs: runs.marketAsOfMs,
          },
        })
        .from(runs)
        .where(eq(runs.deskId, deskId))
        .orderBy(asc(runs.startedAtMs)),
  });
}

export type DeskStoryRepository = ReturnType<typeof createDeskStoryRepository>;
export type StoredAudit = Awaited<ReturnType<DeskStoryRepository['audits']>>[number];
export type StoredBreakerEvent = Awaited<ReturnType<DeskStoryRepository['breakerEvents']>>[number];
export type StoredFill = Awaited<ReturnType<DeskStoryRepository['fills']>>[number];
export type StoredRun = Awaited<ReturnType<DeskStoryRepository['runs']>>[number];
