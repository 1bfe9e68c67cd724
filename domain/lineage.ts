/** The chain from what was seen to what it came to: each link under its own id, with the numbers it had. */
import { z } from 'zod';
import { FundingPayment, PositionSide, ProtectedPosition, Trade } from './account.ts';
import { Approval } from './approval.ts';
import { DecimalText } from './decimal.ts';
import { LlmCall } from './desk-event.ts';
import { OrderIntent } from './intent.ts';
import { SnapshotRef } from './market.ts';
import { Opinion } from './opinion.ts';
import { Fill, Order } from './order.ts';
import { TradeProposal, Verdict, Withheld } from './proposal.ts';
import { CycleOutcome, NodeName, RunKind, RunStatus } from './run.ts';
import { QAdvice, Signal } from './signal.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';

/** A model's attempt at an answer, without what was said. */
export const LineageCall = LlmCall.pick({
  callId: true,
  spanId: true,
  model: true,
  attempt: true,
  status: true,
  inputTokens: true,
  outputTokens: true,
  costUsd: true,
});
export type LineageCall = z.infer<typeof LineageCall>;

export const LineageOpinion = Opinion.extend({
  /** The newest span it was formed in; null where the trace is gone. */
  spanId: z.string().nullable(),
  /** The version it was asked with, whoever answered; null where the run's prompt set is not on record. */
  prompt: z.object({ name: z.string(), version: z.number().int() }).nullable(),
  calls: z.array(LineageCall),
});
export type LineageOpinion = z.infer<typeof LineageOpinion>;

/** What one run saw, heard and decided about one symbol. */
export const LineageDecision = z.object({
  runId: z.string(),
  kind: RunKind,
  outcome: CycleOutcome,
  /** Why the whole run ended as it did. */
  reason: z.string(),
  symbol: MarketSymbol,
  /** Wall time. */
  startedAtMs: EpochMs,
  market: SnapshotRef.pick({ snapshotId: true, source: true, asOfMs: true, bars: true }).nullable(),
  signal: Signal.nullable(),
  qAdvice: QAdvice.nullable(),
  opinions: z.array(LineageOpinion),
  proposals: z.array(TradeProposal),
  withheld: Withheld.nullable(),
  verdicts: z.array(Verdict),
  /** What a person was asked and answered about this symbol; null where nobody was asked. */
  approval: Approval.nullable(),
  /** The span of each node it went through, by the node's name. */
  spans: z.partialRecord(NodeName, z.string()),
});
export type LineageDecision = z.infer<typeof LineageDecision>;

/**
 * Who sent an order. `run`: a cycle decided on it; `custody`: the desk protects what it holds; `person`: somebody asked
 * by hand; `venue`: the venue's own doing, or a stranger's: there is no plan of ours.
 */
export const OrderOrigin = z.enum(['run', 'custody', 'person', 'venue']);
export type OrderOrigin = z.infer<typeof OrderOrigin>;

/** A fill with what of it belongs to the trade: all, but for one that turned a position around. */
export const LineageFill = Fill.extend({
  ofTrade: z.object({ quantityBase: DecimalText, feeQuote: DecimalText, realisedQuote: DecimalText }),
});
export type LineageFill = z.infer<typeof LineageFill>;

export const LineageOrder = z.object({
  clientOrderId: z.string(),
  purpose: Fill.shape.purpose,
  origin: OrderOrigin,
  /** The run that decided on it; null for every other origin. */
  runId: z.string().nullable(),
  proposalId: z.string().nullable(),
  /** When the venue took it; where it never told, when it was planned, else when it first filled. */
  atMs: EpochMs,
  /** Null where it was none of ours. */
  intent: OrderIntent.nullable(),
  /** As the venue last told of it; null where it never did. */
  order: Order.nullable(),
  fills: z.array(LineageFill),
});
export type LineageOrder = z.infer<typeof LineageOrder>;

/** Exact: `net = gross - entry fees - exit fees - funding`. Of an open trade, as far as it has come. */
export const LineageSums = z.object({
  entryBase: DecimalText,
  exitBase: DecimalText,
  grossQuote: DecimalText,
  entryFeesQuote: DecimalText,
  exitFeesQuote: DecimalText,
  fundingQuote: DecimalText,
  netQuote: DecimalText,
});
export type LineageSums = z.infer<typeof LineageSums>;

/** A link that cannot be shown, and why. */
export const LineageGap = z.object({
  link: z.enum(['run', 'record', 'trace', 'candles', 'prompts', 'intent', 'order', 'sums']),
  /** The run or the order it is about. */
  subject: z.string(),
  message: z.string(),
});
export type LineageGap = z.infer<typeof LineageGap>;

/** A trade from its first look at the market to its profit, over every run that had a hand in it. */
export const TradeLineage = z.object({
  /** That of the fill which began it; a trade keeps it when it closes. */
  tradeId: z.string(),
  deskId: z.string(),
  symbol: MarketSymbol,
  side: PositionSide,
  openedAtMs: EpochMs,
  /** Null while it is open. */
  closedAtMs: EpochMs.nullable(),
  trade: Trade.nullable(),
  position: ProtectedPosition.nullable(),
  /** Of the runs that sent its orders, in market time. */
  decisions: z.array(LineageDecision),
  /** In the order in which the venue took them. */
  orders: z.array(LineageOrder),
  fundings: z.array(FundingPayment),
  sums: LineageSums,
  missing: z.array(LineageGap),
});
export type TradeLineage = z.infer<typeof TradeLineage>;

/** What a run decided, symbol by symbol, and every trade its orders had a hand in. */
export const RunLineage = z.object({
  runId: z.string(),
  kind: RunKind,
  status: RunStatus,
  /** The version of each prompt it worked with; null where its set is not on record. */
  promptVersions: z.record(z.string(), z.number().int()).nullable(),
  decisions: z.array(LineageDecision),
  trades: z.array(TradeLineage),
  missing: z.array(LineageGap),
});
export type RunLineage = z.infer<typeof RunLineage>;
