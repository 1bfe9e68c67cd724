import { z } from 'zod';
import { Account, Position } from './account.ts';
import { Approval } from './approval.ts';
import { OrderIntent } from './intent.ts';
import { SnapshotRef } from './market.ts';
import { Observed } from './observed.ts';
import { AbstentionReason, DecidedBy, ExecutionPlan, Opinion } from './opinion.ts';
import { Order } from './order.ts';
import { TradeProposal, Verdict, Withheld } from './proposal.ts';
import { QAdvice, Signal } from './signal.ts';
import { Spending } from './spending.ts';
import { EpochMs } from './time.ts';
import { BreakerLevel, BreakerReason, TradingMode, TradingState } from './trading-state.ts';

/**
 * A cycle may trade and an analysis answers a question. A fork decides a past run again on its own frozen market, and a
 * shadow decides beside a live cycle; neither can reach a venue.
 */
export const RunKind = z.enum(['cycle', 'analysis', 'fork', 'shadow']);
export type RunKind = z.infer<typeof RunKind>;

export const RunStatus = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled', 'lost']);
export type RunStatus = z.infer<typeof RunStatus>;

export const CycleOutcome = z.enum(['traded', 'held', 'denied', 'halted', 'failed']);
export type CycleOutcome = z.infer<typeof CycleOutcome>;

export const NodeKind = z.enum(['agent', 'tool']);
export type NodeKind = z.infer<typeof NodeKind>;

export const NodeName = z.enum([
  'observe',
  'indicators',
  'qtable',
  'breaker',
  'guardian',
  'protect',
  'scanner',
  'context',
  'propose',
  'gate',
  'risk',
  'executor',
  'close',
  'approval',
  'place',
  'record',
]);
export type NodeName = z.infer<typeof NodeName>;

/** Names the failure of a node: its code and its words. */
export const NodeFailure = z.object({ code: z.string(), message: z.string() });
export type NodeFailure = z.infer<typeof NodeFailure>;

export const NodeTrace = z.object({
  name: NodeName,
  kind: NodeKind,
  /** The subject of a fanned-out node; null elsewhere. */
  symbol: z.string().nullable(),
  /** Wall time. */
  startedAtMs: EpochMs,
  durationMs: z.number().nonnegative(),
  decidedBy: DecidedBy,
  error: NodeFailure.nullable(),
});
export type NodeTrace = z.infer<typeof NodeTrace>;

/** A span is written when it opens and again when it closes, so that a killed run leaves an open one behind. */
export const Span = z.object({
  spanId: z.string(),
  runId: z.string(),
  name: NodeName,
  kind: NodeKind,
  symbol: z.string().nullable(),
  status: z.enum(['open', 'ok', 'failed', 'lost']),
  startedAtMs: EpochMs,
  durationMs: z.number().nonnegative().nullable(),
  decidedBy: DecidedBy.nullable(),
  input: z.unknown(),
  output: z.unknown(),
  error: NodeFailure.nullable(),
});
export type Span = z.infer<typeof Span>;

/** Null is unknown, as soon as it is for one call: then the known part says little. */
export const LlmUsage = z.object({
  calls: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  costUsd: z.number().nonnegative().nullable(),
  abstentions: z.partialRecord(AbstentionReason, z.number().int().positive()),
});
export type LlmUsage = z.infer<typeof LlmUsage>;

export const TradingVenueMode = z.enum(['paper', 'live']);
export type TradingVenueMode = z.infer<typeof TradingVenueMode>;

/** What the same cycle would have decided without a model, on the same frozen market and book. Nothing of it was sent. */
export const RulesAlone = z.object({
  level: BreakerLevel,
  tradingMode: TradingMode,
  subjects: z.array(z.string()).readonly(),
  proposals: z.array(TradeProposal).readonly(),
  verdicts: z.array(Verdict).readonly(),
  plans: ExecutionPlan.shape.plans.readonly(),
  /** What it took to find out. */
  durationMs: z.number().nonnegative(),
});
export type RulesAlone = z.infer<typeof RulesAlone>;

export const MootSubject = z.object({ symbol: z.string(), why: z.string() });
export type MootSubject = z.infer<typeof MootSubject>;

