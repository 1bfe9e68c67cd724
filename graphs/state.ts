/**
 * What a run carries from node to node: small, JSON-safe and enough to go on after a kill. Candles and indicator
 * columns are not in here; they are found again by snapshot id (see frames.ts).
 */
import type { CallUsage } from '#agents/agent-desk.ts';
import type { Account, Position } from '#domain/account.ts';
import type { Approval } from '#domain/approval.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { SnapshotRef } from '#domain/market.ts';
import type { Observed } from '#domain/observed.ts';
import type { AbstentionReason, ExecutionPlan, Opinion } from '#domain/opinion.ts';
import type { Order } from '#domain/order.ts';
import type { TradeProposal, Verdict, Withheld } from '#domain/proposal.ts';
import type {
  MootSubject,
  NodeFailure,
  NodeName,
  NodeTrace,
  RunKind,
  TradingVenueMode,
} from '#domain/run.ts';
import type { QAdvice } from '#domain/signal.ts';
import type { Allowance, SpendingStep } from '#domain/spending.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { BreakerLevel, BreakerReason, TradingState } from '#domain/trading-state.ts';

export interface RunRequest {
  readonly runId: string;
  readonly deskId: string;
  readonly kind: RunKind;
  readonly mode: TradingVenueMode;
  readonly symbols: readonly MarketSymbol[];
  readonly question: string | null;
  readonly seed: number;
  readonly promptSetId: string;
  /** Wall time of the start. */
  readonly startedAtMs: EpochMs;
  /** Market time the whole run decides on; fixed at the start, so that a resumed run sees the same bars. */
  readonly marketNowMs: EpochMs;
}

export interface AgentUsage extends CallUsage {
  readonly abstention: AbstentionReason | null;
}

export interface CycleState {
  readonly request: RunRequest;
  readonly snapshot: SnapshotRef | null;
  /** What this run saw beside the market, as it saw it; null before it has looked. */
  readonly observed: Observed | null;
  /** Null when the venue could not be read. */
  readonly account: Account | null;
  /** Why it could not be read. */
  readonly unread: NodeFailure | null;
  readonly accountAfter: Account | null;
  readonly positions: readonly Position[];
  /** Orders that may open a position, those of entries that have begun included. */
  readonly openEntries: readonly Order[];
  readonly unknownOutcomes: number;
  readonly qAdvice: readonly QAdvice[];
  readonly level: BreakerLevel;
  readonly breakerReasons: readonly BreakerReason[];
  readonly tradingState: TradingState;
  readonly subjects: readonly MarketSymbol[];
  /** Subjects about which no opinion can change what the desk does, and so no model is asked. */
  readonly moot: readonly MootSubject[];
  readonly opinions: readonly Opinion[];
  readonly proposals: readonly TradeProposal[];
  readonly withheld: readonly Withheld[];
  readonly verdicts: readonly Verdict[];
  readonly plans: ExecutionPlan['plans'];
  /** What a person was asked and answered; null where nobody was asked. */
  readonly asked: Approval | null;
  readonly intents: readonly OrderIntent[];
  readonly orders: readonly Order[];
  readonly notes: readonly string[];
  readonly failure: (NodeFailure & { readonly node: NodeName }) | null;
  readonly traces: readonly NodeTrace[];
  /** Model use by span, so that a repeated node does not count twice. */
  readonly usage: Readonly<Record<string, AgentUsage>>;
  /** What the run may ask; null until somebody is to be asked, and where nothing limits it. */
  readonly allowance: Allowance | null;
  readonly spendingSteps: readonly SpendingStep[];
}

export type CyclePatch = Partial<Omit<CycleState, 'request'>>;

export function initialState(request: RunRequest): CycleState {
  return {
    request,
    snapshot: null,
    observed: null,
    account: null,
    unread: null,
    accountAfter: null,
    positions: [],
    openEntries: [],
    unknownOutcomes: 0,
    qAdvice: [],
    level: 'clear',
    breakerReasons: [],
    tradingState: { mode: 'halted', reason: 'not read yet', setBy: 'start', sinceMs: request.marketNowMs },
    subjects: [],
    moot: [],
    opinions: [],
    proposals: [],
    withheld: [],
    verdicts: [],
    plans: [],
    asked: null,
    intents: [],
    orders: [],
    notes: [],
    failure: null,
    traces: [],
    usage: {},
    allowance: null,
    spendingSteps: [],
  };
}

/** Fields that several tasks of one step write, each with the key that makes writing twice the same as once. */
export const MERGED_FIELDS = {
  opinions: (opinion: Opinion) => `${opinion.agent}|${opinion.symbol ?? ''}`,
  verdicts: (verdict: Verdict) => `${verdict.stage}|${verdict.proposalId}`,
  traces: (trace: NodeTrace) => `${trace.name}|${trace.symbol ?? ''}`,
  // One line for a fan-out, however many of its calls had to step down.
  spendingSteps: (step: SpendingStep) => `${step.agent}|${step.step}`,
} as const;

/** Replaces what has the same key and appends what is new, keeping the order of first sight. */
export function mergeByKey<Entry>(
  current: readonly Entry[],
  added: readonly Entry[],
  keyOf: (entry: Entry) => string,
): Entry[] {
  const merged = new Map(current.map((entry) => [keyOf(entry), entry]));
  for (const entry of added) merged.set(keyOf(entry), entry);
  return [...merged.values()];
}

/** The state after a node: what LangGraph's reducers do, for running the nodes without it. */
export function applyPatch(state: CycleState, patch: CyclePatch): CycleState {
  return {
    ...state,
    ...patch,
    opinions: mergeByKey(state.opinions, patch.opinions ?? [], MERGED_FIELDS.opinions),
    verdicts: mergeByKey(state.verdicts, patch.verdicts ?? [], MERGED_FIELDS.verdicts),
    traces: mergeByKey(state.traces, patch.traces ?? [], MERGED_FIELDS.traces),
    spendingSteps: mergeByKey(state.spendingSteps, patch.spendingSteps ?? [], MERGED_FIELDS.spendingSteps),
    usage: { ...state.usage, ...patch.usage },
    failure: state.failure ?? patch.failure ?? null,
  };
}
