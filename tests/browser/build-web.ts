import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILDS = join(ROOT, 'artifacts', 'web');
/** What goes into the pages: their own sources, the rooms they may read, and what is installed. */
const SOURCES = ['web', 'domain', 'package-lock.json', 'tests/browser/build-web.ts'];

/**
 * The built pages, for every test file of a run the same: named after what they were built from, so that a change
 * builds them anew. Two files that begin at once may both build; the first to finish is taken.
 */
export async function buildWebOnce(): Promise<string> {
  const target = join(BUILDS, await hashOf(SOURCES));
  if (await exists(target)) return target;
  const outDir = `${target}.${process.pid}`;
  await mkdir(BUILDS, { recursive: true });
  await buildAsShipped(outDir);
  try {
    await rename(outDir, target);
  } catch (thrown) {
    if (!(await exists(target))) throw thrown;
    await rm(outDir, { recursive: true });
  }
  return target;
}

/** Vitest says `test`, and then React would be its slow self that mounts everything twice: not what a person is served. */
async function buildAsShipped(outDir: string): Promise<void> {
  // Most files find the pages built: they do without the compiler.
  const { build } = await import('vite');
  const said = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(ROOT, 'web', 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    process.env.NODE_ENV = said;
  }
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesOf(join(ROOT, path))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
