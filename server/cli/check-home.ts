import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { tryFolder } from '#db/embedded/make-folder.ts';
import { toAppError } from '#domain/errors.ts';
import type { Config } from '../config.ts';
import type { Check } from './check.ts';

const MIN_FREE_BYTES = 500 * 1_024 * 1_024;

/** Whether the data folder can be made and written, and has room. With DATABASE_URL nothing of weight is kept there. */
export async function checkHome({ homeDir, databaseUrl }: Config): Promise<Check> {
  const name = 'disk';
  const folder = resolve(homeDir);
  try {
    if (databaseUrl === null) tryFolder(folder);
  } catch (thrown) {
    return { name, status: 'failed', detail: toAppError(thrown).message };
  }
  const { bavail, bsize } = await statfs(nearestThere(folder));
  const free = bavail * bsize;
  const detail = `${(free / 1_024 ** 3).toFixed(1)} GiB free for ${folder}`;
  return free > MIN_FREE_BYTES
    ? { name, status: 'ok', detail }
    : { name, status: 'failed', detail: `${detail}: free some, or set VIGIL_HOME to another disk` };
}

function nearestThere(folder: string): string {
  let at = folder;
  while (!existsSync(at)) at = dirname(at);
  return at;
}
