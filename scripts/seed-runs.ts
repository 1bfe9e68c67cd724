/** `npm run seed:runs -- [--home DIR | --database URL] [--runs N] [--seed N]`: a database as full as after a long season. */
import { parseArgs } from 'node:util';
import type { Database } from '#db/client.ts';
import { hostAndPort } from '#db/database-error.ts';
import { readConfig } from '#server/config.ts';
import { generatorKey } from '#server/engine/market-key.ts';
import { withTables } from '#server/open-tables.ts';
import { rootFolder } from '#server/paths.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { loadRuns } from './seed/load-runs.ts';

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: 'artifacts/seeded' },
    database: { type: 'string' },
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '7' },
  },
});

try {
  await seed();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

async function seed(): Promise<void> {
  const [runs, seedNumber] = [wholeNumber('runs', values.runs), wholeNumber('seed', values.seed)];
  const config = readConfig({
    VIGIL_HOME: values.home,
    ...(values.database !== undefined && { DATABASE_URL: values.database }),
  });
  const startedAtMs = Date.now();
  await withTables(config, SILENT_LOGGER, async (database) => {
    const there = await seededThere(database);
    if (there > 0) return console.log(`${there} seeded runs are there already: nothing to do`);
    await loadRuns(database, {
      ...{ runs, seed: seedNumber, marketKey: generatorKey(config.market) },
      promptsDir: `${rootFolder()}/prompts`,
      tell: (progress) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${progress}`),
    });
    const tookSeconds = Math.round((Date.now() - startedAtMs) / 1_000);
    console.log(`${runs} runs with ${runs * 10} spans in ${tookSeconds} s at ${hostAndPort(database.url)}`);
  });
}

/** How many runs of ours it holds. @throws Error when it holds anybody's else: nothing of a desk is ever mixed with these */
async function seededThere({ sql }: Database): Promise<number> {
  const [found] = await sql<{ own: number; others: number }[]>`
    select count(*) filter (where run_id like 'seeded\\_%')::int as own,
      (select count(*)::int from runs where run_id not like 'seeded\\_%')
        + (select count(*)::int from trades) + (select count(*)::int from positions) as others
    from runs`;
  if (found === undefined || (found.own === 0 && found.others > 0))
    throw new Error(
      `the database at ${hostAndPort(values.database ?? values.home)} is not empty: name an empty one with --database, or another folder with --home`,
    );
  return found.own;
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} ${text} is no whole number from 1 to 9999999`);
  return Number(text);
}
