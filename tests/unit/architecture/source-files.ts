/** The repository's own sources, for tests about how they are written. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '#server/paths.ts';

export interface SourceFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The text without comments, line by line as it was. */
  readonly code: string;
}

const WRITTEN_BY_HAND = /\.(ts|tsx|mjs)$/;
const SKIPPED = new Set(['node_modules', 'dist', 'migrations']);

export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => filesBelow(folder)).map(readSource);
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(rootFolder(), folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(path);
    return WRITTEN_BY_HAND.test(entry.name) ? [path] : [];
  });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(rootFolder(), path), 'utf8');
  return { path, text, code: withoutComments(text) };
}

/** Blanks comments and keeps line numbers. Good for our sources; a comment sign inside a string would fool it. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

/** `path:line: text` of each line of code that matches. */
export function linesMatching(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, code }) =>
    code
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}
