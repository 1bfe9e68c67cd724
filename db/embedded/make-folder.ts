import { mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { folderError } from './folder-error.ts';

/**
 * Makes a folder and those missing above it, and gives what it made, the outermost first. One at a time: Node 20's own
 * recursive mkdir never returns where the parent is there and takes no child, as /proc is.
 */
export function makeFolders(folder: string): string[] {
  try {
    return makeOne(folder);
  } catch (thrown) {
    const parent = path.dirname(folder);
    if (codeOf(thrown) !== 'ENOENT' || parent === folder) throw thrown;
    return [...makeFolders(parent), ...makeOne(folder)];
  }
}

/**
 * Makes sure that data can be kept in a folder, and leaves nothing that was not there before.
 * @throws AppError `database_unavailable`, `disk_full`
 */
export function tryFolder(folder: string): void {
  try {
    const made = makeFolders(folder);
    for (const one of [...made, mkdtempSync(path.join(folder, 'probe-'))].reverse()) rmdirSync(one);
  } catch (cause) {
    throw folderError(folder, cause);
  }
}

function makeOne(folder: string): string[] {
  try {
    mkdirSync(folder);
    return [folder];
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST' && statSync(folder).isDirectory()) return [];
    throw thrown;
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : null;
}
