/**
 * The five agents as the graph sees them: typed questions in, bounded answers out.
 * An agent never throws for a bad model: it answers by its rules and says why.
 */
import type { Account, Position } from '#domain/account.ts';
import type {
  AbstentionReason,
  ContextOpinion,
  DecidedBy,
  ExecutionPlan,
  GuardianOpinion,
  RiskReview,
  ScannerReport,
} from '#domain/opinion.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';
import type { EpochMs } from '#domain/time.ts';
import type { BreakerLevel, BreakerReason } from '#domain/trading-state.ts';

export interface AgentAnswer<Answer> {
  readonly answer: Answer;
  readonly decidedBy: DecidedBy;
  /** Why the rules answered though a model was asked or configured; null when the model did. */
  readonly abstention: AbstentionReason | null;
  readonly usage: CallUsage;
}

/** Null is unknown: the model told no tokens, or its prices are not set. A sum with an unknown part is unknown. */
export interface CallUsage {
  readonly calls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

/** Which run and span a model call belongs to. */
export interface AskContext {
  readonly runId: string;
  readonly spanId: string;
  readonly promptSetId: string;
  readonly atMs: EpochMs;
  readonly signal: AbortSignal;
}

export interface GuardianQuestion {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  readonly signals: readonly Signal[];
  readonly account: Account | null;
  readonly positions: readonly Position[];
}

export interface ScannerQuestion {
  /** The detectors' shortlist, best first. */
  readonly shortlist: readonly Signal[];
  readonly positions: readonly Position[];
  readonly maxSubjects: number;
}

export interface ContextQuestion {
  readonly signal: Signal;
  readonly qAdvice: QAdvice | null;
  readonly position: Position | null;
  readonly fundingRateFraction: number | null;
  readonly openInterestQuote: number | null;
  /** Bitcoin's signal as the market's backdrop; null where BTC is not in the universe. */
  readonly btc: Signal | null;
  /** A person's question in an analysis: untrusted text. */
  readonly question: string | null;
}

export interface RiskQuestion {
  readonly proposals: readonly TradeProposal[];
  readonly verdicts: readonly Verdict[];
  readonly signals: readonly Signal[];
  readonly account: Account;
  readonly positions: readonly Position[];
}

export interface ExecutorQuestion {
  readonly proposals: readonly TradeProposal[];
  readonly verdicts: readonly Verdict[];
  readonly signals: readonly Signal[];
}

export interface AgentDesk {
  guardian(question: GuardianQuestion, context: AskContext): Promise<AgentAnswer<GuardianOpinion>>;
  scanner(question: ScannerQuestion, context: AskContext): Promise<AgentAnswer<ScannerReport>>;
  context(question: ContextQuestion, context: AskContext): Promise<AgentAnswer<ContextOpinion>>;
  risk(question: RiskQuestion, context: AskContext): Promise<AgentAnswer<RiskReview>>;
  executor(question: ExecutorQuestion, context: AskContext): Promise<AgentAnswer<ExecutionPlan>>;
}
