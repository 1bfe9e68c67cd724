/** A cluster on disk: made in a draft folder and renamed, so that a kill never leaves half of one. */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#domain/errors.ts';
import { diskFull, folderError, isSpaceSpent, requireSpaceForCluster } from './folder-error.ts';
import type { ClusterPlace } from './place.ts';
import { runProgram } from './programs.ts';

const CLUSTER_USER = 'vigil';
/** Lies in the cluster, so that the two come into being in one step. */
const PASSWORD_FILE = 'vigil-password';

/** Makes the cluster when it is not there. The caller holds the lock. @throws AppError `disk_full`, `database_unavailable` */
export async function ensureCluster(place: ClusterPlace): Promise<void> {
  if (existsSync(path.join(place.cluster, 'PG_VERSION'))) return;
  try {
    requireSpaceForCluster(place.home);
    await makeCluster(place, `${place.cluster}.draft`, `${place.cluster}.password`);
  } catch (cause) {
    throw folderError(place.home, cause);
  }
}

/** @throws AppError `database_unavailable` */
export function clusterUrl(place: ClusterPlace, port: number): string {
  const file = path.join(place.cluster, PASSWORD_FILE);
  try {
    return `postgres://${CLUSTER_USER}:${readFileSync(file, 'utf8')}@127.0.0.1:${port}/postgres`;
  } catch (cause) {
    throw new AppError(
      'database_unavailable',
      `the password of the embedded database cannot be read from ${file}: run as the user who made it, or move ${place.cluster} away to begin anew`,
      { cause },
    );
  }
}

async function makeCluster(place: ClusterPlace, draft: string, passwordFile: string): Promise<void> {
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (place.runAs !== null)
    for (const name of [draft, passwordFile]) chownSync(name, place.runAs.uid, place.runAs.gid);
  const complaint = await runProgram(place, 'initdb', [
    `--pgdata=${draft}`,
    `--username=${CLUSTER_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]);
  if (complaint !== null) {
    const isFull = isSpaceSpent(place.home);
    rmSync(draft, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
    if (isFull) throw diskFull(place.home, complaint);
    throw new AppError(
      'database_unavailable',
      `the embedded database could not be made in ${place.home}: ${complaint}`,
    );
  }
  renameSync(passwordFile, path.join(draft, PASSWORD_FILE));
  renameSync(draft, place.cluster);
}
