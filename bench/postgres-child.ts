/** The process that is weighed: it runs cycles on an embedded Postgres, one for each message, and tells its memory. */
import { readConfig } from '#server/config.ts';
import { openVigilDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createBenchMarket } from './bench-market.ts';
import type { CycleReport } from './memory-cycles.ts';
import { createPostgresRunner } from './postgres-desk.ts';

export interface CycleOrder {
  readonly cycle: number;
  readonly marketNowMs: number;
}

export interface ChildReport extends CycleReport {
  readonly rssMb: number;
}

const BYTES_PER_MB = 1_048_576;

const [, , homeDir, cycles] = process.argv;
const opened = await openVigilDatabase({ ...readConfig({}), homeDir: String(homeDir) }, SILENT_LOGGER);
const run = await createPostgresRunner(createBenchMarket(Number(cycles)), opened);

process.on('message', async ({ cycle, marketNowMs }: CycleOrder) => {
  const { tookMs, outcome, subjects } = await run(cycle, marketNowMs);
  process.send?.({
    tookMs,
    outcome,
    subjects,
    rssMb: process.memoryUsage.rss() / BYTES_PER_MB,
  } satisfies ChildReport);
});
process.on('disconnect', async () => {
  await opened.close();
  process.exit(0);
});
process.send?.('ready');
