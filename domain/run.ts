import { z } from 'zod';
import { Account, Position } from './account.ts';
import { OrderIntent } from './intent.ts';
import { SnapshotRef } from './market.ts';
import { AbstentionReason, DecidedBy, Opinion } from './opinion.ts';
import { Order } from './order.ts';
import { TradeProposal, Verdict, Withheld } from './proposal.ts';
import { QAdvice, Signal } from './signal.ts';
import { EpochMs } from './time.ts';
import { BreakerLevel, BreakerReason, TradingState } from './trading-state.ts';

export const RunKind = z.enum(['cycle', 'analysis']);
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
  market: SnapshotRef.nullable(),
  nodes: z.array(NodeTrace),
  level: BreakerLevel,
  breakerReasons: z.array(BreakerReason),
  tradingState: TradingState,
  signals: z.array(Signal),
  qAdvice: z.array(QAdvice),
  subjects: z.array(z.string()),
  opinions: z.array(Opinion),
  proposals: z.array(TradeProposal),
  /** Subjects that gave no proposal, and why. */
  withheld: z.array(Withheld),
  verdicts: z.array(Verdict),
  intents: z.array(OrderIntent),
  orders: z.array(Order),
  /** What the venue showed when the run ended. */
  positions: z.array(Position),
  /** Custody's and reconciliation's remarks. */
  notes: z.array(z.string()),
  account: z.object({ before: Account.nullable(), after: Account.nullable() }),
  llm: LlmUsage,
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
  /** When the trace of an old run without orders was dropped to save room; null while it is whole. */
  thinnedAtMs: EpochMs.nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A run beside those of other markets: `market` is the one its desk lives on, and whose processes alone run it. */
export const ListedRun = RunSummary.extend({ market: z.string() });
export type ListedRun = z.infer<typeof ListedRun>;

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
