/** A walk that was stopped, kept in a file of the data folder under what it was asked: whoever asks the same goes on. */
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '#db/embedded/make-folder.ts';
import { AppError } from '#domain/errors.ts';
import type { StoredBacktest } from './walk-backtest.ts';

export interface KeptBacktest {
  readonly path: string;
  /** Null where nothing is kept. @throws AppError `config_invalid` for a file that cannot be read */
  load(): Promise<StoredBacktest | null>;
  /**
   * Takes the place of what was kept in one step: a crash leaves the one or the other.
   * @throws AppError `config_invalid` where nothing can be written
   */
  save(state: StoredBacktest): Promise<void>;
  forget(): Promise<void>;
}

/** No file, or no folder to hold one. */
const NOTHING_KEPT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/** `question`: everything the outcome depends on, as plain JSON. Another question is another file. */
export function keptBacktest(homeDir: string, question: unknown): KeptBacktest {
  const name = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16);
  const folder = join(homeDir, 'backtests');
  const path = join(folder, `${name}.json`);
  return {
    path,
    async load() {
      try {
        return JSON.parse(await readFile(path, 'utf8'));
      } catch (cause) {
        if (NOTHING_KEPT.has((cause as NodeJS.ErrnoException).code)) return null;
        const message = `what a backtest left in ${path} cannot be read: ${(cause as Error).message}; --fresh begins anew`;
        throw new AppError('config_invalid', message, { context: { path }, cause });
      }
    },
    async save(state) {
      const beside = `${path}.${process.pid}`;
      try {
        makeFolders(folder);
        await writeFile(beside, JSON.stringify(state));
        await rename(beside, path);
      } catch (cause) {
        const message = `the walk cannot be kept in ${folder}: ${(cause as Error).message}; name a folder that takes it with VIGIL_HOME`;
        throw new AppError('config_invalid', message, { context: { path }, cause });
      }
    },
    forget: () => rm(path, { force: true }),
  };
}
