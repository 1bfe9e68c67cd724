/** Where a cluster lives, with which programs and as which user. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#domain/errors.ts';
import { copyBinaries, locateBinaries } from './binaries.ts';
import { folderError } from './folder-error.ts';
import { makeFolders } from './make-folder.ts';
import { canReach, ownerOf, postgresUser, type SystemUser } from './system-user.ts';

export interface ClusterPlace {
  /** The folder that holds the cluster and what belongs to it. */
  readonly home: string;
  /** Postgres's data directory; its name carries the major version, since another one could not read it. */
  readonly cluster: string;
  readonly programs: string;
  /** Null: as the present user. */
  readonly runAs: SystemUser | null;
}

export interface PlaceOptions {
  readonly dataDir: string;
  /** Where clusters go whose data folder the user of Postgres cannot reach, such as one below root's home. */
  readonly reachableRoot: string;
  readonly log: (line: string) => void;
}

/** @throws AppError `database_unavailable`, `disk_full` */
export function preparePlace(options: PlaceOptions): ClusterPlace {
  const binaries = locateBinaries();
  const user = postgresUser();
  const home = prepareHome(options, user);
  const cluster = path.join(home, `postgres-${binaries.majorVersion}`);
  const runAs = user !== null && existsSync(cluster) ? ownerOf(cluster, user) : user;
  if (runAs === null || canReach(runAs, path.join(binaries.folder, 'bin', 'postgres')))
    return { home, cluster, programs: binaries.folder, runAs };
  try {
    return { home, cluster, programs: copyBinaries(binaries, home), runAs };
  } catch (cause) {
    throw folderError(home, cause);
  }
}

function prepareHome(options: PlaceOptions, user: SystemUser | null): string {
  const dataDir = makeFolder(path.resolve(options.dataDir));
  if (user === null || canReach(user, dataDir)) return dataDir;
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const elsewhere = makeFolder(path.join(options.reachableRoot, digest));
  if (!canReach(user, elsewhere))
    throw new AppError(
      'database_unavailable',
      `Postgres runs as ${user.name} when started by root, who can reach neither ${dataDir} nor ${elsewhere}: work in a folder open to all (chmod o+x), or set DATABASE_URL`,
      { context: { dataDir, elsewhere, user: user.name } },
    );
  options.log(`${user.name} cannot reach ${dataDir}, so the database lives in ${elsewhere}`);
  return elsewhere;
}

function makeFolder(folder: string): string {
  try {
    const made = makeFolders(folder);
    // A strict umask must not shut the user of Postgres out of what was just made for it.
    if (process.getuid?.() === 0) for (const one of made) chmodSync(one, 0o755);
    return realpathSync(folder);
  } catch (cause) {
    throw folderError(folder, cause);
  }
}
