/** A sweep over machines: processes that share nothing but a Redis and the same candle files, and one that is killed. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Candle, candleAt } from '#domain/candle.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import { type CandleFolder, candleCsv, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { type NodeProcess, startNode } from '#tests/support/node-process.ts';
import { findRedis, skipWithoutRedis } from '#tests/support/redis.ts';
import { walkCandles } from '#tests/support/training-bars.ts';

const BARS = 96 * 120;
const found = await findRedis();
const environment = { REDIS_URL: found.url };

let home: Home;
let folder: CandleFolder;
/** As `folder`, but for one price of one bar. */
let otherFolder: CandleFolder;
let redis: Redis;

beforeAll(async () => {
  home = await openHome();
  folder = await createCandleFolder();
  otherFolder = await createCandleFolder();
  for (const [name, symbol, seed] of [
    ['BTCUSDT', BTC, 5],
    ['ETHUSDT', ETH, 6],
  ] as const) {
    const series = walkCandles(symbol, BARS, seed);
    const rows = Array.from({ length: BARS }, (_, i) => candleAt(series, i)!);
    const file = `BINANCEUSDM_${name}_15m_20250101_20250430.csv.gz`;
    await folder.write(file, candleCsv(rows));
    await otherFolder.write(file, candleCsv(name === 'ETHUSDT' ? rows.map(raisedOnce) : rows));
  }
  if (found.skipReason === null) redis = new Redis(found.url);
});
beforeEach(async (context) => {
  skipWithoutRedis(context, found);
  await forgetSweeps();
});
afterAll(async () => {
  if (found.skipReason === null) await forgetSweeps();
  await redis?.quit();
  await home?.remove();
  await folder?.remove();
  await otherFolder?.remove();
});

async function forgetSweeps(): Promise<void> {
  const keys = await redis.keys('bull:vigil-sweep*');
  if (keys.length > 0) await redis.del(keys);
}

function raisedOnce(bar: Candle, i: number): Candle {
  return i === 5_000 ? { ...bar, volume: bar.volume + 1 } : bar;
}

const sweepWords = (...more: string[]) => [
  ...['strategies', '--data', folder.path, '--timeframes', '15m', '--least-days', '100', '--episodes', '0'],
  ...['--strategy', 'sma-crossover,rsi-reversal,breakout', '--sets', '60', '--json', ...more],
];
const ask = (...more: string[]) => home.start(sweepWords('--over-machines', ...more), environment);
const worker = (path = folder.path) =>
  home.start(['sweep-worker', '--data', path, '--threads', '1'], environment);

/** Of the one sweep there is. */
async function listed(list: 'active' | 'wait'): Promise<string[]> {
  const [key] = await redis.keys(`bull:vigil-sweep-*:${list}`);
  return key === undefined ? [] : redis.lrange(key, 0, -1);
}

async function end(process: NodeProcess) {
  process.kill('SIGINT');
  return process.ended;
}

/** `8 sets from BINANCEUSDM BTC/USDT:USDT 15m breakout 16`, as a worker tells each chunk it has finished. */
function chunksTold(stderr: string): string[] {
  return stderr.split('\n').filter((line) => / sets from /.test(line));
}

