import { sql } from 'drizzle-orm';
import type { Queryable } from '../client.ts';

/**
 * Lets a transaction commit before it is on the disk, where it follows within a fraction of a second. For what can be
 * told again when the machine loses power; whether a killed process wrote it is the same either way.
 */
export async function withoutDiskWait(transaction: Queryable): Promise<void> {
  await transaction.execute(sql`select set_config('synchronous_commit', 'off', true)`);
}
