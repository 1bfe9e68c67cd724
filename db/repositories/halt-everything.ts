/**
 * A person's word to the whole database, whatever markets live in it: every desk stops opening, and a market that starts
 * later starts halted too, until somebody arms it.
 */
import { like, not, sql } from 'drizzle-orm';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { desks, tradingState } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';
import { EVERY_MARKET, lockCreation } from './trading-rows.ts';

export interface HaltOfEverything {
  readonly reason: string;
  readonly setBy: string;
  /** Each market has a time of its own. `deskId` may be the row of a whole market. */
  readonly atMsOf: (deskId: string) => EpochMs;
}

/** In one transaction. Desks of single cycles are left: they are paper, nothing runs them again, and there may be many. */
export async function haltEverything({ orm }: Database, halt: HaltOfEverything): Promise<void> {
  const { reason, setBy, atMsOf } = halt;
  const lasting = (deskId: typeof desks.deskId | typeof tradingState.deskId) => not(like(deskId, 'once--%'));
  await orm.transaction(async (transaction) => {
    await lockCreation(transaction);
    const known = await transaction
      .select({ deskId: desks.deskId })
      .from(desks)
      .where(lasting(desks.deskId))
      .union(
        transaction
          .select({ deskId: tradingState.deskId })
          .from(tradingState)
          .where(lasting(tradingState.deskId)),
      );
    // Sorted, so that two callers lock alike.
    const ids = [...new Set([EVERY_MARKET, ...known.map(({ deskId }) => deskId)])].sort();
    await transaction
      .insert(tradingState)
      .values(
        ids.map((deskId) => ({ deskId, mode: 'halted' as const, reason, setBy, sinceMs: atMsOf(deskId) })),
      )
      .onConflictDoUpdate({
        target: tradingState.deskId,
        set: {
          mode: sql`excluded.mode`,
          reason: sql`excluded.reason`,
          setBy: sql`excluded.set_by`,
          sinceMs: sql`excluded.since_ms`,
          endsBy: sql`excluded.ends_by`,
        },
      });
    const halted = ids.filter((id) => !id.endsWith(EVERY_MARKET));
    await writeAudit(transaction, {
      actor: setBy,
      action: 'trading.halted',
      subject: 'desks of every market',
      details: { to: 'halted', reason, desks: halted },
    });
  });
}
