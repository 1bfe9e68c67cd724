/**
 * The wall time of a cycle whose model answers after 200 ms, with eight subjects: Scanner, all Contexts at once, Risk,
 * Executor. Held against the four calls it has to wait for: up to where everything is decided, since what comes then
 * waits for the venue, and to the end, with up to eight entries sent one after the other and protected on paper.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LlmCall } from '#domain/desk-event.ts';
import { readConfig } from '#server/config.ts';
import { openVigilDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BENCH_START_MS, CYCLE_STEP_MS, createBenchMarket } from './bench-market.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { BENCH_SETTINGS } from './bench-settings.ts';
import { startModelProcess } from './model-process.ts';
import { createPostgresRunner, type PostgresReport } from './postgres-desk.ts';

const REPLY_MS = 200;
const SUBJECTS = 8;
const WARM_UP = 5;
const TIMED = 40;
/** Cycles that are walked in search of enough with eight subjects and an open that passed. */
const MOST_CYCLES = 200;

interface ModelCycle {
  readonly wallMs: number;
  /** From the run's row to the first order's intent. */
  readonly decidedMs: number;
  /** The slowest call of each agent, added up. */
  readonly criticalMs: number;
}

/** Rows of the wall time. @throws Error when the market gives too few cycles with eight subjects */
export async function benchModelWall(onProgress: (done: number, of: number) => void): Promise<BenchRow[]> {
  const model = await startModelProcess(REPLY_MS);
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const opened = await openVigilDatabase({ ...readConfig({}), homeDir }, SILENT_LOGGER);
  try {
    const llm = readConfig({ OPENAI_BASE_URL: model.baseUrl, LLM_CACHE_HOURS: '0' }).llm;
    // A desk of its own for each cycle: nothing is held, so that all eight may open.
    const run = await createPostgresRunner(createBenchMarket(MOST_CYCLES), opened, {
      ...{ llm, settings: { ...BENCH_SETTINGS, maxSubjects: SUBJECTS } },
      deskOf: (cycle) => `bench--${cycle}`,
    });
    return rowsOf(await timeCycles(run, onProgress));
  } finally {
    await opened.close();
    await model.close();
    rmSync(homeDir, { recursive: true, force: true });
  }
}

async function timeCycles(
  run: Awaited<ReturnType<typeof createPostgresRunner>>,
  onProgress: (done: number, of: number) => void,
): Promise<ModelCycle[]> {
  const full: ModelCycle[] = [];
  for (let cycle = 0; cycle < MOST_CYCLES && full.length < WARM_UP + TIMED; cycle++) {
    const report = await run(cycle, BENCH_START_MS + (cycle + 1) * CYCLE_STEP_MS);
    const timed = await fullCycle(report);
    if (timed !== null) full.push(timed);
    onProgress(full.length, WARM_UP + TIMED);
  }
  if (full.length < WARM_UP + TIMED)
    throw new Error(
      `only ${full.length} of ${MOST_CYCLES} cycles asked all four agents about ${SUBJECTS} subjects`,
    );
  return full.slice(WARM_UP);
}

/** Null where not all four agents were asked, or not about eight subjects. */
async function fullCycle({ rows, runId, startedAtMs, tookMs }: PostgresReport): Promise<ModelCycle | null> {
  const [calls, spans] = await Promise.all([rows.calls.ofRun(runId), rows.spans.ofRun(runId)]);
  const of = (agent: string) => calls.filter((call) => call.agent === agent);
  const steps = ['scanner', 'context', 'risk', 'executor'].map(of);
  if (of('context').length !== SUBJECTS || steps.some((asked) => asked.length === 0)) return null;
  const placing = spans.find(({ name }) => name === 'place');
  if (placing === undefined) return null;
  const criticalMs = steps.reduce((sum, asked) => sum + slowest(asked), 0);
  return { wallMs: tookMs, decidedMs: placing.startedAtMs - startedAtMs, criticalMs };
}

function slowest(calls: readonly LlmCall[]): number {
  return Math.max(...calls.map(({ durationMs }) => durationMs));
}

function rowsOf(cycles: readonly ModelCycle[]): BenchRow[] {
  const row = (name: string, unit: string, samples: readonly number[]): BenchRow => ({
    ...{ name, unit, ...summarise(samples) },
    ...{ baseline: null, ratio: null },
  });
  return [
    row(
      'cycle with a model, 8 subjects: wall',
      'ms',
      cycles.map(({ wallMs }) => wallMs),
    ),
    row(
      'cycle with a model, 8 subjects: decided',
      'ms',
      cycles.map(({ decidedMs }) => decidedMs),
    ),
    row(
      'cycle with a model, 8 subjects: its four calls',
      'ms',
      cycles.map(({ criticalMs }) => criticalMs),
    ),
    row(
      'cycle with a model, 8 subjects: decided over its four calls',
      '×',
      cycles.map(({ decidedMs, criticalMs }) => decidedMs / criticalMs),
    ),
    row(
      'cycle with a model, 8 subjects: wall over its four calls',
      '×',
      cycles.map(({ wallMs, criticalMs }) => wallMs / criticalMs),
    ),
  ];
}
