/**
 * The embedded Postgres: one cluster in the data folder, one server for all processes that use it, stopped by the last
 * of them. A server that outlived a killed process is found again and belongs to whoever comes next.
 */
import { AppError } from '#domain/errors.ts';
import { clusterUrl, ensureCluster } from './cluster.ts';
import { beginUse, type ClusterUse, countUsers } from './cluster-users.ts';
import { folderError } from './folder-error.ts';
import { launchPostmaster } from './launch.ts';
import { type ClusterPlace, preparePlace } from './place.ts';
import { askPostmasterToStop, findPostmaster, isRunning, stopPostmaster } from './postmaster.ts';
import { tryLock } from './process-lock.ts';
import { supervise } from './supervise.ts';
import { waitUntil } from './wait-until.ts';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Settings of Postgres such as `fsync=off`; they count when this call starts the server. */
  readonly settings?: readonly string[];
  readonly log?: (line: string) => void;
  /** Told when the server died and was started again, or could not be. */
  readonly warn?: (line: string) => void;
  /** Where the cluster goes when root's data folder is closed to the user Postgres runs as. */
  readonly reachableRoot?: string;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** False when the server was running for another living process. */
  readonly owner: boolean;
  /** Leaves the server, and stops it when nobody else uses it. */
  stop(): Promise<void>;
}

const LOCK_TIMEOUT_MS = 120_000;

/** @throws AppError `database_unavailable`, `disk_full` */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, settings = [], log = () => {}, warn = log, reachableRoot = '/var/lib/vigil' } = options;
  const place = preparePlace({ dataDir, reachableRoot, log });
  const users = `${place.cluster}.users`;
  return underLock(place, async () => {
    await ensureCluster(place);
    const running = await findPostmaster(place);
    const owner = running === null || countUsers(users) === 0;
    if (running !== null && owner)
      log(`took over Postgres (process ${running.pid}) from a process that died`);
    const server = running ?? (await launchPostmaster(place, settings));
    const use = beginUse(users);
    const endSupervision = supervise({
      isRunning: () => isRunning(place),
      startAgain: () =>
        underLock(place, async () => {
          if ((await findPostmaster(place)) === null) await launchPostmaster(place, settings, server.port);
        }),
      warn,
    });
    return { url: clusterUrl(place, server.port), owner, stop: stopOnce(place, use, endSupervision) };
  });
}

/** A process that exits without `stop()` still asks Postgres to end, though it cannot wait for it. */
function stopOnce(
  place: ClusterPlace,
  use: ClusterUse,
  endSupervision: () => Promise<void>,
): () => Promise<void> {
  const onExit = () => {
    if (use.end()) askPostmasterToStop(place.cluster);
  };
  process.once('exit', onExit);
  let stopping: Promise<void> | null = null;
  return () => {
    stopping ??= endSupervision().then(() =>
      underLock(place, async () => {
        process.off('exit', onExit);
        if (use.end()) await stopPostmaster(place);
      }),
    );
    return stopping;
  };
}

/** Starts and stops of one cluster take turns, across processes. */
async function underLock<Result>(place: ClusterPlace, work: () => Promise<Result>): Promise<Result> {
  const file = `${place.cluster}.lock`;
  let holderPid = 0;
  const lock = await waitUntil(
    () =>
      takeLock(file, place.home, (pid) => {
        holderPid = pid;
      }),
    { timeoutMs: LOCK_TIMEOUT_MS },
  );
  if (lock === null)
    throw new AppError(
      'database_unavailable',
      `process ${holderPid} has been starting or stopping the embedded Postgres for ${LOCK_TIMEOUT_MS / 1_000} s: end it, then try again`,
      { context: { holderPid, file } },
    );
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function takeLock(file: string, home: string, heldBy: (pid: number) => void): { release: () => void } | null {
  try {
    const attempt = tryLock(file);
    if (attempt.taken) return attempt;
    heldBy(attempt.holder.pid);
    return null;
  } catch (cause) {
    throw folderError(home, cause);
  }
}
