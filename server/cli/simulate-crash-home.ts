/** A data folder for one drill and nothing else, below the system's temporary one, with an embedded database of its own. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { preparePlace } from '#db/embedded/place.ts';
import { askPostmasterToStop } from '#db/embedded/postmaster.ts';
import { AppError } from '#domain/errors.ts';

export interface DrillHome {
  readonly folder: string;
  /** Removes the folder, and the database where it had to live elsewhere. */
  remove(): void;
  /** For a process that is about to exit and cannot wait: asks the database to end, and removes what it can. */
  abandon(): void;
}

/** @throws AppError `database_unavailable`, `disk_full` */
export function openDrillHome(): DrillHome {
  const folder = makeFolder();
  const remove = (path: string) =>
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    const { home, cluster } = preparePlace({
      dataDir: join(folder, 'postgres'),
      reachableRoot: '/var/lib/vigil',
      log() {},
    });
    const isElsewhere = relative(folder, home).startsWith('..');
    const removeAll = () => {
      remove(folder);
      if (isElsewhere) remove(home);
    };
    return {
      folder,
      remove: removeAll,
      abandon() {
        askPostmasterToStop(cluster);
        removeAll();
      },
    };
  } catch (thrown) {
    remove(folder);
    throw thrown;
  }
}

function makeFolder(): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-crash-'));
    // Started by root, Postgres runs as another user, who has to come through.
    if (process.getuid?.() === 0) chmodSync(folder, 0o711);
    return folder;
  } catch (cause) {
    const message = `no folder for the drill can be made in ${tmpdir()} (${String(cause)}): set TMPDIR to one this user may write`;
    throw new AppError('database_unavailable', message, { cause });
  }
}
