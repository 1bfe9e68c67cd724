import { sql } from 'drizzle-orm';
import type { Queryable } from '../client.ts';

/**
 * Lets the transaction, or the one statement, that says this commit before it is on the disk, where it follows within a
 * fraction of a second. For what can be told again when the machine loses power; whether a killed process wrote it is
 * the same either way.
 */
export const NO_DISK_WAIT = "set_config('synchronous_commit', 'off', true)";

export async function withoutDiskWait(transaction: Queryable): Promise<void> {
  await transaction.execute(sql`select ${sql.raw(NO_DISK_WAIT)}`);
}

/** For what a statement of the builder returns: that statement does not wait. */
export const UNHELD = { held: sql<string>`${sql.raw(NO_DISK_WAIT)}` };
