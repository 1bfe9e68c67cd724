/** A training under way, on the disk: whole or not there, whatever happens while it is written. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '#db/embedded/make-folder.ts';
import { AppError } from '#domain/errors.ts';

export interface CheckpointFile {
  readonly path: string;
  /** Null where there is none. */
  read(): Uint8Array | null;
  write(bytes: Uint8Array): void;
  remove(): void;
}

/** One for each training, by its key: the same arguments on the same data find it again. */
export function checkpointFile(homeDir: string, trainingKey: string): CheckpointFile {
  const folder = join(homeDir, 'training');
  const path = join(folder, `${trainingKey.slice(0, 32)}.checkpoint`);
  const unfinished = `${path}.${process.pid}`;
  return {
    path,
    read() {
      try {
        return readFileSync(path);
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw unusable(path, thrown);
      }
    },
    write(bytes) {
      try {
        makeFolders(folder);
        const file = openSync(unfinished, 'w');
        try {
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        renameSync(unfinished, path);
      } catch (thrown) {
        rmSync(unfinished, { force: true });
        throw unusable(path, thrown);
      }
    },
    remove: () => rmSync(path, { force: true }),
  };
}

function unusable(path: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new AppError(
    code === 'ENOSPC' ? 'disk_full' : 'config_invalid',
    `the checkpoint at ${path} cannot be used: ${message}; VIGIL_HOME must be a folder this user may write to`,
    { context: { path }, cause },
  );
}
