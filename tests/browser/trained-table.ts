import { createQTableRepository } from '#db/repositories/q-tables.ts';
import type { QTableFacts } from '#domain/q-table.ts';
import { trainedScene } from '../support/training-scene.ts';
import type { StagedVigil } from './staged-vigil.ts';

/** Trains a small table and stores it as `vigil train` does; gives its version. */
export async function trainedTable(
  { test }: Pick<StagedVigil, 'test'>,
  seed: number,
  facts: Partial<QTableFacts> = {},
): Promise<number> {
  const tables = createQTableRepository(test.database);
  const by = { actor: 'command line', atMs: Date.now() };
  const { version } = await tables.save(trainedScene(seed, facts), by);
  return version;
}
