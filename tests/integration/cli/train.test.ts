import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCandleRepository } from '#db/repositories/candles.ts';
import { createQTableRepository } from '#db/repositories/q-tables.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import { DAY_MS, isoTime, TIMEFRAME_MS } from '#domain/time.ts';
import type { TrainSummary } from '#server/cli/train.ts';
import { toStore } from '#server/qtables/table-file.ts';
import { openCandleFiles } from '#server/training/candle-source.ts';
import { candleRequest, readTrainingData } from '#server/training/training-data.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { type CandleFolder, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import type { Ending } from '#tests/support/node-process.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { WALK_FROM_MS, walkCandles, writeWalks } from '#tests/support/training-bars.ts';
import { finishTraining } from '#tools/qtable/finish-training.ts';
import { createTraining } from '#tools/qtable/training.ts';

/** The look-back of 25 days, and thirty more to learn from and to hold out. */
const DAYS = 55;
const BARS = DAYS * 96;
const FROM = isoTime(WALK_FROM_MS);
const TO = isoTime(WALK_FROM_MS + DAYS * DAY_MS);

let home: Home;
let test: TestDatabase;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  folder = await createCandleFolder();
  await writeWalks(folder, BARS);
});
beforeEach(async () => {
  await test.clear();
  rmSync(join(home.folder, 'training'), { recursive: true, force: true });
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
  await test?.drop();
});

const environment = () => ({ DATABASE_URL: test.url, VIGIL_DATA: folder.path });
const trainWords = (...words: string[]) => [
  ...['train', '--symbols', 'BTC,ETH', '--from', FROM, '--to', TO],
  ...words,
];
const run = (...words: string[]) => home.run(words, environment());

