/** A sweep over threads that is killed in the middle: what was finished is not done again, and the end is the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { candleAt } from '#domain/candle.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { type CandleFolder, candleCsv, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { walkCandles } from '#tests/support/training-bars.ts';

const BARS = 96 * 120;
const SEEDS = { BTCUSDT: 5, ETHUSDT: 6 } as const;

let home: Home;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  folder = await createCandleFolder();
  for (const [name, seed] of Object.entries(SEEDS)) {
    const series = walkCandles(name === 'BTCUSDT' ? BTC : ETH, BARS, seed);
    const rows = Array.from({ length: BARS }, (_, i) => candleAt(series, i)!);
    await folder.write(`BINANCEUSDM_${name}_15m_20250101_20250430.csv.gz`, candleCsv(rows));
  }
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
});

const words = (...more: string[]) => [
  ...['strategies', '--data', folder.path, '--timeframes', '15m', '--least-days', '100', '--episodes', '0'],
  ...['--strategy', 'sma-crossover,rsi-reversal,breakout', '--sets', '60', '--threads', '2', '--json'],
  ...more,
];

/** Lines that are whole, as they stand on the disk. */
function finishedLines(): string[] {
  const at = join(home.folder, 'sweeps');
  const [name] = existsSync(at) ? readdirSync(at) : [];
  if (name === undefined) return [];
  return readFileSync(join(at, name), 'utf8').split('\n').slice(0, -1);
}

it('goes on after a SIGKILL with the sets that are missing, and after a SIGINT, and comes to the same figures', async () => {
  const killed = home.start(words());
  await expect.poll(() => finishedLines().length, { interval: 2 }).toBeGreaterThan(3);
  killed.kill('SIGKILL');
  expect((await killed.ended).signal).toBe('SIGKILL');
  const before = finishedLines();

  const interrupted = home.start(words());
  await expect.poll(() => finishedLines().length, { interval: 2 }).toBeGreaterThan(before.length + 3);
  interrupted.kill('SIGINT');
  const stopped = await interrupted.ended;
  expect(stopped).toMatchObject({ code: 130, stdout: '' });
  expect(stopped.stderr).toContain('the same command goes on from there');
  const kept = finishedLines();
  expect(kept.slice(0, before.length)).toEqual(before);
  expect(new Set(kept.map((line) => JSON.parse(line)[0])).size).toBe(kept.length);

  const resumed = await home.run(words());
  expect(resumed).toMatchObject({ code: 0 });
  const { resumed: taken, sets, markets } = JSON.parse(resumed.stdout);
  expect(taken).toBe(kept.length);
  expect(sets).toBeGreaterThan(taken);
  expect(markets).toHaveLength(2);
  expect(finishedLines()).toEqual([]);

  const inOneGo = JSON.parse((await home.run(words('--threads', '0'))).stdout);
  expect(inOneGo).toEqual({ sets, resumed: 0, markets });
}, 300_000);
