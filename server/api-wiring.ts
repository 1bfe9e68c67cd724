/** The API's ports over the container: what each call of the border means for the rest. */
import { join } from 'node:path';
import { PERSON } from '#domain/audit.ts';
import type { SystemState } from '#domain/desk-event.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import type { StateChange } from '#domain/trading-state.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import type { ApiDeps, DependencyHealth, DesksPort, StateChanged } from './api-deps.ts';
import { createBacktestsPort } from './backtest/backtests-port.ts';
import { createBoards } from './charts/boards.ts';
import { createCharts } from './charts/chart-bars.ts';
import { secretsOf } from './config.ts';
import type { Container } from './container.ts';
import { tellOfApproval } from './engine/approvals.ts';
import { isOfMarket } from './engine/market-desks.ts';
import { openFork } from './engine/open-fork.ts';
import { assertOffered, openAnalysis, startCycle } from './engine/run-service.ts';
import { tellPages } from './events/tell-pages.ts';
import { closePositions, emergencyClose, withdrawEntry } from './hand-closes.ts';
import { deskChecks } from './health/desk-checks.ts';
import { createHealthWatch } from './health/health-watch.ts';
import { sessionCookieName } from './http/session-cookie.ts';
import { createLineage } from './lineage.ts';
import { modelModes, switchMode } from './model-modes.ts';
import { modelSpending } from './model-spending.ts';
import { modelHealth, modelState, withSpending } from './model-state.ts';
import { rootFolder } from './paths.ts';
import { createPerformance } from './performance.ts';
import { openPromptDesk } from './prompts/open-prompt-desk.ts';
import type { WorkQueue } from './queues/queue.ts';
import { syncSchedule } from './queues/schedules.ts';
import { runsPort } from './runs-port.ts';
import { redactText } from './telemetry/redact.ts';
import { wallClock } from './wall-clock.ts';

interface Queues {
  readonly queue: WorkQueue;
  /** Forks and shadows. */
  readonly aside: WorkQueue;
}

export function apiDeps(container: Container, queues: Queues, shutdown: AbortSignal): ApiDeps {
  const { queue, aside } = queues;
  const { config, rows, source, metrics, ids, logger } = container;
  const healthWatch = createHealthWatch(async () => {
    const [base, desk] = await Promise.all([
      health(container, queues),
      deskChecks(container, wallClock.nowMs()),
    ]);
    return [...base, ...desk];
  }, wallClock);
  healthWatch.keepLooking(shutdown);
  const onMarketTime = (change: StateChange) => ({ ...change, atMs: container.marketClock.nowMs() });
  return {
    config: { ...config.http, sessionCookie: sessionCookieName(config) },
    runs: runsPort(container),
    events: rows.events,
    desks: desksPort(container, queue),
    books: rows.orders,
    lineage: createLineage(rows),
    tradingState: {
      halt: (deskId, change) => toldState(container, rows.tradingState.halt(deskId, onMarketTime(change))),
      arm: (deskId, change) => toldState(container, rows.tradingState.arm(deskId, onMarketTime(change))),
      breakerEvents: (page) => rows.tradingState.breakerEvents(page),
    },
    prompts: rows.prompts,
    approvals: {
      ...rows.approvals,
      async answer(given) {
        const approval = await rows.approvals.answer(given);
        await tellOfApproval(rows.events, approval, logger);
        return approval;
      },
    },
    promptDesk: openPromptDesk(container, () => nextCycleAtMs(container, queue)),
    idempotency: rows.idempotency,
    logs: rows.logs,
    sessions: rows.sessions,
    logInAttempts: rows.logInAttempts,
    costs: rows.costs,
    backtests: createBacktestsPort(container),
    charts: createCharts({
      market: source.market,
      marketClock: container.marketClock,
      barsPerSeries: DEFAULT_SETTINGS.barsPerSeries,
    }),
    boards: createBoards({
      ...{ snapshots: container.snapshots, maxSubjects: DEFAULT_SETTINGS.maxSubjects, logger },
      newest: rows.records.newest,
    }),
    signals: rows.signals,
    qTables: rows.qTables,
    strategyWeights: rows.strategyWeights,
    models: {
      modes: () => modelModes(config.llm, rows.spendingSwitch),
      switchTo: (mode) =>
        switchMode(config.llm, rows.spendingSwitch, { mode, setBy: PERSON, atMs: wallClock.nowMs() }),
    },
    performance: createPerformance({
      tradedSpans: rows.tradedSpans,
      market: source.market,
      marketKey: source.key,
    }),
    marketSymbols: async () => (await source.market.instruments()).map(({ symbol }) => symbol),
    async startAnalysis({ symbols, question }) {
      const runId = await openAnalysis(container, { symbols, question });
      await queue.enqueueRun(runId);
      return { runId };
    },
    async startFork(request) {
      const runId = await openFork(container, request);
      await aside.enqueueRun(runId);
      return { runId };
    },
    promptTrials: rows.trials.ofPrompt,
    startCycle: (deskId) => startCycle(container, queue, deskId),
    closePositions: (choice, reason) => closePositions(container, choice, reason),
    emergencyClose: (deskId, reason) => emergencyClose(container, deskId, reason),
    withdrawEntry: (entry, reason) => withdrawEntry(container, entry, reason),
    audit: rows.audit,
    systemState: (deskId) => systemState(container, deskId),
    health: () => health(container, queues),
    healthReport: () => healthWatch.report(),
    redact: (text) => redactText(text, secretsOf(config)),
    metrics,
    clock: wallClock,
    ids,
    logger,
    webRoot: join(rootFolder(), 'dist', 'web'),
    shutdown,
  };
}

