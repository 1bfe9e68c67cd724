/** Small in-memory ports for the HTTP border, each as plain as the tests need. */
import type { Page } from '#db/cursor.ts';
import type { StoredCall, StoredSpan } from '#db/repositories/run-trace.ts';
import type { Approval } from '#domain/approval.ts';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { CycleRecord, Desk, ListedRun } from '#domain/run.ts';
import type { ApiDeps, CycleStart, IdempotencyClaim, ListedPosition } from '#server/api-deps.ts';
import { createHealthWatch } from '#server/health/health-watch.ts';
import type { Logger } from '#server/telemetry/logger.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { fakeAccess } from './fake-access.ts';
import { fakeApprovals } from './fake-approvals.ts';
import { fakeBacktests } from './fake-backtests.ts';
import { fakeCharts, fakeSignals } from './fake-charts.ts';
import { fakeCosts } from './fake-costs.ts';
import { fakeFigures } from './fake-figures.ts';
import { fakeHand } from './fake-hand.ts';
import { fakeLineage } from './fake-lineage.ts';
import { fakePromptDesk, SCANNER_PROMPT } from './fake-prompt-desk.ts';
import { fakeQTables } from './fake-q-tables.ts';
import { STATE } from './fake-state.ts';
import { manualTimers } from './manual-timers.ts';

export const NOW_MS = 1_744_027_200_000;

export interface LoggedEvent {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function runSummary(change: Partial<ListedRun> = {}): ListedRun {
  return {
    runId: 'run_1',
    deskId: 'desk_1',
    kind: 'cycle',
    status: 'finished',
    outcome: 'held',
    reason: null,
    question: null,
    symbols: ['BTC/USDT:USDT'],
    level: 'clear',
    startedAtMs: NOW_MS,
    finishedAtMs: NOW_MS + 1_000,
    marketAsOfMs: NOW_MS,
    orders: 0,
    costUsd: 0,
    forkOf: null,
    forkFrom: null,
    thinnedAtMs: null,
    waitsUntilMs: null,
    market: 'generator-7',
    ...change,
  };
}

export function desk(change: Partial<Desk> = {}): Desk {
  return {
    deskId: 'desk_1',
    name: 'Majors',
    symbols: ['BTC/USDT:USDT'],
    intervalMs: 15_000,
    paused: false,
    cyclesRun: 0,
    ticksSkipped: 0,
    createdAtMs: NOW_MS,
    ...change,
  };
}

export function listedPosition(change: Partial<ListedPosition> = {}): ListedPosition {
  return {
    deskId: 'desk_1',
    positionId: 'desk_1:p1',
    symbol: 'BTC/USDT:USDT',
    side: 'long',
    quantityBase: '0.1',
    entryPriceQuote: '80000',
    markPriceQuote: '80000',
    leverage: 2,
    marginQuote: '4000',
    liquidationPriceQuote: null,
    unrealisedQuote: '0',
    feesQuote: '4',
    fundingQuote: '0',
    openedAtMs: NOW_MS,
    stop: null,
    target: null,
    ...change,
  };
}

export function deskEvent(id: number, change: Partial<DeskEvent> = {}): DeskEvent {
  return {
    id,
    type: 'span.opened',
    runId: 'run_1',
    deskId: 'desk_1',
    atMs: NOW_MS + id,
    payload: null,
    hiddenFields: 0,
    ...change,
  };
}

export function fakeDeps() {
  const runs = new Map<string, ListedRun>();
  const records = new Map<string, CycleRecord>();
  const spans = new Map<string, StoredSpan>();
  const modelCalls = new Map<string, StoredCall>();
  const approvals = new Map<string, Approval>();
  const desks = new Map<string, Desk>([['desk_1', desk()]]);
  const events: DeskEvent[] = [];
  const wakers = new Set<() => void>();
  const claims = new Map<string, { hash: string; answer: { status: number; body: unknown } | null }>();
  const logged: LoggedEvent[] = [];
  const calls: { name: string; input: unknown }[] = [];
  const timers = manualTimers();
  const clock = { atMs: NOW_MS, nowMs: () => clock.atMs };
  let ids = 0;
  let subscriptions = 0;

  const log = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    logged.push({ level, fields, message });
  };
  const logger: Logger = {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: () => logger,
  };
  const noted = (name: string, input: unknown) => calls.push({ name, input });
  const empty: Page<never> = { items: [], nextCursor: null };

