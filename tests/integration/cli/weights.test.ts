/** Weights from the command line to a running desk: learned, told, promoted by a person, and named by every signal. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStrategyWeightsRepository } from '#db/repositories/strategy-weights.ts';
import { candleAt } from '#domain/candle.ts';
import { CycleRecord, type RunSummary } from '#domain/run.ts';
import { RegimeWeights, WeightsFacts } from '#domain/strategy-weights.ts';
import type { Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { openPromotedWeights } from '#server/weights/promoted-weights.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { type CandleFolder, candleCsv, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';
import { walkCandles } from '#tests/support/training-bars.ts';

const QUARTERS = 96 * 200;

let home: Home;
let test: TestDatabase;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  folder = await createCandleFolder();
  for (const [symbol, name, seed] of [
    [BTC, 'BTCUSDT', 5],
    [ETH, 'ETHUSDT', 6],
  ] as const)
    for (const timeframe of ['1h', '4h'] satisfies Timeframe[]) {
      const series = buildTimeframe(walkCandles(symbol, QUARTERS, seed), timeframe);
      const rows = Array.from({ length: series.length }, (_, i) => candleAt(series, i)!);
      await folder.write(`BINANCEUSDM_${name}_${timeframe}_20250101_20250719.csv.gz`, candleCsv(rows));
    }
});
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
  await test?.drop();
});

async function run(...words: string[]) {
  const { code, stdout, stderr } = await home.run(words, { DATABASE_URL: test.url });
  return { code, stdout, stderr };
}
const learn = (...words: string[]) =>
  run('weights', 'learn', '--data', folder.path, '--least-days', '100', '--json', ...words);

async function learned(...words: string[]) {
  const { code, stdout, stderr } = await learn(...words);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

async function audited() {
  const rows = await test.database
    .sql`select actor, action, subject, details from audit_log where action like 'weights.%' order by audit_id`;
  return rows.map(({ actor, action, subject, details }) => ({ actor, action, subject, details }));
}

it('the same candles and seed are one version, another seed is another, and each says what it is made of', async () => {
  const first = await learned();
  expect(first).toMatchObject({ version: 1, isNew: true });
  const facts = WeightsFacts.parse(first.facts);
  RegimeWeights.parse({ version: 1, cells: first.cells });
  expect(facts.markets.map(({ symbol }) => symbol)).toEqual([BTC, ETH]);
  expect(facts.finalFromMs).toBeGreaterThan(facts.learnedToMs);
  for (const { walkForward, final } of facts.markets)
    for (const part of [walkForward, final]) expect(part.learned.days).toBeGreaterThan(14);
  const seen = Object.values(RegimeWeights.shape.cells.parse(first.cells)).flatMap(({ members }) =>
    Object.values(members).filter(({ standardErrors }) => standardErrors !== null),
  );
  expect(seen.length).toBeGreaterThan(5);
  expect(await learned()).toMatchObject({ version: 1, isNew: false, hash: first.hash });
  const other = await learned('--seed', '8');
  expect(other).toMatchObject({ version: 2, isNew: true });
  // The seed draws ranges and nothing else.
  expect(other.cells).toEqual(first.cells);
  expect(await audited()).toMatchObject([
    { actor: 'command line', action: 'weights.learn', subject: 'weights:1', details: { hash: first.hash } },
    { subject: 'weights:2', details: { markets: [`BINANCEUSDM ${BTC}`, `BINANCEUSDM ${ETH}`], seed: 8 } },
  ]);
}, 120_000);

it('a person promotes a version with a reason, goes back to even weights, and nothing else is taken', async () => {
  expect(await learned('--timeframe', '4h')).toMatchObject({ version: 3 });
  const because = ['--reason', 'it held up', '--json'];
  const promote = (version: string) => run('weights', 'promote', version, ...because);
  expect(JSON.parse((await promote('1')).stdout)).toEqual({ from: null, to: 1 });
  expect((await promote('1')).stderr).toBe('conflict: weights 1 are promoted already\n');
  expect((await promote('9')).stderr).toBe('not_found: there are no weights 9; the newest are 3\n');
  expect((await promote('3')).stderr).toContain(
    'were learned on 4h bars, and desks vote on 1h: learn others',
  );
  expect((await run('weights', 'promote', '2')).code).toBe(2);
  expect(JSON.parse((await promote('even')).stdout)).toEqual({ from: 1, to: null });
  expect(JSON.parse((await promote('2')).stdout)).toEqual({ from: null, to: 2 });
  expect((await audited()).slice(3)).toEqual([
    ...[
      ['weights:1', { from: null, to: 1, reason: 'it held up' }],
      ['weights:even', { from: 1, to: null, reason: 'it held up' }],
      ['weights:2', { from: null, to: 2, reason: 'it held up' }],
    ].map(([subject, details]) => ({ actor: 'command line', action: 'weights.promote', subject, details })),
  ]);
  const list = await run('weights', 'list');
  expect(list.stdout).toMatch(/^\* 2 .* 2 on 1h/m);
  const show = await run('weights', 'show', '2');
  expect(show.stdout).toMatch(/^sideways-normal +\d\.\d\d \(/m);
  expect(show.stdout).toMatch(/^BINANCEUSDM ETH\/USDT:USDT, walk-forward +\+\d/m);
}, 120_000);

it('weights that were changed by another hand count for nothing, and a desk goes on', async () => {
  const rows = createStrategyWeightsRepository(test.database);
  const stored = (await rows.promoted())!;
  const cells = structuredClone(stored.cells);
  cells.volatile.flatFraction += 0.5;
  const promoted = await openPromotedWeights(
    { promoted: async () => ({ ...stored, cells }), subscribe: async () => async () => {} },
    SILENT_LOGGER,
  );
  expect(promoted.weights()).toBeNull();
  await promoted.close();
});

it('a backtest weighs by the version it is told, evenly without one, and refuses it elsewhere', async () => {
  const words = [
    'backtest',
    '--from',
    '2025-01-02',
    '--to',
    '2025-01-02T02:00Z',
    '--symbols',
    'BTC',
    '--json',
  ];
  const by = async (...more: string[]) => JSON.parse((await run(...words, ...more)).stdout).weightsVersion;
  expect(await by('--strategy', 'adaptive', '--weights', '1')).toBe(1);
  expect(await by('--strategy', 'adaptive')).toBeNull();
  expect(await by()).toBeUndefined();
  expect((await run(...words, '--weights', '1')).stderr).toContain('"points" does not');
  const unknown = await run(...words, '--strategy', 'adaptive', '--weights', '8');
  expect(unknown.stderr).toContain('there are no weights 8');
}, 120_000);

describe('a running desk', () => {
  let vigil: RunningVigil;
  beforeAll(async () => {
    const environment = {
      ...deskEnvironment(test.url),
      VIGIL_STRATEGY: 'adaptive',
      CYCLE_INTERVAL_MS: '86400000',
    };
    vigil = await startVigil({ config: readConfig(environment), logger: SILENT_LOGGER, role: 'all' });
  });
  afterAll(() => vigil?.stop());

  async function newestRecord(): Promise<CycleRecord> {
    const list = await fetch(`${vigil.url}/api/runs?kind=cycle&status=finished`);
    const { items } = (await list.json()) as { items: RunSummary[] };
    const answer = await fetch(`${vigil.url}/api/runs/${items[0]?.runId}/export`);
    return CycleRecord.parse(await answer.json());
  }

  it('weighs by the promoted version from its next cycle on, and says so in the record', async () => {
    const first = await vi.waitFor(newestRecord, { timeout: 30_000 });
    expect(first.market?.weights?.version).toBe(2);
    for (const { weighing, strategy, reason } of first.signals) {
      expect(strategy).toBe('adaptive');
      expect(weighing?.weightsVersion).toBe(weighing?.regime === 'unknown' ? null : 2);
      expect(reason).toContain(weighing?.why);
    }
    await createStrategyWeightsRepository(test.database).promote(null, {
      ...{ actor: 'ann', reason: 'a try', atMs: 1 },
    });
    const next = async () => {
      await fetch(`${vigil.url}/api/desks/${vigil.container.defaultDeskId}/cycles`, { method: 'POST' });
      return (await newestRecord()).market?.weights?.version;
    };
    await expect.poll(next, { timeout: 50_000 }).toBeNull();
    const told = await (await fetch(`${vigil.url}/api/weights`)).json();
    expect(told).toMatchObject({
      promotedVersion: null,
      items: [{ version: 3 }, { version: 2, isPromoted: false }, { version: 1 }],
      promotions: [{ fromVersion: 2, toVersion: null, actor: 'ann', reason: 'a try' }, {}, {}, {}],
    });
  });
});
