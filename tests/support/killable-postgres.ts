/** A Postgres that nobody supervises, for tests that kill it: it comes back when it is told to, on its port and its data. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterUrl, ensureCluster } from '#db/embedded/cluster.ts';
import { launchPostmaster } from '#db/embedded/launch.ts';
import { preparePlace } from '#db/embedded/place.ts';
import { findPostmaster, stopPostmaster } from '#db/embedded/postmaster.ts';
import { isPidAlive } from '#db/embedded/process-identity.ts';
import { waitUntil } from '#db/embedded/wait-until.ts';

export interface KillablePostgres {
  /** Of the database that is always there. */
  readonly url: string;
  /** SIGKILL; what it was doing is lost unless it was committed. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const DIES_WITHIN_MS = 5_000;
/** A kill takes nothing from the system's own cache: only a lost power supply would. */
const SETTINGS = ['fsync=off', 'full_page_writes=off'];

export async function startKillablePostgres(): Promise<KillablePostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigil-killable-postgres-'));
  // Postgres runs as another user when the tests run as root.
  chmodSync(dataDir, 0o755);
  const place = preparePlace({ dataDir, reachableRoot: join(tmpdir(), 'vigil-reachable'), log: () => {} });
  await ensureCluster(place);
  let server = await launchPostmaster(place, SETTINGS);
  const { port } = server;
  return {
    url: clusterUrl(place, port),
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      const isDead = () => (isPidAlive(server.pid) ? null : true);
      if ((await waitUntil(isDead, { timeoutMs: DIES_WITHIN_MS })) === null)
        throw new Error(`Postgres ${server.pid} outlived its kill`);
    },
    async start() {
      server = (await findPostmaster(place)) ?? (await launchPostmaster(place, SETTINGS, port));
    },
    async close() {
      await stopPostmaster(place);
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
