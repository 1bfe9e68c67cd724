/** Starts the server of a cluster and waits until it takes connections. */
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#domain/errors.ts';
import { diskFull, isSpaceSpent } from './folder-error.ts';
import type { ClusterPlace } from './place.ts';
import { type Postmaster, readPostmasterFile } from './postmaster.ts';
import { cannotRun, spawnProgram } from './programs.ts';
import { waitUntil } from './wait-until.ts';

const READY_TIMEOUT_MS = 60_000;
/** A port may be taken between our look and the start, and children of a killed server need a moment to notice. */
const ATTEMPTS = 4;
const BETWEEN_ATTEMPTS_MS = 700;
const LOG_LIMIT_BYTES = 5 * 1024 * 1024;
const LOG_TAIL_LINES = 6;

/** A desk's load: short statements, one writer. Sockets in the file system would need a folder of their own. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'max_parallel_workers_per_gather=0',
  'log_checkpoints=off',
];

/**
 * Takes a free port, or the one that is given.
 * @throws AppError `disk_full`, `database_unavailable` with the last lines of Postgres's log
 */
export async function launchPostmaster(
  place: ClusterPlace,
  settings: readonly string[],
  port?: number,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await launchOnce(place, [...SETTINGS, ...settings], port ?? (await freePort()));
    if (typeof outcome !== 'string') return outcome;
    if (isSpaceSpent(place.home)) throw diskFull(place.home, outcome);
    if (attempt === ATTEMPTS)
      throw new AppError(
        'database_unavailable',
        `the embedded Postgres of ${place.cluster} ${outcome}: ${logTail(place)}`,
      );
    await delay(BETWEEN_ATTEMPTS_MS);
  }
}

/** The server, or in words how it failed. */
async function launchOnce(
  place: ClusterPlace,
  settings: readonly string[],
  port: number,
): Promise<Postmaster | string> {
  const log = openLog(place);
  const flags = settings.flatMap((setting) => ['-c', setting]);
  // Detached: a Ctrl-C on the terminal must reach us first, so that we stop Postgres when we are done with it.
  const server = spawnProgram(place, 'postgres', ['-D', place.cluster, '-p', String(port), ...flags], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: string | null = null;
  server.on('error', (cause) => {
    failure = cannotRun(place, 'postgres', cause).message;
  });
  server.on('exit', (code, signal) => {
    failure ??= `ended with ${code ?? signal} while starting`;
  });
  server.unref();
  const started = await waitUntil(
    () => {
      if (failure !== null) return failure;
      const file = readPostmasterFile(place.cluster);
      return file?.pid === server.pid && file?.isReady ? { pid: file.pid, port } : null;
    },
    { timeoutMs: READY_TIMEOUT_MS },
  );
  if (started !== null) return started;
  server.kill('SIGQUIT');
  return `was not ready after ${READY_TIMEOUT_MS / 1_000} s`;
}

function openLog(place: ClusterPlace): number {
  const file = `${place.cluster}.log`;
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) truncateSync(file);
  return openSync(file, 'a', 0o600);
}

function logTail(place: ClusterPlace): string {
  const lines = readFileSync(`${place.cluster}.log`, 'utf8').trim().split('\n');
  return lines.slice(-LOG_TAIL_LINES).join(' | ');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
