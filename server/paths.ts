import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package: the sources and the built bundle lie at different depths below it. */
export function rootFolder(): string {
  let folder = import.meta.dirname;
  while (!isRoot(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json of vigil above ${import.meta.dirname}`);
    folder = parent;
  }
  return folder;
}

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(rootFolder(), 'package.json'), 'utf8')).version;
}

function isRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'vigil';
}
