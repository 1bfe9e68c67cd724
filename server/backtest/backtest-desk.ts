/**
 * A desk in memory: the nodes, the gate, custody, the guard's hands and the paper venue are the desk's own, and only what
 * keeps its state is another. Whoever holds it moves the clock, and asks for one thing at a time.
 */
import { setImmediate } from 'node:timers/promises';
import type { EquityPoint } from '#domain/desk-event.ts';
import { AppError } from '#domain/errors.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { createMemoryPaperStore } from '#exchanges/paper/memory-paper-store.ts';
import type { PaperBooks } from '#exchanges/paper/paper-books.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import { type CycleDeps, type CycleSettings, NOBODY_ASKED, type SnapshotStore } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import type { PromptSet } from '#prompts/prompt-source.ts';
import { createMemoryOrderStore, type OrderStoreContents } from '#tools/orders/memory-order-store.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';
import type { DeskView } from '#tools/orders/reconcile.ts';
import { createQTableReader } from '#tools/qtable/q-table.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import type { Config } from '../config.ts';
import { createDeskHouse } from '../engine/desk-house.ts';
import { paperVenues } from '../engine/desk-venues.ts';
import { createGuardTurn, type GuardTurnOptions } from '../engine/guard-turn.ts';
import { type GuardMemory, openGuardHands } from '../engine/guard-wiring.ts';
import { createHeardSpikes } from '../engine/heard-spikes.ts';
import { runIdOfJob } from '../engine/run-service.ts';
import { createSpikeWatch, type SpikeWatch } from '../engine/spike-watch.ts';
import { createMemoryEquity, type MemoryEquity } from './memory-equity.ts';
import { createMemorySpikes, type MemorySpikes, type SpikeContents } from './memory-spikes.ts';
import { recentTradingOf } from './memory-trading-books.ts';
import {
  createMemoryTradingState,
  type MemoryTradingState,
  newTradingState,
  type TradingStateContents,
} from './memory-trading-state.ts';
import type { Strategy } from './strategies.ts';
import { strictLogger } from './strict-logger.ts';

export interface BacktestDeskOptions {
  readonly deskId: string;
  readonly market: MarketData;
  readonly symbols: readonly MarketSymbol[];
  readonly strategy: Strategy;
  readonly prompts: PromptSet;
  readonly limits: RiskLimits;
  readonly breaker: Config['breaker'];
  readonly settings: CycleSettings;
  readonly seed: number;
  readonly startAtMs: EpochMs;
  /** To go on from; a new account when absent. */
  readonly contents?: DeskContents;
  /** Parts of another make; their own where absent. */
  readonly parts?: Partial<DeskParts>;
}

/** What a walk that passes over bars has to know the inside of. */
export interface DeskParts {
  readonly paperStore: PaperStore<PaperBooks>;
  readonly equity: MemoryEquity;
  readonly spikes: MemorySpikes;
  /** Tells spikes by itself, so that nobody watches for them. */
  readonly spikeWatch: Pick<SpikeWatch, 'look' | 'close'>;
  readonly openWatch: NonNullable<GuardTurnOptions['openWatch']>;
}

/** All a desk would find again after a restart, as plain JSON. */
export interface DeskContents {
  readonly books: PaperBooks | null;
  readonly orders: OrderStoreContents;
  readonly tradingState: TradingStateContents;
  readonly equity: readonly EquityPoint[];
  readonly spikes: SpikeContents;
  readonly guard: GuardMemory;
}

export interface BacktestDesk {
  /** The instant everything decides on; never goes back. */
  readonly clock: { nowMs: EpochMs };
  readonly orders: OrderDesk;
  readonly books: ReturnType<typeof createMemoryOrderStore>;
  readonly equity: MemoryEquity;
  readonly tradingState: MemoryTradingState;
  /** A turn of the guard. @throws what would only be logged by a guard that tries again a second later */
  guard(): Promise<DeskView>;
  /** Looks at a past instant's market again, for the guard that goes on from `contents`. */
  lookAgain(): Promise<void>;
  cycle(): Promise<CycleRecord>;
  /** Has a person arm it now. */
  arm(reason: string): void;
  contents(): Promise<DeskContents>;
  close(): void;
}

/** Nothing a desk in memory waits for lets a signal or a message through by itself. */
const OTHERS_EVERY_TURNS = 16;
/** Who arms a desk in a backtest. */
const PERSON = 'person';

/** As a scheduler names the tick of a desk at this instant, so that both give a run the same id. */
export function jobIdAt(deskId: string, atMs: EpochMs): string {
  return `repeat:${deskId}:${atMs}`;
}