/** One cycle or analysis, whatever happened: what was seen, said, refused, done, and what it left. */
export const CycleRecord = z.object({
  runId: z.string(),
  deskId: z.string(),
  kind: RunKind,
  mode: TradingVenueMode,
  outcome: CycleOutcome,
  reason: z.string(),
  question: z.string().nullable(),
  startedAtMs: EpochMs,
  finishedAtMs: EpochMs,
  /** Market time when it finished; absent where the market stood still, and in records that did not keep it. */
  marketFinishedAtMs: EpochMs.optional(),
  market: SnapshotRef.nullable(),
  nodes: z.array(NodeTrace),
  level: BreakerLevel,
  breakerReasons: z.array(BreakerReason),
  tradingState: TradingState,
  signals: z.array(Signal),
  qAdvice: z.array(QAdvice),
  subjects: z.array(z.string()),
  /** Those about which no opinion could change what the desk did, so that no model was asked; absent where there are none. */
  moot: z.array(MootSubject).optional(),
  opinions: z.array(Opinion),
  proposals: z.array(TradeProposal),
  /** Subjects that gave no proposal, and why. */
  withheld: z.array(Withheld),
  verdicts: z.array(Verdict),
  /** What a person was asked and answered; absent where nobody was asked. */
  approval: Approval.optional(),
  intents: z.array(OrderIntent),
  orders: z.array(Order),
  /** What the venue showed when the run ended. */
  positions: z.array(Position),
  /** Custody's and reconciliation's remarks. */
  notes: z.array(z.string()),
  account: z.object({ before: Account.nullable(), after: Account.nullable() }),
  /** What it saw beside the market; absent in records of versions that did not keep it, and of runs that saw nothing. */
  observed: Observed.optional(),
  /** Only where a model decided something: elsewhere the decisions are the rules' own. */
  rulesAlone: RulesAlone.optional(),
  llm: LlmUsage,
  /** What the run was allowed to ask, and each step down; absent where nobody was to be asked. */
  spending: Spending.optional(),
  promptSetId: z.string(),
  seed: z.number().int(),
});
export type CycleRecord = z.infer<typeof CycleRecord>;

/** A line of the list of runs. */
export const RunSummary = z.object({
  runId: z.string(),
  deskId: z.string(),
  kind: RunKind,
  status: RunStatus,
  outcome: CycleOutcome.nullable(),
  reason: z.string().nullable(),
  question: z.string().nullable(),
  symbols: z.array(z.string()),
  level: BreakerLevel.nullable(),
  startedAtMs: EpochMs,
  finishedAtMs: EpochMs.nullable(),
  marketAsOfMs: EpochMs.nullable(),
  orders: z.number().int().nonnegative(),
  /** Null when the cost of one of its model calls is unknown. */
  costUsd: z.number().nonnegative().nullable(),
  /** The run that this one decides again, and from which node on; null for a run of its own. */
  forkOf: z.string().nullable(),
  forkFrom: NodeName.nullable(),
  /** When the trace of an old run without orders was dropped to save room; null while it is whole. */
  thinnedAtMs: EpochMs.nullable(),
  /** Wall time until which it waits for a person’s approval; null while it waits for nobody. */
  waitsUntilMs: EpochMs.nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** Where a search found its words: the text around them, and where in that text they stand. */
export const RunHit = z.object({
  place: z.enum(['question', 'reason', 'answer', 'prompt']),
  /** Whose call it was; null in the run's own words. */
  agent: z.string().nullable(),
  symbol: z.string().nullable(),
  text: z.string(),
  marks: z.array(z.object({ from: z.number().int().nonnegative(), to: z.number().int().positive() })),
});
export type RunHit = z.infer<typeof RunHit>;

/** A run beside those of other markets: `market` is the one its desk lives on, and whose processes alone run it. */
export const ListedRun = RunSummary.extend({ market: z.string() });
export type ListedRun = z.infer<typeof ListedRun>;

/** A run with what a search found in it; null where nothing was searched for. */
export const FoundRun = ListedRun.extend({ hit: RunHit.nullable() });
export type FoundRun = z.infer<typeof FoundRun>;

export const Desk = z.object({
  deskId: z.string(),
  name: z.string().min(1).max(60),
  symbols: z.array(z.string()).min(1).max(200),
  intervalMs: z.number().int().min(1_000).max(86_400_000),
  /** A paused desk keeps its stops and runs no cycles. */
  paused: z.boolean(),
  cyclesRun: z.number().int().nonnegative(),
  ticksSkipped: z.number().int().nonnegative(),
  createdAtMs: EpochMs,
});
export type Desk = z.infer<typeof Desk>;