/** Freezes it in the middle of a chunk, which then stays its own until its lock is over. */
async function frozenAtWork(process: NodeProcess): Promise<string> {
  for (;;) {
    process.kill('SIGSTOP');
    const [chunk] = await listed('active');
    if (chunk !== undefined) return chunk;
    process.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a sweep over machines', () => {
  it('comes to the threaded figures though a worker is killed at work and who asked is killed too', async () => {
    const asked = ask();
    const first = worker();
    // Of two that are told of, one at least is in Redis.
    await first.said(/ sets from [\s\S]* sets from /);
    const taken = await frozenAtWork(first);
    asked.kill('SIGKILL');
    await asked.ended;
    first.kill('SIGKILL');
    const killed = await first.ended;
    expect(await listed('active')).toContain(taken);
    expect((await listed('wait')).length).toBeGreaterThan(3);

    const again = ask();
    const others = [worker(), worker()];
    const outcome = await again.ended;
    expect(outcome).toMatchObject({ code: 0 });
    const [told, ...more] = (await Promise.all([first.ended, ...others.map(end)])).map(({ stderr }) =>
      chunksTold(stderr),
    );
    expect(told).toEqual(chunksTold(killed.stderr));
    // market-strategy-from of the frozen chunk, in the words of who has walked it.
    const [, market, strategy, from] = /^(\d+)-(.+)-(\d+)$/.exec(taken) ?? [];
    const words = `${['BTC', 'ETH'][Number(market)]}/USDT:USDT 15m ${strategy} ${from}`;
    expect(more.flat().filter((line) => line.endsWith(words))).toHaveLength(1);
    // Who was killed may have told of it, but not yet Redis.
    const finished = told?.filter((line) => !line.endsWith(words)) ?? [];
    const all = [finished, ...more].flat();
    expect(new Set(all).size, 'what is finished is not walked again').toBe(all.length);

    const { resumed, sets, markets } = JSON.parse(outcome.stdout);
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThan(sets);
    const here = await home.run(sweepWords('--threads', '2'));
    expect(JSON.parse(here.stdout)).toEqual({ sets, resumed: 0, markets });
    expect(JSON.stringify(JSON.parse(here.stdout).markets)).toBe(JSON.stringify(markets));
    // A worker that is about to close may touch its queue once more, for two seconds.
    await expect.poll(() => redis.keys('bull:vigil-sweep-*')).toEqual([]);
  }, 240_000);

  it('is left alone, with the reason, where a candle is another, and done by who has the same', async () => {
    const asked = ask();
    const misfit = worker(otherFolder.path);
    await misfit.said(
      /conflict: this machine cannot work on sweep \w+: its candles of BINANCEUSDM ETH\/USDT:USDT 15m are \w+, and those here are \w+/,
    );
    const fit = worker();
    expect(await asked.ended).toMatchObject({ code: 0 });
    expect(chunksTold((await end(misfit)).stderr)).toEqual([]);
    expect(chunksTold((await end(fit)).stderr).length).toBeGreaterThan(10);
  }, 120_000);

  it('is left alone where the build is another, and keeps nobody from the sweep after it', async () => {
    const program = await bundleCommandLine();
    const other = join(dirname(program), `other-build-${process.pid}.mjs`);
    writeFileSync(other, `${readFileSync(program, 'utf8')}\n// another build\n`);
    const env = { VIGIL_HOME: home.folder, ...environment };
    try {
      const stale = ask();
      await expect.poll(async () => (await listed('wait')).length).toBeGreaterThan(0);
      await end(stale);
      const newer = startNode([other, 'sweep-worker', '--data', folder.path, '--threads', '0'], { env });
      await newer.said(
        /it was asked by vigil \S+, build \w{16}, Node \d+, and this is vigil \S+, build \w{16}, Node \d+/,
      );
      const asked = startNode([other, ...sweepWords('--over-machines')], { env });
      expect(await asked.ended).toMatchObject({ code: 0 });
      await end(newer);
    } finally {
      rmSync(other);
    }
  }, 120_000);

  it('says what is missing: REDIS_URL, or a Redis that answers', async () => {
    const words = ['sweep-worker', '--data', folder.path];
    for (const one of [words, sweepWords('--over-machines')]) {
      const unset = await home.run(one);
      expect(unset).toMatchObject({ code: 1, stdout: '' });
      expect(unset.stderr).toContain('config_invalid: machines share work over Redis: set REDIS_URL');
      const dead = await home.run(one, { REDIS_URL: 'redis://127.0.0.1:1' });
      expect(dead).toMatchObject({ code: 1, stdout: '' });
      expect(dead.stderr).toContain('queue_unavailable: Redis at 127.0.0.1:1 cannot be used');
    }
  }, 60_000);
});
