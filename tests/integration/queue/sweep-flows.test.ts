import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openSweepFlows, type SweepFlows } from '#server/queues/sweep-flows.ts';
import type { SweepChunk, SweepDescription } from '#server/study/sweep-chunks.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { findRedis, skipWithoutRedis } from '#tests/support/redis.ts';
import type { SetScore } from '#tools/evaluation/score-set.ts';

/** Not that of other files, which sweep at the same time. */
const found = await findRedis();
const url = found.url.replace(/\d+$/, '10');
const opened: SweepFlows[] = [];

beforeEach(async (context) => {
  skipWithoutRedis(context, found);
  await forgetSweeps();
});
afterAll(async () => {
  await Promise.all(opened.map((flows) => flows.close()));
  if (found.skipReason === null) await forgetSweeps();
});

async function forgetSweeps(): Promise<void> {
  const redis = new Redis(url);
  const keys = await redis.keys('bull:vigil-sweep*');
  if (keys.length > 0) await redis.del(keys);
  await redis.quit();
}

/** Of the sweep itself; the list of sweeps and the notes of what happened stay. */
async function keysLeft(): Promise<string[]> {
  const redis = new Redis(url);
  const keys = await redis.keys('bull:vigil-sweep-*');
  await redis.quit();
  return keys;
}

async function open(): Promise<SweepFlows> {
  const flows = await openSweepFlows(url, SILENT_LOGGER);
  opened.push(flows);
  return flows;
}

const DESCRIPTION: SweepDescription = {
  ...{ code: 'of a test', strategies: ['breakout'], mostSets: 8 },
  markets: { symbols: null, venue: null, timeframes: ['1h'], leastDays: 100 },
  candles: [{ name: 'A', hash: 'a'.repeat(64) }],
};
const ASKED = { sweepId: 'sweep', description: DESCRIPTION };
const chunk = (from: number): SweepChunk => ({
  ...{ market: 0, strategy: 'breakout', from, to: from + 8 },
});
const scoreOf = (sharpe: number): SetScore => ({
  ...{ parameters: { entryBars: 5 }, trainSharpes: [sharpe, null], trades: 3 },
});

it('keeps what finished chunks gave to the last bit, and tells why another could not be done', async () => {
  const flows = await open();
  await flows.put(ASKED, [chunk(0), chunk(8)]);
  await flows.put(ASKED, [chunk(0), chunk(8)]);
  expect(await flows.unfinished()).toEqual([ASKED]);
  expect(await flows.look('sweep')).toEqual({ scores: [], unfinished: 2, failures: [], workers: 0 });
  const worker = (await open()).serve(
    'sweep',
    async ({ from }) => {
      if (from === 8) throw new RangeError('no such sets');
      return [['key', scoreOf(0.1 + 0.2)]];
    },
    1,
  );
  await expect.poll(async () => (await flows.look('sweep'))?.unfinished).toBe(0);
  await worker.close();
  expect(await flows.look('sweep')).toMatchObject({
    ...{ scores: [['key', scoreOf(0.30000000000000004)]], failures: ['no such sets'] },
  });
  expect(await flows.unfinished()).toEqual([]);
  await flows.remove('sweep');
  expect(await flows.look('sweep')).toBeNull();
  expect(await keysLeft()).toEqual([]);
});

it('does not forget a sweep that is being worked on', async () => {
  const flows = await open();
  await flows.put(ASKED, [chunk(0)]);
  let finish = () => {};
  const finishing = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let take = () => {};
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  const serving = (await open()).serve(
    'sweep',
    async () => {
      take();
      await finishing;
      return [];
    },
    1,
  );
  await taken;
  expect(await flows.look('sweep')).toMatchObject({ unfinished: 1, workers: 1 });
  await expect(flows.remove('sweep')).rejects.toMatchObject({ code: 'conflict' });
  finish();
  await serving.close();
  expect(await flows.look('sweep')).toMatchObject({ unfinished: 0, failures: [] });
});

it('says to Redis which sets and whose candles, and no candle', async () => {
  const flows = await open();
  await flows.put(ASKED, [chunk(0)]);
  const redis = new Redis(url);
  const data = await redis.hget('bull:vigil-sweep-sweep:0-breakout-0', 'data');
  await redis.quit();
  expect(JSON.parse(data ?? '')).toEqual(chunk(0));
});

it('tells of the sweeps it can read where one stands before them that it cannot', async () => {
  const flows = await open();
  // As a build of other days may have asked it.
  const unreadable = { asked: 'otherwise' } as unknown as SweepDescription;
  await flows.put({ sweepId: 'unreadable', description: unreadable }, [chunk(0)]);
  await flows.put(ASKED, [chunk(0)]);
  expect((await flows.unfinished()).map(({ sweepId }) => sweepId)).toEqual(['sweep']);
});