export async function openBacktestDesk(options: BacktestDeskOptions): Promise<BacktestDesk> {
  const { deskId, market, symbols, limits, breaker, contents, parts = {} } = options;
  const clock = { nowMs: options.startAtMs };
  const marketClock = { nowMs: () => clock.nowMs };
  const failures: unknown[] = [];
  const logger = strictLogger((thrown) => failures.push(thrown));
  const tradingState = createMemoryTradingState(
    contents?.tradingState ?? newTradingState(deskId, options.startAtMs),
  );
  const whyNothingOpens = () => {
    const { mode, reason } = tradingState.now();
    return mode === 'active' ? null : `trading was ${mode} before it was sent: ${reason}`;
  };
  const books = createMemoryOrderStore({ whyNothingOpens, ...(contents && { contents: contents.orders }) });
  const lastArming = tradingState.contents().armings.at(-1);
  const equity = parts.equity ?? createMemoryEquity(contents?.equity, lastArming?.atMs);
  const spikes = parts.spikes ?? createMemorySpikes(contents?.spikes);
  const recentTrading: CycleDeps['recentTrading'] = async (_deskId, atMs) => recentTradingOf(books, atMs);
  const paperStore = parts.paperStore ?? createMemoryPaperStore();
  if (contents) await paperStore.transact(deskId, async () => ({ books: contents.books, result: null }));
  const house = createDeskHouse({
    venueOf: paperVenues({ market, marketClock, store: paperStore }).venueOf,
    store: books.store,
    lockOf: () => ({ exclusive: (work) => work(), assertExclusive() {} }),
    limits,
    entryFacts: { market, tradingState, equityMarks: equity.of, recentTrading, limits },
  });
  const orders = await house.orders(deskId);
  const newest: { record: CycleRecord | null } = { record: null };
  const deps: CycleDeps = {
    ...{ market, orders, tradingState, recentTrading, limits },
    settings: { ...options.settings, strategy: options.strategy.name },
    agents: options.strategy.agents(options.prompts),
    qtable: createQTableReader(null),
    tracer: { opened: async () => {}, closed: async () => {} },
    snapshots: newestSnapshot(),
    heardSpikes: createHeardSpikes(spikes, marketClock),
    frames: createFrameStore(),
    records: {
      async save(record) {
        newest.record = record;
        spikes.took(record);
        const account = record.account.after ?? record.account.before;
        if (account === null) return;
        const { asOfMs: atMs, equityQuote, balanceQuote } = account;
        equity.set({ atMs, equityQuote, balanceQuote });
      },
    },
    pastTrading: refuseFeedback,
    wallClock: marketClock,
    elapsedMs: () => 0,
    thresholds: breaker.thresholds,
    control: { signal: new AbortController().signal, isCancelled: async () => false },
    equityMarks: equity.of,
    approvals: NOBODY_ASKED,
  };
  let turns = 0;
  let isLookingAgain = false;
  const hands = openGuardHands({
    ...{ tradingState, equityMarks: equity, limits, breaker, logger, nowMs: marketClock.nowMs },
    // The files are there to be read again: nothing of a trip has to be frozen.
    snapshots: { keep: async () => {} },
    onState: async () => {},
    ...(contents && { remembered: contents.guard }),
  });
  const guard = createGuardTurn({
    ...{ market, logger, limits: breaker.limits, nowMs: marketClock.nowMs },
    ...{ hands, goesOn: contents !== undefined },
    spikes:
      parts.spikeWatch ??
      createSpikeWatch({
        ...{ market, logger, nowMs: marketClock.nowMs },
        toldLately: async () => [],
        onSpike(notice) {
          if (!isLookingAgain) spikes.tell(notice);
        },
      }),
    ...(parts.openWatch && { openWatch: parts.openWatch }),
    desks: [{ deskId, symbols, orders }],
  });

  return {
    ...{ clock, orders, books, equity, tradingState },
    async guard() {
      turns += 1;
      if (turns % OTHERS_EVERY_TURNS === 0) await setImmediate();
      const [view] = await guard.take();
      if (failures.length > 0) throw failures[0];
      if (view === undefined) throw new AppError('internal', `the guard has not looked at ${deskId}`);
      return view;
    },
    async lookAgain() {
      isLookingAgain = true;
      await guard.lookAgain();
      isLookingAgain = false;
    },
    async cycle() {
      const { nowMs } = clock;
      await runCycle(
        {
          ...{ deskId, symbols, seed: options.seed, kind: 'cycle', mode: 'paper', question: null },
          runId: runIdOfJob(jobIdAt(deskId, nowMs)),
          promptSetId: options.prompts.promptSetId,
          startedAtMs: nowMs,
          marketNowMs: nowMs,
        },
        deps,
      );
      if (newest.record === null) throw new AppError('internal', `the cycle at ${nowMs} left no record`);
      return newest.record;
    },
    arm(reason) {
      tradingState.arm({ reason, setBy: PERSON, atMs: clock.nowMs });
      equity.arm(clock.nowMs);
    },
    async contents() {
      const paper = await paperStore.transact(deskId, async (stored) => ({ books: stored, result: stored }));
      return {
        ...{ books: paper, orders: books.contents(), tradingState: tradingState.contents() },
        ...{ equity: equity.points, spikes: spikes.contents() },
        guard: hands.remembers(),
      };
    },
    close: guard.close,
  };
}

/** A run is over before the next one begins. */
function newestSnapshot(): SnapshotStore {
  let kept: Parameters<SnapshotStore['save']>[0] | null = null;
  return {
    async save(snapshot) {
      kept = snapshot;
    },
    load: async (snapshotId) => (kept?.snapshotId === snapshotId ? kept : null),
  };
}

/** Rules read no feedback; a model in a backtest will want it of the store. */
async function refuseFeedback(deskId: string): Promise<never> {
  throw new AppError('internal', `a backtest by rules was asked for what ${deskId} did before`);
}
