// Bundles the server with esbuild and the web view with Vite into dist/. Each is built only when a source is newer.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const SERVER_SOURCES = [
  'domain',
  'tools',
  'exchanges',
  'agents',
  'prompts',
  'graphs',
  'db',
  'server',
  'package-lock.json',
];
const WEB_SOURCES = ['web', 'domain', 'package-lock.json'];

/** Modification time of the newest file below the paths. */
function newestMs(paths) {
  let newest = 0;
  for (const path of paths) {
    const full = join(root, path);
    if (!existsSync(full)) continue;
    const stat = statSync(full);
    if (stat.isDirectory())
      newest = Math.max(newest, newestMs(readdirSync(full).map((name) => join(path, name))));
    else newest = Math.max(newest, stat.mtimeMs);
  }
  return newest;
}

function isStale(output, sources) {
  return !existsSync(join(root, output)) || newestMs([output]) < newestMs(sources);
}

/** A build tool, or the way out when only production packages are installed. */
async function tool(name) {
  try {
    return await import(name);
  } catch (cause) {
    throw new Error(
      `${name} is not installed: run \`npm ci\` without --omit=dev, or use an image with dist/ in it`,
      { cause },
    );
  }
}

export async function buildServer() {
  if (!isStale('dist/vigil.mjs', SERVER_SOURCES)) return false;
  const { build } = await tool('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: { vigil: 'server/cli/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  return true;
}

export async function buildWeb() {
  if (!isStale('dist/web/index.html', WEB_SOURCES)) return false;
  const { build } = await tool('vite');
  await build({ configFile: join(root, 'web/vite.config.ts'), root: join(root, 'web'), logLevel: 'warn' });
  return true;
}

/**
 * Builds what is stale in a process of its own, so that the compilers and their memory are gone when the desk runs.
 * @returns the exit code of the build, 0 when there was nothing to do
 */
export function buildApart({ web }) {
  const stale =
    isStale('dist/vigil.mjs', SERVER_SOURCES) || (web && isStale('dist/web/index.html', WEB_SOURCES));
  if (!stale) return 0;
  console.error('building…');
  const script = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, [script, ...(web ? [] : ['--server'])], {
    stdio: ['ignore', 2, 2],
  });
  return status ?? 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const only = process.argv[2];
  try {
    if (only !== '--web') await buildServer();
    if (only !== '--server') await buildWeb();
  } catch (thrown) {
    console.error(thrown.message);
    process.exitCode = 1;
  }
}
