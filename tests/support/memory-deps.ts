/** A desk in memory: the real nodes, agents by rules and the paper venue; only the database is replaced. */
import type { AgentDesk } from '#agents/agent-desk.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import type { CycleRecord, Span } from '#domain/run.ts';
import type { TradingState } from '#domain/trading-state.ts';
import { createMemoryPaperStore } from '#exchanges/paper/memory-paper-store.ts';
import { createPaperBroker } from '#exchanges/paper/paper-broker.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { type BreakerEvent, type CycleDeps, DEFAULT_SETTINGS, NOBODY_ASKED } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import type { RunRequest } from '#graphs/state.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { fixedPromptSource, promptSetOf } from '#prompts/prompt-source.ts';
import { createEntryContext } from '#server/engine/entry-context.ts';
import { DEFAULT_THRESHOLDS } from '#tools/breaker/assess-breaker.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import { createOrderDesk } from '#tools/orders/order-desk.ts';
import { createQTableReader } from '#tools/qtable/q-table.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

export interface MemoryDesk {
  readonly deps: CycleDeps;
  readonly records: CycleRecord[];
  readonly spans: Span[];
  readonly events: BreakerEvent[];
  readonly orders: ReturnType<typeof createMemoryOrderStore>;
  readonly clock: { nowMs: number };
  /** The venue itself, without what `aroundBroker` puts in its way. */
  readonly venue: Broker;
  /** Sets the trading state as a person would. */
  setTradingState(state: TradingState): void;
  request(runId: string, overrides?: Partial<RunRequest>): RunRequest;
}

export async function createMemoryDesk(options: {
  readonly market: MarketData;
  readonly symbols: readonly string[];
  readonly startAtMs: number;
  readonly agents?: AgentDesk;
  readonly settings?: Partial<CycleDeps['settings']>;
  readonly aroundBroker?: (broker: Broker) => Broker;
  readonly heardSpikes?: CycleDeps['heardSpikes'];
  readonly approvals?: CycleDeps['approvals'];
}): Promise<MemoryDesk> {
  const { market } = options;
  const clock = { nowMs: options.startAtMs };
  const marketClock = { nowMs: () => clock.nowMs };
  const wallClock = { nowMs: () => clock.nowMs };
  const set = promptSetOf(loadPrompts('prompts'));
  const orders = createMemoryOrderStore();
  const records: CycleRecord[] = [];
  const spans: Span[] = [];
  const events: BreakerEvent[] = [];
  const store = createMemoryPaperStore();
  const paper = createPaperBroker({
    accountId: 'desk',
    store,
    market,
    clock: marketClock,
    startingBalanceQuote: '10000',
  });
  const instruments = new Map(
    (await market.instruments()).map((instrument) => [instrument.symbol, instrument]),
  );
  let state: TradingState = { mode: 'active', reason: 'start', setBy: 'test', sinceMs: 0 };
  const severity = { active: 0, reducing: 1, halted: 2 };
  const snapshots = new Map<string, Awaited<ReturnType<MarketData['snapshot']>>>();
  const recentTrading = async () => ({
    trades: [...orders.trades.values()].sort((left, right) => right.closedAtMs - left.closedAtMs),
    venueFailuresAtMs: [],
  });
  const deps: CycleDeps = {
    market,
    agents: options.agents ?? createAgentDesk({ model: null, prompts: fixedPromptSource(set), budget: null }),
    qtable: createQTableReader(null),
    tracer: {
      opened: async () => {},
      closed: async (span) => void spans.push(span),
    },
    snapshots: {
      save: async (snapshot) => {
        snapshots.clear();
        snapshots.set(snapshot.snapshotId, snapshot);
      },
      load: async (snapshotId) => snapshots.get(snapshotId) ?? null,
    },
    heardSpikes: options.heardSpikes ?? (async () => []),
    frames: createFrameStore(),
    tradingState: {
      read: async () => state,
      async tighten(_deskId, to, { reason, setBy, atMs, endsBy }) {
        if (severity[to] > severity[state.mode])
          state = { mode: to, reason, setBy, sinceMs: atMs, ...(endsBy === 'recovery' && { endsBy }) };
        else if (to === 'halted' && endsBy !== 'recovery') delete state.endsBy;
        return state;
      },
      async relax(_deskId, { reason, setBy, atMs }) {
        if (state.mode === 'reducing' && state.setBy.startsWith('breaker:'))
          state = { mode: 'active', reason, setBy, sinceMs: atMs };
        return state;
      },
      setLevel: async (_deskId, { level, reasons }) => ({ level, reasons }),
      breakerEvent: async (event) => void events.push(event),
    },
    records: { save: async (record) => void records.push(record) },
    wallClock,
    elapsedMs: () => performance.now(),
    limits: DEFAULT_LIMITS,
    thresholds: DEFAULT_THRESHOLDS,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    control: { signal: new AbortController().signal, isCancelled: async () => false },
    pastTrading: async (_deskId, atMs) => ({
      cycles: records
        .filter(({ market: seen }) => seen !== null && seen.asOfMs < atMs)
        .slice(-20)
        .map(({ market: seen, proposals, verdicts }) => ({ asOfMs: seen?.asOfMs ?? 0, proposals, verdicts })),
      trades: (await recentTrading()).trades.filter(({ closedAtMs }) => closedAtMs < atMs).slice(0, 20),
      equity: [],
    }),
    equityMarks: async () => ({ dayStartQuote: null, peakQuote: null }),
    recentTrading,
    approvals: options.approvals ?? NOBODY_ASKED,
    orders: createOrderDesk({
      deskId: 'desk',
      broker: options.aroundBroker?.(paper) ?? paper,
      store: orders.store,
      instruments,
      limits: DEFAULT_LIMITS,
      entryContext: createEntryContext(
        {
          ...{ market, limits: DEFAULT_LIMITS },
          tradingState: { read: async () => state },
          equityMarks: async () => ({ dayStartQuote: null, peakQuote: null }),
          recentTrading,
        },
        { deskId: 'desk', instruments, clock: marketClock },
      ),
      exclusive: (work) => work(),
      assertExclusive: () => {},
    }),
  };
  const request = (runId: string, overrides: Partial<RunRequest> = {}): RunRequest => ({
    runId,
    deskId: 'desk',
    kind: 'cycle',
    mode: 'paper',
    symbols: options.symbols,
    question: null,
    seed: 7,
    promptSetId: set.promptSetId,
    startedAtMs: clock.nowMs,
    marketNowMs: clock.nowMs,
    ...overrides,
  });
  const setTradingState = (next: TradingState) => {
    state = next;
  };
  return { deps, records, spans, events, orders, clock, venue: paper, setTradingState, request };
}
