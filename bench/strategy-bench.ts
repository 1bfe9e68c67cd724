/**
 * A crossover of averages over a year of one-minute bars through the strategy port, against a plain loop over typed arrays
 * and, where gcc and `../shared/bench` are, the C loop. Every engine has to make the very same trades.
 */
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CandleSeries } from '#domain/candle.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';
import { smaCrossover } from '#tools/strategies/sma-crossover.ts';
import { walkStrategy } from '#tools/strategies/walk-strategy.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { plainCrossover } from './plain-loops.ts';
import { yearCandles } from './year-candles.ts';

const C_SOURCE = resolve('../shared/bench/bt.c');
const FEE_FRACTION = 0.0005;
const ROUNDS = 25;
const WARM_UP = 5;
const C_REPEATS = 5;
const EXPECTED = { trades: 5_892, profitQuote: '-220310.44' };

export async function benchStrategies(): Promise<BenchRow[]> {
  const bars = yearCandles();
  const loop = compiledLoop(bars);
  const times = { port: [] as number[], plain: [] as number[], c: [] as number[] };
  try {
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const port = timedMs(() => throughThePort(bars));
      const plain = timedMs(() => plainCrossover(bars.open, bars.close, FEE_FRACTION));
      const c = loop?.medianMs();
      if (round < 0) continue;
      times.port.push(port);
      times.plain.push(plain);
      if (c !== undefined) times.c.push(c);
    }
  } finally {
    loop?.remove();
  }
  const name = 'strategy: SMA 20/50, 525,600 one-minute bars';
  const rows = [row(name, times.port, 'plain typed arrays', times.plain)];
  if (loop !== null) rows.push(row(`${name}, against C`, times.port, 'C loop', times.c));
  return [...rows, await memoryRow(1), await memoryRow(10)];
}

interface Outcome {
  readonly trades: number;
  readonly profitQuote: number;
}

function throughThePort(bars: CandleSeries): Outcome {
  const { trades } = walkStrategy(smaCrossover, parametersOf(smaCrossover), bars, {
    feeFraction: FEE_FRACTION,
  });
  let profitQuote = 0;
  for (const profit of trades.profitQuote) profitQuote += profit;
  return { trades: trades.count, profitQuote };
}

function timedMs(work: () => Outcome): number {
  const startMs = performance.now();
  const outcome = work();
  const tookMs = performance.now() - startMs;
  assertExact(outcome);
  return tookMs;
}

function assertExact({ trades, profitQuote }: Outcome): void {
  if (trades === EXPECTED.trades && profitQuote.toFixed(2) === EXPECTED.profitQuote) return;
  throw new Error(
    `${trades} round trips and a profit of ${profitQuote}: ${EXPECTED.trades} and ${EXPECTED.profitQuote} are right`,
  );
}

interface CompiledLoop {
  /** Of a few passes in a process of its own, as it times itself. */
  medianMs(): number;
  remove(): void;
}

function compiledLoop({ openAtMs, open, high, low, close, volume }: CandleSeries): CompiledLoop | null {
  if (!existsSync(C_SOURCE)) return without(`${C_SOURCE} is not there`);
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  const [program, columns] = [join(folder, 'loop'), join(folder, 'bars.f64')];
  try {
    execFileSync('gcc', ['-O3', '-march=native', C_SOURCE, '-lm', '-o', program], { stdio: 'pipe' });
  } catch (thrown) {
    rmSync(folder, { recursive: true });
    return without(`gcc does not compile it: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  const bytes = [openAtMs, open, high, low, close, volume].map(({ buffer }) => Buffer.from(buffer));
  writeFileSync(columns, Buffer.concat(bytes));
  return {
    medianMs() {
      const said = JSON.parse(
        execFileSync(program, [columns, String(C_REPEATS), 'sma'], { encoding: 'utf8' }),
      );
      assertExact({ trades: said.trades, profitQuote: said.pnl });
      return said.wall_ms;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function without(reason: string): null {
  console.error(`no C loop beside the strategies: ${reason}`);
  return null;
}

function row(name: string, ours: readonly number[], against: string, theirs: readonly number[]): BenchRow {
  const { median, p99 } = summarise(ours);
  const baselineMs = summarise(theirs).median;
  return {
    ...{ name, unit: 'ms', median, p99 },
    ...{ baseline: `${against} (${baselineMs.toFixed(1)} ms)`, ratio: median / baselineMs },
  };
}

/** The most a process held that made so many years of bars and walked each of them. */
async function memoryRow(years: number): Promise<BenchRow> {
  const child = fork(fileURLToPath(import.meta.resolve('./strategy-child.ts')), [String(years)]);
  const peakMb = await new Promise<number>((done, fail) => {
    child.once('message', (said) => done(Number(said)));
    child.once('exit', (code) => fail(new Error(`the walk of ${years} symbol-years ended with ${code}`)));
  });
  const name = `strategy: memory of ${years} symbol-${years === 1 ? 'year' : 'years'}`;
  return { ...{ name, unit: 'MB', median: peakMb, p99: peakMb }, ...{ baseline: null, ratio: null } };
}
