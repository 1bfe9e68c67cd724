import { statfsSync } from 'node:fs';
import { AppError } from '#domain/errors.ts';

/** What a new cluster with its write-ahead log needs, and room to work in. */
const NEEDED_BYTES = 120 * 1024 * 1024;
/** Under this a failure of Postgres is put down to the full disk. */
const SPENT_BYTES = 16 * 1024 * 1024;

/** Why a folder cannot be worked in, as a person can mend it. */
export function folderError(folder: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, cause);
  return new AppError(
    'database_unavailable',
    `the data folder ${folder} cannot be used, ${WHY[code] ?? 'the system refuses it'} (${code}): set VIGIL_HOME to a folder this user may write, or set DATABASE_URL`,
    { context: { folder, code }, cause },
  );
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'it lies below a file',
  ENOENT: 'no folder can be made there',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it lies on a read-only disk',
};

/** @throws AppError `disk_full` when a new cluster would not fit */
export function requireSpaceForCluster(folder: string): void {
  const free = freeBytes(folder);
  if (free !== null && free < NEEDED_BYTES) throw diskFull(folder, undefined);
}

/** Whether a failure in this folder is one of space. */
export function isSpaceSpent(folder: string): boolean {
  const free = freeBytes(folder);
  return free !== null && free < SPENT_BYTES;
}

export function diskFull(folder: string, cause: unknown): AppError {
  const free = freeBytes(folder);
  const left = free === null ? 'no space is' : `only ${Math.floor(free / 1024 / 1024)} MB are`;
  return new AppError(
    'disk_full',
    `${left} left in ${folder}: free at least ${NEEDED_BYTES / 1024 / 1024} MB, or set DATABASE_URL to a database elsewhere`,
    { context: { folder, freeBytes: free }, cause },
  );
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
