/** The mode a person switched every process of this database to, in the middle of its work. */
import type { SpendingMode } from '#domain/spending.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { spendingSwitch } from '../schema/spending.ts';
import { writeAudit } from './audit.ts';

export interface SpendingSwitch {
  readonly mode: SpendingMode;
  readonly setBy: string;
  readonly atMs: EpochMs;
}

const ONE = 1;

export function createSpendingSwitchRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** Null where nobody has switched: then each process's own configuration holds. */
    async read(): Promise<SpendingSwitch | null> {
      const [row] = await orm.select().from(spendingSwitch);
      return row === undefined ? null : { mode: row.mode, setBy: row.setBy, atMs: row.atMs };
    },

    /** Null takes the switch back. */
    set: (mode: SpendingMode | null, { setBy, atMs }: Omit<SpendingSwitch, 'mode'>): Promise<void> =>
      orm.transaction(async (transaction) => {
        const [before] = await transaction.select().from(spendingSwitch).for('update');
        if (mode === null) await transaction.delete(spendingSwitch);
        else
          await transaction
            .insert(spendingSwitch)
            .values({ switchId: ONE, mode, setBy, atMs })
            .onConflictDoUpdate({ target: spendingSwitch.switchId, set: { mode, setBy, atMs } });
        await writeAudit(transaction, {
          actor: setBy,
          action: mode === null ? 'models.switch_back' : 'models.switch',
          subject: 'models',
          details: { from: before?.mode ?? null, to: mode },
        });
      }),
  });
}

export type SpendingSwitchRepository = ReturnType<typeof createSpendingSwitchRepository>;