  const deps: ApiDeps = {
    config: { apiKey: null, host: '127.0.0.1' },
    charts: fakeCharts(clock.nowMs).charts,
    ...fakeSignals(noted),
    ...fakeBacktests(noted),
    ...{ ...fakeCosts(noted), ...fakeAccess(noted), ...fakeFigures(noted), ...fakeHand(noted) },
    ...fakeQTables(noted),
    strategyWeights: { list: async () => [], promotedVersion: async () => null, promotions: async () => [] },
    runs: {
      get: async (runId) => runs.get(runId) ?? null,
      trace: async (runId) => {
        const run = runs.get(runId);
        return run === undefined ? null : { run, spans: [], calls: [], orders: [], hiddenFields: 0 };
      },
      neighbours: async (runId) => (runs.has(runId) ? { newer: null, older: 'run_0' } : null),
      span: async (_runId, spanId) => spans.get(spanId) ?? null,
      call: async (_runId, callId) => modelCalls.get(callId) ?? null,
      record: async (runId) => records.get(runId) ?? null,
      list: async (filter) => {
        noted('runs.list', filter);
        const all = [...runs.values()].filter((run) => filter.kind === undefined || run.kind === filter.kind);
        const from = filter.cursor === undefined ? 0 : Number(filter.cursor);
        const items = all.slice(from, from + filter.limit).map((run) => ({ ...run, hit: null }));
        const end = from + items.length;
        return { items, nextCursor: end < all.length ? String(end) : null };
      },
      requestCancel: async (runId) => ['queued', 'running'].includes(runs.get(runId)?.status ?? ''),
    },
    events: {
      after: async (id, { runId, limit }) => {
        noted('events.after', id);
        return events.filter((event) => event.id > id && (!runId || event.runId === runId)).slice(0, limit);
      },
      latestId: async () => events.at(-1)?.id ?? 0,
      subscribe: async (onWake) => {
        subscriptions += 1;
        wakers.add(onWake);
        return () => wakers.delete(onWake);
      },
    },
    desks: {
      list: async () => [...desks.values()],
      get: async (deskId) => desks.get(deskId) ?? null,
      create: async (added) => {
        const made = desk(added);
        desks.set(made.deskId, made);
        return made;
      },
      update: async (deskId, patch) => {
        const changed = desk({ ...desks.get(deskId), ...patch });
        desks.set(deskId, changed);
        return changed;
      },
    },
    books: {
      account: async () => null,
      positions: async () => [],
      entriesAtWork: async () => [],
      listOrders: async () => empty,
      listTrades: async () => empty,
      equity: async () => [{ atMs: NOW_MS, equityQuote: '10000', balanceQuote: '10000' }],
    },
    lineage: fakeLineage,
    tradingState: {
      halt: async (deskId, change) => {
        noted('halt', { deskId, ...change });
        return { changed: ['desk_1'], overridden: [] };
      },
      arm: async (deskId, change) => {
        noted('arm', { deskId, ...change });
        return { changed: [], overridden: [] };
      },
      breakerEvents: async () => empty,
    },
    prompts: {
      list: async () => [SCANNER_PROMPT],
      get: async (name) => (name === 'scanner' ? { ...SCANNER_PROMPT, versions: [] } : null),
    },
    approvals: fakeApprovals(approvals, { noted, clock }),
    promptDesk: fakePromptDesk(noted, NOW_MS),
    idempotency: {
      claim: async (key, hash): Promise<IdempotencyClaim> => {
        const known = claims.get(key);
        if (known === undefined) {
          claims.set(key, { hash, answer: null });
          return { state: 'new' };
        }
        if (known.hash !== hash) return { state: 'mismatch' };
        return known.answer === null
          ? { state: 'running', freeInMs: 119_500 }
          : { state: 'done', ...known.answer };
      },
      complete: async (key, status, body) => {
        const known = claims.get(key);
        if (known) known.answer = { status, body: JSON.parse(JSON.stringify(body)) };
      },
      release: async (key) => claims.delete(key),
    },
    marketSymbols: async () => ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
    startAnalysis: async (request) => {
      noted('startAnalysis', request);
      ids += 1;
      const runId = `run_a${ids}`;
      runs.set(
        runId,
        runSummary({ runId, kind: 'analysis', status: 'running', outcome: null, finishedAtMs: null }),
      );
      return { runId };
    },
    startFork: async (request) => {
      noted('startFork', request);
      return { runId: 'run_f1' };
    },
    promptTrials: async () => [],
    startCycle: async (deskId): Promise<CycleStart> => {
      noted('startCycle', deskId);
      return { runId: 'run_c1' };
    },
    closePositions: async (choice, reason) => {
      noted('closePositions', { ...choice, reason });
      return { verdicts: [], entriesGivenUp: 0 };
    },
    systemState: async () => STATE,
    health: async () => [{ name: 'database', status: 'up', required: true, detail: 'answers' }],
    healthReport: () => createHealthWatch(deps.health, clock).report(),
    redact: (text) => text,
    metrics: createMetrics({ processMetrics: false }),
    clock,
    ids: {
      next: (prefix) => {
        ids += 1;
        return `${prefix}_${ids}`;
      },
    },
    logger,
    webRoot: '/nonexistent',
    schedule: timers.schedule,
  };

  return {
    deps,
    runs,
    records,
    spans,
    modelCalls,
    approvals,
    desks,
    calls,
    logged,
    timers,
    clock,
    claims,
    subscriptions: () => subscriptions,
    /** Appends without telling anybody, as a lost notification would. */
    append: (...added: DeskEvent[]) => events.push(...added),
    wake: () => {
      for (const waker of wakers) waker();
    },
    publish(...added: DeskEvent[]) {
      events.push(...added);
      for (const waker of wakers) waker();
    },
  };
}
