import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPostmasterFile } from '#db/embedded/postmaster.ts';
import { isPidAlive } from '#db/embedded/process-identity.ts';
import { DAY_MS } from '#domain/time.ts';
import type { TimelineEntry } from '#server/cli/simulate-crash-timeline.ts';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import {
  candleFile,
  createCandleFolder,
  RECORDED_MARKET,
  skipWithoutRecordedMarket,
} from '#tests/support/candle-files.ts';
import { type NodeProcess, startNode } from '#tests/support/node-process.ts';

/** A drill takes half a minute by itself, and runs beside other tests. */
const KILL_AFTER_MS = 240_000;
const WITHIN = { timeout: KILL_AFTER_MS + 10_000 };

interface Drill {
  readonly asset: string;
  readonly dropFraction: number | null;
  readonly overMs: number;
  readonly market: {
    readonly symbols: readonly string[];
    readonly crossing: { readonly trigger: string } | null;
  };
  readonly tripped: boolean;
  readonly toldAfterMs: number | null;
  readonly bounds: readonly { readonly bound: string; readonly held: boolean | null }[];
  readonly deepestFalls: readonly { readonly trigger: string; readonly fallFraction: number }[];
  readonly equity: { readonly beforeQuote: string; readonly afterQuote: string };
  readonly left: { readonly restingEntries: readonly string[] };
  readonly timeline: readonly TimelineEntry[];
}

let commandLine: string;
let temporary: string;
let personsHome: string;
const begun: NodeProcess[] = [];

beforeAll(async () => {
  commandLine = await bundleCommandLine();
  // Postgres runs as another user when the tests run as root.
  temporary = mkdtempSync(join(tmpdir(), 'vigil-drills-'));
  personsHome = join(temporary, 'persons-home');
  mkdirSync(personsHome);
  chmodSync(temporary, 0o755);
});
afterAll(async () => {
  for (const one of begun) one.kill('SIGKILL');
  await Promise.all(begun.map(({ ended }) => ended));
  rmSync(temporary, { recursive: true, force: true });
});

