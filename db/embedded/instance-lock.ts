import path from 'node:path';
import { AppError } from '#domain/errors.ts';
import { folderError } from './folder-error.ts';
import { makeFolders } from './make-folder.ts';
import { tryLock } from './process-lock.ts';

export interface InstanceLock {
  release(): Promise<void>;
}

/**
 * One long-lived instance works on a data folder at a time. What a dead one left is taken over.
 * @throws AppError `data_folder_busy` naming the process that holds it
 */
export async function acquireInstanceLock(dataDir: string): Promise<InstanceLock> {
  const folder = path.resolve(dataDir);
  const file = path.join(folder, 'instance.lock');
  const attempt = lockIn(folder, file);
  if (attempt.taken) return { release: async () => attempt.release() };
  const { pid } = attempt.holder;
  throw new AppError(
    'data_folder_busy',
    `process ${pid} already works on ${folder}: stop it (kill ${pid}), or set VIGIL_HOME to another folder or DATABASE_URL to another database for this one`,
    { context: { pid, folder } },
  );
}

function lockIn(folder: string, file: string) {
  try {
    makeFolders(folder);
    return tryLock(file);
  } catch (cause) {
    throw folderError(folder, cause);
  }
}
