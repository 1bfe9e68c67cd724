/**
 * Shows from outside a process that its loop turns: the time of the last turn is that of a file in VIGIL_HOME, since a
 * guard must be seen to live while the database is away.
 */
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '#db/embedded/make-folder.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import type { BeatingRole } from '../roles.ts';
import type { Logger } from './logger.ts';

/** Turns come every 1 to 10 seconds; a slow venue may hold one up. */
export const BEAT_LIMIT_MS = 60_000;

export interface RoleBeat {
  /** Tells of a turn. Waits for nothing: a disk that fails must not stop what beats. */
  beat(): void;
  /** Takes the file away, so that a stopped role is not taken for a hanging one. */
  stop(): Promise<void>;
}

export interface RoleBeatParts {
  readonly homeDir: string;
  readonly role: BeatingRole;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createRoleBeat({ homeDir, role, clock, logger }: RoleBeatParts): RoleBeat {
  const file = beatFile(homeDir, role);
  let writing: Promise<void> | null = null;
  let hasFailed = false;

  async function write(): Promise<void> {
    try {
      await touch(file, homeDir, clock.nowMs());
      hasFailed = false;
    } catch (err) {
      if (!hasFailed) logger.warn({ err, role, file }, 'the beat cannot be written');
      hasFailed = true;
    }
  }

  return {
    beat() {
      writing ??= write().finally(() => {
        writing = null;
      });
    },
    async stop() {
      await writing;
      await rm(file, { force: true });
    },
  };
}

/** Null where the role has not beaten since it was last stopped. */
export async function lastBeatAtMs(homeDir: string, role: BeatingRole): Promise<EpochMs | null> {
  try {
    return Math.round((await stat(beatFile(homeDir, role))).mtimeMs);
  } catch (thrown) {
    if (isAbsent(thrown)) return null;
    throw thrown;
  }
}

export function beatFile(homeDir: string, role: BeatingRole): string {
  return join(homeDir, `${role}.beat`);
}

async function touch(file: string, folder: string, atMs: EpochMs): Promise<void> {
  const at = new Date(atMs);
  try {
    await utimes(file, at, at);
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
    makeFolders(folder);
    await writeFile(file, '');
    await utimes(file, at, at);
  }
}

function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
