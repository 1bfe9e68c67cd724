/** The running server of a cluster: found, judged and stopped by the file that Postgres keeps of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { AppError } from '#domain/errors.ts';
import type { ClusterPlace } from './place.ts';
import { commandLineOf, isPidAlive } from './process-identity.ts';
import { runProgram } from './programs.ts';
import { waitUntil } from './wait-until.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** Replaying its log after a crash may take a while. */
const SETTLE_TIMEOUT_MS = 60_000;
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 5_000;
const ANSWER_TIMEOUT_MS = 2_000;
/** `SSLRequest` of the frontend/backend protocol: its length, then its code. */
const ENCRYPTION_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** No system gives this pid to a process. */
const NO_PROCESS = 2_147_483_646;

/** The server of this cluster once it takes connections; null when there is none. */
export async function findPostmaster(place: ClusterPlace): Promise<Postmaster | null> {
  const found = await waitUntil(
    async () => {
      const file = readPostmasterFile(place.cluster);
      if (file === null) return 'none';
      if (!isPostmasterOf(place.cluster, file.pid)) {
        disownStalePid(place.cluster, file.pid);
        return 'none';
      }
      return file.isReady && (await acceptsConnections(file.port)) ? file : null;
    },
    { timeoutMs: SETTLE_TIMEOUT_MS },
  );
  if (found === null)
    throw new AppError(
      'database_unavailable',
      `the embedded Postgres of ${place.cluster} runs but takes no connections after ${SETTLE_TIMEOUT_MS / 1_000} s: see ${place.cluster}.log`,
    );
  return found === 'none' ? null : { pid: found.pid, port: found.port };
}

/** Whether the server of this cluster lives, ready or on its way to be. */
export function isRunning({ cluster }: ClusterPlace): boolean {
  const file = readPostmasterFile(cluster);
  return file !== null && isPostmasterOf(cluster, file.pid);
}

/** Stops the server of the cluster, if one runs: open transactions are rolled back, and it has ended when this resolves. */
export async function stopPostmaster(place: ClusterPlace): Promise<void> {
  const file = readPostmasterFile(place.cluster);
  if (file === null || !isPostmasterOf(place.cluster, file.pid)) return;
  if (process.platform === 'win32') {
    await runProgram(place, 'pg_ctl', ['stop', '-D', place.cluster, '-m', 'fast', '-w']);
    return;
  }
  askToStop(file.pid, 'SIGINT');
  if (await hasEnded(file.pid, FAST_STOP_MS)) return;
  askToStop(file.pid, 'SIGQUIT');
  if (await hasEnded(file.pid, IMMEDIATE_STOP_MS)) return;
  throw new AppError(
    'database_unavailable',
    `Postgres (process ${file.pid}) does not stop: end it with kill -9 ${file.pid}`,
  );
}

/** For a process that is about to exit and cannot wait: asks and does not look back. */
export function askPostmasterToStop(cluster: string): void {
  const file = readPostmasterFile(cluster);
  if (file !== null && isPostmasterOf(cluster, file.pid)) askToStop(file.pid, 'SIGINT');
}

/** See `CreateLockFile` in Postgres's miscinit.c for the lines; absent or half-written is null. */
export function readPostmasterFile(cluster: string): (Postmaster & { readonly isReady: boolean }) | null {
  try {
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' } : null;
  } catch {
    return null;
  }
}

/** A process with that pid lives and is this cluster's server: the pid may have been used again. */
function isPostmasterOf(cluster: string, pid: number): boolean {
  if (!isPidAlive(pid)) return false;
  const commandLine = commandLineOf(pid);
  return commandLine === '' || commandLine.includes(cluster);
}

/**
 * Postgres refuses to start while the pid in its file answers, even a zombie's or a stranger's. The pid alone is
 * replaced: the rest of the file lets Postgres see whether children of the dead server still hold its memory.
 */
function disownStalePid(cluster: string, pid: number): void {
  const file = path.join(cluster, 'postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  if (Number(lines[0]) === pid) writeFileSync(file, [String(NO_PROCESS), ...lines.slice(1)].join('\n'));
}

function askToStop(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function hasEnded(pid: number, timeoutMs: number): Promise<boolean> {
  return (await waitUntil(() => (isPidAlive(pid) ? null : true), { timeoutMs })) === true;
}

/**
 * A server that is about to die still has its port, and the system takes connections for it: only an answer counts.
 * Asks for encryption, which every server answers with one letter.
 */
function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .setTimeout(ANSWER_TIMEOUT_MS, () => settle(false))
      .on('connect', () => socket.write(ENCRYPTION_REQUEST))
      .on('data', () => settle(true))
      .on('error', () => settle(false))
      .on('close', () => settle(false));
  });
}
