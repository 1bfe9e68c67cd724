import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/** Bundles a script as the product is bundled; starting it then costs a fraction of what the compiler takes. */
export async function bundleScript(entry: string): Promise<string> {
  const name = basename(entry, '.ts');
  const outdir = resolve('dist', 'tests');
  const { outputFiles } = await build({
    entryPoints: { [name]: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    write: false,
  });
  const main = join(outdir, `${name}.mjs`);
  for (const { path, contents } of outputFiles.filter(({ path }) => path !== main))
    writeWhole(path, contents);
  for (const { path, contents } of outputFiles.filter(({ path }) => path === main))
    writeWhole(path, contents);
  return relative('', main);
}

/** The command line: `node FILE start`. */
export function bundleCommandLine(): Promise<string> {
  return bundleScript('server/cli/main.ts');
}

/** In one step: another test may be loading the file at this moment. */
function writeWhole(path: string, contents: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
