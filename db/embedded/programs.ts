/** Runs a program of Postgres as the right user, with an environment that holds nothing of ours. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { AppError } from '#domain/errors.ts';
import { programPath } from './binaries.ts';
import type { ClusterPlace } from './place.ts';

export function spawnProgram(
  place: ClusterPlace,
  program: Parameters<typeof programPath>[1],
  programArguments: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  // Windows programs need some of the environment; elsewhere a PGDATA or a locale of the user's would only disturb.
  const environment = process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC' } };
  const user = place.runAs === null ? {} : { uid: place.runAs.uid, gid: place.runAs.gid };
  return spawn(programPath(place.programs, program), programArguments, {
    cwd: place.home,
    ...environment,
    ...user,
    ...options,
  });
}

/** Runs a program to its end and gives what it wrote to stderr when it failed, else null. */
export function runProgram(
  place: ClusterPlace,
  program: Parameters<typeof programPath>[1],
  programArguments: readonly string[],
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawnProgram(place, program, programArguments, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8');
    });
    child.on('error', (cause) => reject(cannotRun(place, program, cause)));
    child.on('close', (code, signal) =>
      resolve(code === 0 ? null : `${program} ended with ${code ?? signal}: ${complaint.trim()}`),
    );
  });
}

export function cannotRun(place: ClusterPlace, program: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  // The file is there, so what is missing is the loader its header names.
  const why = code === 'ENOENT' ? 'this system has no glibc' : String(code ?? cause);
  const user = place.runAs === null ? '' : ` as ${place.runAs.name}`;
  return new AppError(
    'database_unavailable',
    `the embedded Postgres cannot run ${program}${user} (${why}): set DATABASE_URL to a Postgres of your own`,
    { context: { program, programs: place.programs, code }, cause },
  );
}
