/** One cycle of 50 symbols × 4 timeframes × 500 candles by rules, four ways that take turns in one run. */
import { measure } from '#graphs/frames.ts';
import {
  BARS_PER_SERIES,
  BENCH_START_MS,
  BENCH_SYMBOLS,
  CYCLE_STEP_MS,
  createBenchMarket,
} from './bench-market.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { type CycleReport, createGraphRunner, createPlainRunner } from './memory-cycles.ts';
import { startPostgresProcess } from './postgres-process.ts';

/** Untimed cycles for the compiler and the caches, then the timed ones. */
const WARM_UP = 60;
const TIMED = 200;
/** Each way runs this many cycles before the next one has its turn: its code and data are warm, as in a backtest. */
const TURN = 10;

export interface CycleBench {
  readonly rows: readonly BenchRow[];
  /** How often the timed cycles of the desk on Postgres came to each outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly subjectsMean: number;
}

type OnProgress = (done: number, of: number) => void;

export async function benchCycles(onProgress: OnProgress): Promise<CycleBench> {
  const cycles = WARM_UP + TIMED;
  const market = createBenchMarket(cycles);
  const runPlain = await createPlainRunner(market);
  const runGraph = await createGraphRunner(market);
  const desk = await startPostgresProcess(cycles);
  const indicatorsMs: number[] = [];
  const plain: CycleReport[] = [];
  const graph: CycleReport[] = [];
  const postgres: Awaited<ReturnType<typeof desk.run>>[] = [];
  try {
    for (let first = 0; first < cycles; first += TURN) {
      const turn = Array.from({ length: TURN }, (_, index) => first + index);
      for (const cycle of turn) indicatorsMs.push(await timeIndicators(market, marketTimeOf(cycle)));
      for (const cycle of turn) plain.push(await runPlain(cycle, marketTimeOf(cycle)));
      for (const cycle of turn) graph.push(await runGraph(cycle, marketTimeOf(cycle)));
      for (const cycle of turn) postgres.push(await desk.run(cycle, marketTimeOf(cycle)));
      for (const cycle of turn) assertSame(cycle, [plain, graph, postgres]);
      onProgress(first + TURN, cycles);
    }
  } finally {
    await desk.stop();
  }
  const timed = postgres.slice(WARM_UP);
  const withoutGraph = timesOf(plain.slice(WARM_UP));
  const against = { baseline: 'cycle without the graph', of: withoutGraph };
  return {
    rows: [
      row('indicators node', 'ms', indicatorsMs.slice(WARM_UP)),
      row('cycle without the graph', 'ms', withoutGraph),
      row('cycle, LangGraph, in memory', 'ms', timesOf(graph.slice(WARM_UP)), against),
      row('cycle, LangGraph, Postgres', 'ms', timesOf(timed), against),
      row(
        'memory of the desk on Postgres',
        'MB',
        timed.map(({ rssMb }) => rssMb),
      ),
    ],
    outcomes: countOutcomes(timed),
    subjectsMean: timed.reduce((sum, { subjects }) => sum + subjects, 0) / timed.length,
  };
}

function marketTimeOf(cycle: number): number {
  return BENCH_START_MS + (cycle + 1) * CYCLE_STEP_MS;
}

async function timeIndicators(market: ReturnType<typeof createBenchMarket>, asOfMs: number): Promise<number> {
  const snapshot = await market.snapshot({
    ...{ symbols: BENCH_SYMBOLS, asOfMs, barsPerSeries: BARS_PER_SERIES },
    snapshotId: 'bench',
  });
  const startedAt = performance.now();
  measure(snapshot);
  return performance.now() - startedAt;
}

/** What is compared has to have done the same work: the same outcome over the same number of subjects. */
function assertSame(cycle: number, ways: readonly (readonly CycleReport[])[]): void {
  const said = ways.map((reports) => `${reports[cycle]?.outcome} with ${reports[cycle]?.subjects} subjects`);
  if (new Set(said).size > 1) throw new Error(`cycle ${cycle} came to different ends: ${said.join(' / ')}`);
}

function row(
  name: string,
  unit: string,
  samples: readonly number[],
  against?: { readonly baseline: string; readonly of: readonly number[] },
): BenchRow {
  const { median, p99 } = summarise(samples);
  return {
    ...{ name, unit, median, p99 },
    baseline: against?.baseline ?? null,
    ratio: against === undefined ? null : median / summarise(against.of).median,
  };
}

function timesOf(reports: readonly CycleReport[]): number[] {
  return reports.map(({ tookMs }) => tookMs);
}

function countOutcomes(reports: readonly CycleReport[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of reports) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
