import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildWebOnce } from './build-web.ts';

const LIMIT_BYTES = 250_000;
const CHART_LIBRARY = /^lightweight-charts-.*\.js$/;
/** Words of the library that stand in what is built of it. */
const CHART_WORDS = 'tv-lightweight-charts';
const NAMED = 8;

test('what the pages load is under 250 kB gzipped, the chart library apart', async () => {
  const assets = await readAssets();
  const charts = assets.filter(({ text }) => text.includes(CHART_WORDS)).map(({ name }) => name);
  expect(charts, 'the chart library is one file of its own').toEqual([expect.stringMatching(CHART_LIBRARY)]);
  const ours = assets.filter(({ name }) => !charts.includes(name));
  const total = ours.reduce((sum, { bytes }) => sum + bytes, 0);
  const said = `${ours.length} files, ${kilobytes(total)} gzipped without the chart library`;
  process.stdout.write(`${said}\n`);
  expect(total, `${said}; the largest: ${largest(ours)}`).toBeLessThan(LIMIT_BYTES);
});

test('the chart library is not asked for before something is drawn', async () => {
  const page = await readFile(join(await buildWebOnce(), 'index.html'), 'utf8');
  expect(page).toContain('modulepreload');
  expect(page).not.toContain('lightweight-charts');
});

interface Asset {
  readonly name: string;
  readonly text: string;
  /** Gzipped. */
  readonly bytes: number;
}

async function readAssets(): Promise<Asset[]> {
  const folder = join(await buildWebOnce(), 'assets');
  const names = (await readdir(folder)).filter((name) => /\.(js|css)$/.test(name));
  return Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(folder, name));
      return { name, text: content.toString(), bytes: gzipSync(content).length };
    }),
  );
}

function largest(assets: readonly Asset[]): string {
  const sorted = assets.toSorted((left, right) => right.bytes - left.bytes);
  return sorted
    .slice(0, NAMED)
    .map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`)
    .join(', ');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