function summaryOf({ code, stdout, stderr }: Ending): TrainSummary {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

/** The same training, walked here without a break. */
async function hashHere(episodes: number, seed: number): Promise<string> {
  const span = { fromMs: Date.parse(FROM), toMs: Date.parse(TO) };
  const parameters = { ...DEFAULT_Q_PARAMETERS, episodes };
  const request = { symbols: [BTC, ETH], span, timeframe: '15m', venue: null, seed, parameters } as const;
  const source = await openCandleFiles(folder.path, candleRequest(request));
  const { series, origin } = await readTrainingData(source, request);
  const options = { series, parameters, seed };
  const training = createTraining(options);
  for (let i = 0; i < episodes; i++) training.episode();
  return toStore(finishTraining(training, options, origin), 'trained').hash;
}

const checkpoints = () => {
  const at = join(home.folder, 'training');
  return existsSync(at) ? readdirSync(at).filter((name) => name.endsWith('.checkpoint')) : [];
};

describe('vigil train', () => {
  it('stores a table, which is the same version when it is trained again', async () => {
    const first = summaryOf(await run(...trainWords('--episodes', '20', '--seed', '3', '--json')));
    expect(first).toMatchObject({ version: 1, isNew: true, episodes: 20, resumedAfter: 0, complete: true });
    expect(first.facts).toMatchObject({ symbols: [BTC, ETH], timeframe: '15m', seed: 3, encodingVersion: 2 });
    expect(first.facts?.source).toBe('BINANCEUSDM 15m files');
    expect(first.facts?.scores.outOfSample.fromMs).toBeGreaterThan(first.facts?.scores.inSample.toMs ?? 0);
    const again = summaryOf(await run(...trainWords('--episodes', '20', '--seed', '3', '--json')));
    expect(again).toMatchObject({ version: 1, isNew: false, hash: first.hash });
    expect(await hashHere(20, 3)).toBe(first.hash);
    expect(checkpoints()).toEqual([]);
    const tables = createQTableRepository(test.database);
    expect(await tables.promotedVersion()).toBeNull();
  });

  it('tells version, hash, scores and that nothing is promoted', async () => {
    const { stdout, stderr } = await run(...trainWords('--episodes', '2'));
    expect(stdout).toMatch(/^version 1, hash [0-9a-f]{64}\n/);
    for (const words of ['in sample', 'held out', 'trades', 'hold instead', 'nothing is promoted by itself'])
      expect(stdout).toContain(words);
    expect(stderr).toContain('no funding of BTC/USDT:USDT is known');
  });

  it('killed in the middle goes on from its checkpoint, and ends with the same bytes', async () => {
    const words = trainWords('--episodes', '1000', '--json');
    const child = home.start(words, environment());
    await expect.poll(() => checkpoints().length, { timeout: 50_000, interval: 5 }).toBe(1);
    child.kill('SIGKILL');
    expect((await child.ended).code).not.toBe(0);
    const resumed = summaryOf(await home.run(words, environment()));
    expect(resumed).toMatchObject({ episodes: 1_000, complete: true, isNew: true });
    expect(resumed.resumedAfter).toBeGreaterThanOrEqual(50);
    expect(resumed.resumedAfter % 50).toBe(0);
    expect(resumed.hash).toBe(await hashHere(1_000, 7));
  }, 180_000);

  it('stops at Ctrl-C, keeps every episode, and goes on when it is started again', async () => {
    const words = trainWords('--episodes', '1000', '--json');
    const child = home.start(words, environment());
    await expect.poll(() => checkpoints().length, { timeout: 50_000, interval: 5 }).toBe(1);
    child.kill('SIGINT');
    const stopped = await child.ended;
    expect(stopped.code).toBe(130);
    const told: TrainSummary = JSON.parse(stopped.stdout);
    expect(told).toMatchObject({ complete: false, version: null, hash: null });
    const resumed = summaryOf(await home.run(words, environment()));
    expect(resumed.resumedAfter).toBe(told.episodes);
    expect(resumed.complete).toBe(true);
  }, 180_000);

  it('reads the candles table where no files are named', async () => {
    const series = walkCandles(BTC, BARS, 5);
    const span = { fromMs: WALK_FROM_MS, toMs: WALK_FROM_MS + BARS * TIMEFRAME_MS['15m'] };
    await createCandleRepository(test.database).save('binanceusdm', series, span);
    const words = ['train', '--symbols', 'BTC', '--from', FROM, '--to', TO, '--episodes', '3', '--json'];
    const { facts } = summaryOf(await home.run(words, { DATABASE_URL: test.url }));
    expect(facts).toMatchObject({ symbols: [BTC], source: 'binanceusdm 15m table' });
  });

  it.each([
    [['--from', '2031-01-01'], 'usage_invalid', 'exchange them'],
    [['--symbols', 'XRP'], 'candle_data_missing', 'no bars for XRP/USDT:USDT together'],
    [['--to', '2025-01-20'], 'candle_data_missing', 'name a later --from or a longer span'],
    [['--to', '2025-01-27'], 'candle_data_missing', 'name a longer span'],
    [['--timeframe', '1m'], 'candle_data_missing', 'that 1m bars can be built from'],
    [['--timeframe', '7m'], 'usage_invalid', '--timeframe "7m" is not one of'],
    [['--episodes', '0'], 'usage_invalid', '--episodes "0" must be a whole number from 1'],
    [['--seed', 'x'], 'usage_invalid', '--seed "x" must be a whole number'],
    [['--reward', 'fame'], 'usage_invalid', '--reward "fame" is not one of realised, marked'],
    [['--venue', 'MOON'], 'candle_data_missing', 'no bars of MOON for'],
  ])('given %j says what is wrong and the way out', async (words, code, told) => {
    const { code: exit, stderr } = await run(...trainWords(...words));
    expect(exit).toBe(code === 'usage_invalid' ? 2 : 1);
    expect(stderr).toContain(`${code}: `);
    expect(stderr).toContain(told);
  });
});

describe('vigil qtables', () => {
  it('promotes, tells, rolls back, and carries a version to another database', async () => {
    const { hash } = summaryOf(await run(...trainWords('--episodes', '2', '--json')));
    expect((await run('qtables', 'list')).stdout).toContain('none is promoted');
    const promoted = await run('qtables', 'promote', '1', '--reason', 'a try');
    expect(promoted.stdout).toContain('desks decide with version 1 from their next cycle on (before: none)');
    expect((await run('qtables', 'list')).stdout).toContain('* 1');
    expect((await run('qtables', 'show', '1')).stdout).toContain(`hash ${hash}`);
    const back = await run('qtables', 'rollback', '--reason', 'enough');
    expect(back.stdout).toContain('no table is promoted any more');
    const file = join(home.folder, 'q1.vqt');
    expect((await run('qtables', 'export', '1', file)).code).toBe(0);
    expect(await run('qtables', 'export', '1', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already: name another file'),
    });
    await test.clear();
    expect((await run('qtables', 'import', file)).stdout).toContain(`imported as version 1, hash ${hash}`);
    expect((await run('qtables', 'import', file)).stdout).toContain('it is here already, as version 1');
  });

  it.each([
    [['promote', '1', '--reason', 'x'], 'there is no Q-table version 1; none is stored yet: train one first'],
    [['promote', 'one', '--reason', 'x'], '"one" is no version'],
    [['rollback', '--reason', 'x'], 'nothing to roll back'],
    [['export', '7', 'x.vqt'], 'there is no Q-table version 7'],
    [['import', 'package.json'], 'is no Q-table'],
    [['import', 'no-such-file'], 'no-such-file cannot be read'],
  ])('given %j says what is wrong', async (words, told) => {
    const { code, stderr } = await run('qtables', ...words);
    expect(code).not.toBe(0);
    expect(stderr).toContain(told);
  });
});
