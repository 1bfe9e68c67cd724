/** A desk as the server wires it, over a real Postgres, on the bench's market: what `server/container.ts` does with less. */
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { type AnalysisDeps, type CycleSettings, NOBODY_ASKED, type RunControl } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { createGraphRunner } from '#graphs/graph-runner.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { readConfig } from '#server/config.ts';
import type { LlmConfig } from '#server/config-model.ts';
import { createAgents } from '#server/engine/agents.ts';
import { createDeskHouse } from '#server/engine/desk-house.ts';
import { createDeskLock } from '#server/engine/desk-lock.ts';
import { paperVenues } from '#server/engine/desk-venues.ts';
import { createHeardSpikes } from '#server/engine/heard-spikes.ts';
import { openModels } from '#server/engine/models.ts';
import { createRunEngine } from '#server/engine/run-engine.ts';
import { createRunTracer } from '#server/engine/run-tracer.ts';
import { createSnapshotStore } from '#server/engine/snapshot-store.ts';
import { createIdSource } from '#server/ids.ts';
import type { OpenedDatabase } from '#server/open-database.ts';
import { openRepositories, type Rows } from '#server/repositories.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { DEFAULT_THRESHOLDS } from '#tools/breaker/assess-breaker.ts';
import { createQTableReader } from '#tools/qtable/q-table.ts';
import { BARS_PER_SERIES, BENCH_SYMBOLS } from './bench-market.ts';
import { BENCH_LIMITS, BENCH_SETTINGS } from './bench-settings.ts';
import type { CycleReport } from './memory-cycles.ts';

const MARKET_KEY = 'bench';
const wallClock = { nowMs: () => Date.now() };

export interface PostgresDeskOptions {
  /** Which models are asked; the product's defaults when absent, where every agent decides by its rules. */
  readonly llm?: LlmConfig;
  readonly settings?: CycleSettings;
  /** What the desk watches; all the bench's symbols when absent. */
  readonly symbols?: readonly MarketSymbol[];
  /** The desk of a cycle; all of them have the same one when absent. */
  readonly deskOf?: (cycle: number) => string;
}

export interface PostgresReport extends CycleReport {
  /** Wall time of the run's row. */
  readonly startedAtMs: EpochMs;
  readonly runId: string;
  readonly rows: Rows;
}

/** Times a cycle from the row of its run to the deletion of its checkpoints, as a tick of the scheduler causes it. */
export async function createPostgresRunner(
  market: MarketData,
  opened: OpenedDatabase,
  options: PostgresDeskOptions = {},
): Promise<(cycle: number, marketNowMs: number) => Promise<PostgresReport>> {
  const { deskOf = () => MARKET_KEY, symbols = BENCH_SYMBOLS } = options;
  const clock = { marketNowMs: market.spanMs.from };
  const rows = openRepositories(opened, { key: MARKET_KEY, startAtMs: 0 }, { mode: 'paper' });
  await rows.prompts.seed(promptSeeds(), wallClock.nowMs());
  const { engine, house } = createEngine(market, opened, rows, () => clock.marketNowMs, options);

  return async (cycle, marketNowMs) => {
    clock.marketNowMs = marketNowMs;
    const runId = `bench-${cycle}`;
    // As the guard does every second: a new desk's state and books are made here and not in its cycle.
    await rows.tradingState.read(deskOf(cycle));
    await (await house.orders(deskOf(cycle))).reconcile();
    const startedAtMs = wallClock.nowMs();
    const startedAt = performance.now();
    const { promptSetId } = await rows.prompts.resolveSet('production', wallClock.nowMs());
    await rows.runs.start({
      ...{
        runId,
        deskId: deskOf(cycle),
        kind: 'cycle',
        status: 'queued',
        question: null,
        seed: 7,
        promptSetId,
      },
      ...{ symbols: [...symbols], startedAtMs, owner: null },
    });
    await engine.execute(runId);
    const tookMs = performance.now() - startedAt;
    const record = await rows.runs.record(runId);
    if (record === null) throw new Error(`run ${runId} ended without a record`);
    if (record.outcome === 'failed') throw new Error(`run ${runId} failed: ${record.reason}`);
    return { tookMs, outcome: record.outcome, subjects: record.subjects.length, runId, startedAtMs, rows };
  };
}

