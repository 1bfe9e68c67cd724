/**
 * What a run needs from outside, as small ports. The server wires them to Postgres, a backtest to memory.
 * An analysis gets `AnalysisDeps`: without the desk of orders it cannot trade, by construction.
 */
import type { AgentDesk } from '#agents/agent-desk.ts';
import type { Approval } from '#domain/approval.ts';
import { AppError } from '#domain/errors.ts';
import type { PastTrading } from '#domain/feedback.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import type { CycleRecord, RulesAlone, Span } from '#domain/run.ts';
import type { Spike } from '#domain/signal.ts';
import type { RegimeWeights } from '#domain/strategy-weights.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import type {
  BreakerLevel,
  BreakerReason,
  StateChange,
  TradingMode,
  TradingState,
} from '#domain/trading-state.ts';
import type { TripMarket } from '#domain/trip-market.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { BreakerThresholds } from '#tools/breaker/assess-breaker.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';
import type { AssumedCosts } from '#tools/performance/trading-costs.ts';
import type { QTableReader } from '#tools/qtable/q-table.ts';
import type { EquityMarks, RecentTrading } from '#tools/risk/gate-context.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import { OWN_POINTS } from '#tools/strategies/desk-strategies.ts';
import type { FrameStore } from './frames.ts';

export interface AnalysisDeps {
  readonly market: MarketData;
  readonly agents: AgentDesk;
  readonly qtable: QTableReader;
  readonly tracer: RunTracer;
  readonly snapshots: SnapshotStore;
  readonly heardSpikes: HeardSpikes;
  readonly frames: FrameStore;
  readonly tradingState: TradingStateReader;
  readonly records: RecordStore;
  /** What the desk decided and traded before a market time. Asked only where a model is. */
  readonly pastTrading: (deskId: string, atMs: EpochMs) => Promise<PastTrading>;
  /** Wall time. Market time comes with the run's request. */
  readonly wallClock: Clock;
  /** A monotonic reading for durations. */
  readonly elapsedMs: () => number;
  readonly limits: RiskLimits;
  readonly thresholds: BreakerThresholds;
  readonly settings: CycleSettings;
  readonly control: RunControl;
  /** What a cycle's rules would have decided in the place of its model; absent where nobody asks. */
  readonly rulesAlone?: (record: CycleRecord) => Promise<RulesAlone>;
}

export interface CycleDeps extends AnalysisDeps {
  readonly orders: OrderDesk;
  readonly tradingState: TradingStateStore;
  readonly equityMarks: (deskId: string, atMs: EpochMs) => Promise<EquityMarks>;
  readonly recentTrading: (deskId: string, atMs: EpochMs) => Promise<RecentTrading>;
  readonly approvals: ApprovalDesk;
}

export type ApprovalQuestion = Pick<Approval, 'runId' | 'deskId' | 'asked'>;

/** Where a run asks a person before it opens anything. What was asked outlives the process that asked. */
export interface ApprovalDesk {
  /** Whether openings wait for a person. A run that has asked already waits whatever this says now. */
  readonly isAsked: boolean;
  /** Puts the run's one question, or gives it as it was put before and stands now: past its deadline it has expired. */
  ask(question: ApprovalQuestion): Promise<Approval>;
  /** Ends a question nobody has answered. Gives it as it then stands: an answer that came first stays. */
  withdraw(question: Pick<Approval, 'approvalId'>, reason: string): Promise<Approval>;
}

/** For what runs without people: backtests and rehearsals. */
export const NOBODY_ASKED: ApprovalDesk = {
  isAsked: false,
  ask: async ({ runId }) => {
    throw new AppError('internal', `run ${runId} asks a person where there is none`);
  },
  withdraw: async ({ approvalId }) => {
    throw new AppError('internal', `${approvalId} was asked where there is no person`);
  },
};

export interface CycleSettings {
  /** `points`, or the strategy whose word takes their place: one of `DESK_STRATEGIES`. */
  readonly strategy: string;
  /** Of a strategy that weighs others' votes; null where no version is promoted: all weigh the same. */
  readonly weights: RegimeWeights | null;
  readonly barsPerSeries: number;
  /** The shortlist's greatest length; open positions come on top. */
  readonly maxSubjects: number;
  /** How far a full conviction of the Context agent moves the fused one. */
  readonly convictionWeight: number;
  /** What a reckoning on candles assumes that taking costs, beside the fee. */
  readonly assumedCosts: AssumedCosts;
  /** Whether the rules may open something in a cycle in which a model that was asked did not answer. */
  readonly whenModelDown: 'no_new_risk' | 'rules';
}

export const DEFAULT_SETTINGS: CycleSettings = {
  ...{ strategy: OWN_POINTS, weights: null },
  ...{ barsPerSeries: 150, maxSubjects: 5, convictionWeight: 0.3 },
  assumedCosts: { halfSpreadFraction: 0.0001, impactFraction: 0.01, volumeShareFraction: 0.1 },
  whenModelDown: 'no_new_risk',
};

export interface RunControl {
  /** Aborts what waits on a model or a venue; set by a cancel or a drain. */
  readonly signal: AbortSignal;
  /** Asked before every node: true ends the run at its record. */
  isCancelled(): Promise<boolean>;
  /** Told when a node has done its work: what the next one is to hear may be asked for from now on. */
  lookAhead?(): void;
}

/** Writes a span when it opens and when it closes. A failed write fails the node, or the one that comes next. */
export interface RunTracer {
  opened(span: Span): Promise<void>;
  closed(span: Span): Promise<void>;
}

/** Keeps the frozen market of a run, so that a resumed or forked run sees the same candles. */
export interface SnapshotStore {
  save(snapshot: MarketSnapshot): Promise<void>;
  /** Null when it was never saved. */
  load(snapshotId: string): Promise<MarketSnapshot | null>;
}

/**
 * What a watch over the market told of these symbols up to `asOfMs` and no cycle of the desk has taken in yet. Asked once,
 * where a run observes: from there on it is part of the run's frozen market.
 */
export type HeardSpikes = (asked: {
  readonly deskId: string;
  readonly symbols: readonly MarketSymbol[];
  readonly asOfMs: EpochMs;
}) => Promise<readonly Spike[]>;

export interface RecordStore {
  /** Stores the record and ends the run in one transaction. A run that has its record keeps the first one. */
  save(record: CycleRecord): Promise<void>;
}

export interface TradingStateReader {
  read(deskId: string): Promise<TradingState>;
}

export interface TradingStateStore extends TradingStateReader {
  /** Moves towards less risk only: active → reducing → halted. Never re-arms; gives the state as it now stands. */
  tighten(deskId: string, to: TradingMode, why: StateChange): Promise<TradingState>;
  /** Back from a `reducing` that the breaker had set. A halt, and what a person set, stay. */
  relax(deskId: string, why: StateChange): Promise<TradingState>;
  /** Stores what the cycle has assessed, and gives it together with what the guard sees between cycles. */
  setLevel(
    deskId: string,
    assessment: LevelAssessment & { readonly atMs: EpochMs },
  ): Promise<LevelAssessment>;
  breakerEvent(event: BreakerEvent): Promise<void>;
}

export interface LevelAssessment {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
}

export interface BreakerEvent {
  readonly deskId: string;
  readonly runId: string | null;
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  readonly actions: readonly { readonly name: string; readonly atMs: EpochMs; readonly detail: string }[];
  readonly symbols: readonly MarketSymbol[];
  readonly atMs: EpochMs;
  /** The frozen market it was told on, and what that came to; absent where nothing was frozen. */
  readonly snapshotId?: string | null;
  readonly market?: readonly TripMarket[];
}
