/**
 * The whole desk over a year of one-minute bars, a cycle at every close: breaker, points, gate, paper fills, fees. By
 * columns, in processes of their own, beside the walk bar for bar of the same candles; and the command as a person waits
 * for it. Trades are of a seeded walk of prices, so a desk that trades at nothing but noise.
 */
import { execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { writeYear } from './candle-year.ts';

export interface DeskWalkRequest {
  readonly folder: string;
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cycleEveryMs: number;
  /** Whether the desk may open anything; where it may not, every bar is passed over. */
  readonly mayOpen: boolean;
  readonly byColumns: boolean;
}

export interface DeskWalk {
  readonly readMs: number;
  /** Columns made and walked. */
  readonly walkMs: number;
  readonly bars: number;
  readonly trades: number;
  readonly asked: { readonly guards: number; readonly cycles: number };
  readonly peakMb: number;
}

const YEAR_DAYS = 365;
/** 150 bars of four hours, whole. */
const LOOK_BACK_DAYS = 26;
const BAR_FOR_BAR_DAYS = 2;
const ROUNDS = 3;
const US_PER_MS = 1_000;
const run = promisify(execFile);

export async function benchDesk(onProgress: (done: number, of: number) => void): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  try {
    const { symbol, beginsMs } = writeYear(folder, LOOK_BACK_DAYS + YEAR_DAYS);
    const fromMs = beginsMs + LOOK_BACK_DAYS * DAY_MS;
    const year = { folder, symbol, fromMs, toMs: fromMs + YEAR_DAYS * DAY_MS, cycleEveryMs: MINUTE_MS };
    const trading = { ...year, mayOpen: true, byColumns: true };
    const taken = { trading: [] as DeskWalk[], idle: [] as DeskWalk[], exact: [] as DeskWalk[] };
    const together: number[] = [];
    const cold: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      onProgress(round, ROUNDS);
      const alone = await walkOf(trading);
      taken.trading.push(alone);
      taken.idle.push(await walkOf({ ...trading, mayOpen: false }));
      const toMs = fromMs + BAR_FOR_BAR_DAYS * DAY_MS;
      taken.exact.push(await walkOf({ ...trading, toMs, byColumns: false }));
      const both = await Promise.all([walkOf(trading), walkOf(trading)]);
      together.push(Math.max(...both.map(({ walkMs }) => walkMs)) / alone.walkMs);
      cold.push(await coldMs(folder, symbol));
    }
    onProgress(ROUNDS, ROUNDS);
    return rowsOf(taken, together, cold);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowsOf(
  { trading, idle, exact }: Readonly<Record<'trading' | 'idle' | 'exact', readonly DeskWalk[]>>,
  together: readonly number[],
  cold: readonly number[],
): BenchRow[] {
  const exactUs = summarise(exact.map(usOfBar));
  const { trades, asked } = trading[0] ?? { trades: 0, asked: { guards: 0, cycles: 0 } };
  const against = `bar for bar (${exactUs.median.toFixed(0)} µs a bar)`;
  const name = 'desk by columns: a year of minutes, a cycle at each close';
  console.error(`${name}: ${trades} trades, asked for ${asked.guards} guards and ${asked.cycles} cycles`);
  const { median: peak } = summarise(trading.map(({ peakMb }) => peakMb));
  return [
    { ...plain(name, 'µs a bar', trading.map(usOfBar)), ...beside(against, trading, exactUs.median) },
    {
      ...plain('desk by columns: the same, where nothing may open', 'µs a bar', idle.map(usOfBar)),
      ...beside(against, idle, exactUs.median),
    },
    plain('desk by columns: two processes at once, over one alone', '×', together),
    plain('desk by columns: memory of a symbol-year', 'MB', [peak]),
    plain('backtest --fast: process start to report of a symbol-year', 'ms', cold),
  ];
}

function usOfBar({ walkMs, bars }: DeskWalk): number {
  return (walkMs * US_PER_MS) / bars;
}

function plain(name: string, unit: string, figures: readonly number[]): BenchRow {
  const { median, p99 } = summarise(figures);
  return { name, unit, median, p99, baseline: null, ratio: null };
}

function beside(
  baseline: string,
  walks: readonly DeskWalk[],
  exactUs: number,
): Pick<BenchRow, 'baseline' | 'ratio'> {
  return { baseline, ratio: summarise(walks.map(usOfBar)).median / exactUs };
}

async function walkOf(request: DeskWalkRequest): Promise<DeskWalk> {
  const child = fork(fileURLToPath(import.meta.resolve('./desk-child.ts')), [JSON.stringify(request)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((done, fail) => {
    child.once('message', (walk) => done(walk as DeskWalk));
    child.once('exit', (code) => fail(new Error(`a walk of the desk ended with ${code}`)));
  });
}

/** The desk's usual pace, over all there is. */
async function coldMs(folder: string, symbol: string): Promise<number> {
  const beganMs = performance.now();
  const args = ['scripts/vigil.mjs', 'backtest', '--fast', '--json', '--arm-after', '1d'];
  await run(process.execPath, [...args, '--data', folder, '--symbols', symbol], { maxBuffer: 1e9 });
  return performance.now() - beganMs;
}