/** With an environment that would send a desk elsewhere, and a model, if it were read. */
function simulate(...words: string[]): NodeProcess {
  const env = {
    ...{ TMPDIR: temporary, VIGIL_HOME: personsHome, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' },
    ...{ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', VIGIL_MARKET: 'binanceusdm', VIGIL_SPEED: '1' },
  };
  const one = startNode([commandLine, 'simulate-crash', ...words], { env, killAfterMs: KILL_AFTER_MS });
  begun.push(one);
  return one;
}

async function drill(...words: string[]): Promise<Drill> {
  const { code, stdout, stderr } = await simulate(...words, '--json').ended;
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith('vigil-crash-'));
const first = ({ timeline }: Drill, what: string) => timeline.find((entry) => entry.what === what);

describe('a crash drill on the generator', WITHIN, () => {
  it('halts the desk on a fall of 18%, cancels what rests and tightens what is held, and leaves nothing behind', async () => {
    const told = await drill('--asset', 'BTC', '--drop', '18', '--over', '20m', '--speed', '120');
    expect(told).toMatchObject({ asset: 'BTC', dropFraction: 0.18, overMs: 1_200_000, tripped: true });
    expect(told.bounds.map(({ held }) => held)).toEqual([true, true]);
    const whats = told.timeline.map(({ what }) => what);
    expect(whats).toEqual(
      expect.arrayContaining([
        ...['fall_begins', 'falls', 'threshold_crossed', 'trip_told', 'halt_stored', 'cancel_sent'],
        ...[
          'cancel_acknowledged',
          'stop_tightened',
          'stop_filled',
          'event_stored',
          'recovery_condition',
          'cycle',
        ],
      ]),
    );
    const walls = told.timeline.map(({ wallMs }) => wallMs);
    expect(walls).toEqual(walls.toSorted((left, right) => left - right));
    expect(first(told, 'threshold_crossed')).toMatchObject({ wallMs: 0, limitFraction: 0.15 });
    // The guard looks every second.
    expect(first(told, 'trip_told')?.wallMs).toBe(told.toldAfterMs);
    expect(told.toldAfterMs).toBeLessThan(4_000);
    expect(Number(told.equity.afterQuote)).toBeLessThan(Number(told.equity.beforeQuote));
    expect(told.left.restingEntries).toEqual([]);
    expect(leftovers()).toEqual([]);
    expect(readdirSync(personsHome)).toEqual([]);
  });

  it('says plainly why nothing trips on a fall of 5%', async () => {
    const { code, stdout } = await simulate(
      '--drop',
      '5',
      '--symbols',
      'BTC,ETH,SOL',
      '--seed',
      '11',
      '--speed',
      '300',
    ).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^no trip: .*BTC fell 5(\.\d+)?% from its 1 h high, the threshold is 15%/m);
    expect(stdout).toMatch(/^the desk is active$/m);
    expect(stdout).not.toContain('halt_stored');
    expect(leftovers()).toEqual([]);
  });

  it('ends at once when it is interrupted, and takes its database and its folder with it', async () => {
    const running = simulate('--drop', '18');
    await running.said(/starting the database/);
    const folder = leftovers()[0] ?? '';
    const pid = await postmasterIn(join(temporary, folder));
    running.kill('SIGINT');
    const { code, stderr, stdout } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('interrupted: nothing of the drill is left');
    expect(isPidAlive(pid)).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it('refuses what it cannot do before anything is begun', async () => {
    const { code, stdout, stderr } = await simulate('--asset', 'FOO').ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^symbol_unknown: the generator has no FOO/);
    expect((await simulate('--over', 'banana').ended).code).toBe(2);
    expect(leftovers()).toEqual([]);
  });
});

describe('a crash drill over candles from files', WITHIN, () => {
  it('lays the crash over them, at the width of their bars', async () => {
    const fromMs = Date.UTC(2025, 0, 1);
    const days = { timeframe: '5m' as const, fromMs, toMs: fromMs + 28 * DAY_MS };
    const folder = await createCandleFolder({
      ...candleFile('BINANCEUSDM_BTCUSDT', { ...days, priceQuote: 50_000 }),
      ...candleFile('BINANCEUSDM_ETHUSDT', { ...days, priceQuote: 2_500 }),
    });
    try {
      const told = await drill(
        '--data',
        folder.path,
        '--drop',
        '25',
        '--over',
        '30m',
        '--from',
        '2025-01-27',
      );
      expect(told).toMatchObject({ dropFraction: 0.25, overMs: 1_800_000, tripped: true });
      expect(told.market.symbols).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
      expect(told.bounds.map(({ held }) => held)).not.toContain(false);
      expect(first(told, 'deepest')?.fallFraction).toBeGreaterThan(0.24);
    } finally {
      await folder.remove();
    }
  });
});

describe('a crash drill on recorded candles', WITHIN, () => {
  it('lives through 10 October 2025 as it was', async (context) => {
    skipWithoutRecordedMarket(context);
    const told = await drill(
      '--replay',
      '--from',
      '2025-10-10T20:00Z',
      '--over',
      '6h',
      '--data',
      RECORDED_MARKET,
    );
    expect(told).toMatchObject({ asset: 'BTC', dropFraction: null, tripped: true });
    expect(told.market.crossing?.trigger).toBe('eth_fall_1h');
    // docs/breaker.md has the same trip, read by the breaker alone.
    expect(first(told, 'threshold_crossed')?.atMs).toBe(Date.UTC(2025, 9, 10, 21, 25));
    expect(told.bounds.map(({ held }) => held)).not.toContain(false);
    expect(told.timeline.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'trip_told',
        'halt_stored',
        'cancel_acknowledged',
        'event_stored',
        'market_recovered',
      ]),
    );
  });

  it('names the day there are no candles of', async (context) => {
    skipWithoutRecordedMarket(context);
    const { code, stderr } = await simulate('--replay', '--from', '2012-08-05', '--data', RECORDED_MARKET)
      .ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^candle_data_missing: .*--from 2012-08-05/);
    expect(leftovers()).toEqual([]);
  });
});

async function postmasterIn(folder: string): Promise<number> {
  const cluster = join(folder, 'postgres', 'postgres-18');
  return vi.waitFor(
    () => {
      if (!existsSync(cluster)) throw new Error('no cluster yet');
      const pid = readPostmasterFile(cluster)?.pid;
      if (pid === undefined) throw new Error('no server yet');
      return pid;
    },
    { timeout: 60_000, interval: 100 },
  );
}
