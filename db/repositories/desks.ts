import { asc, eq, sql } from 'drizzle-orm';
import { PERSON } from '#domain/audit.ts';
import { AppError } from '#domain/errors.ts';
import type { Desk } from '#domain/run.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { desks } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';

export type NewDesk = Pick<Desk, 'deskId' | 'name' | 'symbols' | 'intervalMs' | 'createdAtMs'> &
  Partial<Pick<Desk, 'paused'>>;
export type DeskPatch = Partial<Pick<Desk, 'name' | 'symbols' | 'intervalMs' | 'paused'>>;

export function createDeskRepository(database: Database) {
  const { orm } = database;

  function insert(desk: NewDesk, actor: string): Promise<boolean> {
    return orm.transaction(async (transaction) => {
      const inserted = await transaction.insert(desks).values(desk).onConflictDoNothing().returning();
      if (inserted.length === 0) return false;
      await writeAudit(transaction, {
        actor,
        action: 'desk.create',
        subject: `desk:${desk.deskId}`,
        details: desk,
      });
      return true;
    });
  }

  async function existing(deskId: string): Promise<Desk> {
    const [desk] = await orm.select().from(desks).where(eq(desks.deskId, deskId));
    if (desk === undefined) throw deskNotFound(deskId);
    return desk;
  }

  return defineRepository(database, {
    list: (): Promise<Desk[]> => orm.select().from(desks).orderBy(asc(desks.createdAtMs), asc(desks.deskId)),

    async get(deskId: string): Promise<Desk | null> {
      const [desk] = await orm.select().from(desks).where(eq(desks.deskId, deskId));
      return desk ?? null;
    },

    /** @throws AppError `conflict` when the id is taken */
    async create(desk: NewDesk, actor: string = PERSON): Promise<Desk> {
      if (!(await insert(desk, actor)))
        throw new AppError('conflict', `desk ${desk.deskId} exists already: choose another id`, {
          context: { deskId: desk.deskId },
        });
      return existing(desk.deskId);
    },

    /** @throws AppError `not_found` */
    update: (deskId: string, patch: DeskPatch, actor: string = PERSON): Promise<Desk> =>
      orm.transaction(async (transaction) => {
        const [before] = await transaction.select().from(desks).where(eq(desks.deskId, deskId)).for('update');
        if (before === undefined) throw deskNotFound(deskId);
        if (Object.values(patch).every((value) => value === undefined)) return before;
        const [after] = await transaction
          .update(desks)
          .set(patch)
          .where(eq(desks.deskId, deskId))
          .returning();
        await writeAudit(transaction, {
          actor,
          action: 'desk.update',
          subject: `desk:${deskId}`,
          details: { patch, before },
        });
        return after ?? before;
      }),

    /** The desk as it is, made on first sight. */
    async ensureDefault(desk: NewDesk): Promise<Desk> {
      await insert(desk, 'start-up');
      return existing(desk.deskId);
    },

    async countCycle(deskId: string): Promise<void> {
      await orm
        .update(desks)
        .set({ cyclesRun: sql`${desks.cyclesRun} + 1` })
        .where(eq(desks.deskId, deskId));
    },

    async countSkippedTick(deskId: string): Promise<void> {
      await orm
        .update(desks)
        .set({ ticksSkipped: sql`${desks.ticksSkipped} + 1` })
        .where(eq(desks.deskId, deskId));
    },
  });
}

export type DeskRepository = ReturnType<typeof createDeskRepository>;

function deskNotFound(deskId: string): AppError {
  return new AppError('not_found', `no desk ${deskId}`, { context: { deskId } });
}