/** When the market's own desk resolves its prompts next; null while its queue is away or it is paused. */
async function nextCycleAtMs({ defaultDeskId }: Container, queue: WorkQueue): Promise<number | null> {
  try {
    const atMs = await queue.nextTickAtMs(defaultDeskId);
    return atMs !== null && atMs > wallClock.nowMs() ? atMs : null;
  } catch {
    return null;
  }
}

/** Desks of this market. Its schedulers follow what is changed here. */
function desksPort(container: Container, queue: WorkQueue): DesksPort {
  const { rows, source } = container;
  const tell = (deskId: string) => tellPages(rows.events, 'desk.changed', deskId);
  return {
    list: async () => (await rows.desks.list()).filter((desk) => isOfMarket(desk, source.key)),
    get: (deskId) => rows.desks.get(deskId),
    async create(asked) {
      if (container.config.mode === 'live')
        throw new AppError(
          'conflict',
          'a live account belongs to one desk: change that one, or trade on paper',
        );
      await assertOffered(asked.symbols, container);
      // The market's key leads the id, so that no process of another market runs this desk.
      const desk = await rows.desks.create({ ...asked, deskId: `${source.key}--${slugOf(asked.name)}` });
      await syncSchedule(desk, queue);
      await tell(desk.deskId);
      return desk;
    },
    async update(deskId, patch) {
      if (patch.symbols) await assertOffered(patch.symbols, container);
      const desk = await rows.desks.update(deskId, patch);
      await syncSchedule(desk, queue);
      await tell(deskId);
      return desk;
    },
  };
}

function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (slug === '')
    throw new AppError('request_invalid', `desk name "${name}" has no letter or digit to make an id of`);
  return slug;
}

async function toldState(container: Container, change: Promise<StateChanged>): Promise<StateChanged> {
  const answer = await change;
  if (answer.changed.length === 0) return answer;
  await tellPages(container.rows.events, 'state.changed', null);
  return answer;
}

export async function systemState(container: Container, deskId: string): Promise<SystemState> {
  const { config, rows, source, marketClock } = container;
  const trading = await rows.tradingState.read(deskId);
  return {
    mode: config.mode,
    trading: { ...trading, setBy: inWords(trading.setBy), actor: trading.setBy },
    breaker: { ...(await rows.tradingState.level(deskId)) } as SystemState['breaker'],
    market: {
      source: source.market.source,
      nowMs: marketClock.nowMs(),
      speed: marketClock.speed,
      endsAtMs: source.live ? null : source.market.spanMs.to,
      finished: marketClock.isFinished(),
    },
    model: withSpending(
      await modelState(container),
      await modelSpending(config.llm, rows, wallClock.nowMs()),
      config.llm,
    ),
  };
}

/** The breaker signs with the run in which it tripped. */
function inWords(setBy: string): string {
  return setBy.startsWith('breaker:') ? 'the breaker' : setBy;
}

async function health(container: Container, { queue, aside }: Queues): Promise<DependencyHealth[]> {
  const { opened, config, rows, source, marketClock, metrics } = container;
  const database = await probe('database', opened.embedded ? 'embedded Postgres' : 'DATABASE_URL', () =>
    opened.database.ping(),
  );
  metrics.databaseUp.set(database.status === 'up' ? 1 : 0);
  const where = config.redisUrl === null ? 'BullMQ on Postgres' : 'BullMQ on Redis';
  const queued = await probe('queue', where, async () => {
    const [runs, trials] = await Promise.all([queue.counts(), aside.counts()]);
    for (const [state, count] of Object.entries(runs)) metrics.queueJobs.set({ queue: 'runs', state }, count);
    for (const [state, count] of Object.entries(trials))
      metrics.queueJobs.set({ queue: 'aside', state }, count);
  });
  const stream = source.market.stream?.health();
  metrics.streamUp.set(stream?.state === 'streaming' ? 1 : 0);
  metrics.streamIgnored.set(stream?.ignored ?? 0);
  const finished = marketClock.isFinished();
  const market: DependencyHealth = {
    name: 'market',
    status: finished ? 'degraded' : 'up',
    required: false,
    detail: finished
      ? `${source.market.source.name} has come to the end of its candles`
      : source.market.source.name,
  };
  const spending = await modelSpending(config.llm, rows, wallClock.nowMs()).catch(() => null);
  if (spending !== null) {
    metrics.llmDayUsd.set(spending.budget.spentUsd);
    metrics.llmBudgetSpent.set(spending.budgetSpent ? 1 : 0);
  }
  const model = modelHealth(await modelState(container), config.llm, spending);
  return [database, queued, market, model];
}

async function probe(name: string, detail: string, check: () => Promise<unknown>): Promise<DependencyHealth> {
  try {
    await check();
    return { name, status: 'up', required: true, detail };
  } catch (thrown) {
    return { name, status: 'down', required: true, detail: toAppError(thrown).message };
  }
}
