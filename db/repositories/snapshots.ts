import { eq, sql } from 'drizzle-orm';
import type { SnapshotRef } from '#domain/market.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { snapshots } from '../schema/market.ts';
import { UNHELD } from './without-disk-wait.ts';

export function createSnapshotRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** A snapshot is frozen: the first one of an id stands, and may only gain the body it lacked. The record waits for it. */
    async saveRef(ref: SnapshotRef, body: Buffer | null): Promise<void> {
      await orm
        .insert(snapshots)
        .values({ snapshotId: ref.snapshotId, ref, body })
        .onConflictDoUpdate({
          target: snapshots.snapshotId,
          set: { body: sql`excluded.body` },
          setWhere: sql`${snapshots.body} is null and excluded.body is not null`,
        })
        .returning(UNHELD);
    },

    async loadRef(snapshotId: string): Promise<{ ref: SnapshotRef; body: Buffer | null } | null> {
      const [row] = await orm
        .select({ ref: snapshots.ref, body: snapshots.body })
        .from(snapshots)
        .where(eq(snapshots.snapshotId, snapshotId));
      return row ?? null;
    },
  });
}