function createEngine(
  market: MarketData,
  opened: OpenedDatabase,
  rows: Rows,
  marketNowMs: () => number,
  { llm = readConfig({}).llm, settings = BENCH_SETTINGS }: PostgresDeskOptions,
) {
  const ids = createIdSource(wallClock);
  const house = createDeskHouse({
    venueOf: paperVenues({ market, marketClock: { nowMs: marketNowMs }, store: rows.paperStore }).venueOf,
    store: rows.orders,
    lockOf: (deskId) => createDeskLock(opened.locks, deskId),
    limits: BENCH_LIMITS,
    entryFacts: {
      ...{ market, limits: BENCH_LIMITS },
      tradingState: rows.tradingState,
      equityMarks: rows.equityMarks.of,
      recentTrading: rows.recentTrading.of,
    },
  });
  const analysisDeps = createDeps(market, rows, agentsOf(rows, llm), settings);

  async function tell(type: 'run.started' | 'run.finished', runId: string): Promise<void> {
    const run = await rows.runs.get(runId);
    const deskId = run?.deskId ?? null;
    await rows.events.append({ type, runId, deskId, atMs: wallClock.nowMs(), payload: run });
  }

  const engine = createRunEngine({
    owner: ids.next('process'),
    runs: rows.runs,
    graphs: createGraphRunner(opened.checkpointPool, () => performance.now()),
    wallClock,
    marketNowMs,
    mode: 'paper',
    isOwnDesk: (deskId) => deskId.startsWith(MARKET_KEY),
    staleAfterMs: 60_000,
    cycleDeps: async (deskId, control) => ({
      ...analysisDeps(deskId, control),
      tradingState: rows.tradingState,
      orders: await house.orders(deskId),
      equityMarks: rows.equityMarks.of,
      recentTrading: rows.recentTrading.of,
      approvals: NOBODY_ASKED,
    }),
    analysisDeps: async (deskId, control) => analysisDeps(deskId, control),
    decideAgain: () => Promise.reject(new Error('nothing is forked here')),
    onStarted: (runId) => tell('run.started', runId),
    onEnded: (runId) => tell('run.finished', runId),
    logger: SILENT_LOGGER,
  });
  return { engine, house };
}

function createDeps(market: MarketData, rows: Rows, agents: AnalysisDeps['agents'], settings: CycleSettings) {
  const frames = createFrameStore();
  const snapshots = createSnapshotStore(rows.snapshots, market, BARS_PER_SERIES);
  return (deskId: string, control: RunControl): AnalysisDeps => ({
    market,
    agents,
    qtable: createQTableReader(null),
    tracer: createRunTracer({
      spans: rows.spans,
      appendEvent: rows.events.append,
      deskId,
      nowMs: wallClock.nowMs,
      onEventLost: (thrown) => {
        throw thrown;
      },
    }),
    snapshots,
    heardSpikes: createHeardSpikes(rows.spikes, wallClock),
    frames,
    tradingState: rows.tradingState,
    records: rows.records,
    pastTrading: rows.pastTrading.of,
    wallClock,
    elapsedMs: () => performance.now(),
    limits: BENCH_LIMITS,
    thresholds: DEFAULT_THRESHOLDS,
    settings,
    control,
  });
}

function agentsOf({ prompts, calls }: Rows, config: LlmConfig) {
  const ids = createIdSource(wallClock);
  const metrics = createMetrics();
  const models = openModels({ config, calls, wallClock, ids, metrics });
  return createAgents({ config, models, budget: null, prompts, metrics, logger: SILENT_LOGGER });
}

function promptSeeds() {
  return loadPrompts('prompts').map(({ name, text, settings, variables }) => ({
    ...{ name, text, variables },
    config: settings,
  }));
}
