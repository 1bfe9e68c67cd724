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
  Quote,
  RiskReview,
  ScannerReport,
} from '#domain/opinion.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';
import type { SpendingStep, SpendingTier } from '#domain/spending.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { BreakerLevel, BreakerReason } from '#domain/trading-state.ts';
import type { Background } from './background.ts';
import type { AllowSpending } from './budget.ts';

export interface AgentAnswer<Answer> {
  readonly answer: Answer;
  readonly decidedBy: DecidedBy;
  /** Why the rules answered though a model was asked or configured; null when the model did. */
  readonly abstention: AbstentionReason | null;
  readonly usage: CallUsage;
  /** Why the model's reply was discarded, a line for each. */
  readonly doubts?: readonly string[];
  /** The numbers in the model's words, of a discarded reply too. */
  readonly quotes?: readonly Quote[];
  /** How it stepped down from the model it was to ask, because of its cost. */
  readonly steps?: readonly SpendingStep[];
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
  /** The subject it is about; null for a question about several. */
  readonly symbol: MarketSymbol | null;
  readonly promptSetId: string;
  /** What the run may ask; as usual where nobody has said. */
  readonly tier?: SpendingTier;
  readonly atMs: EpochMs;
  /** Why the rules answer though there is a model to ask; absent where it is to be asked. */
  readonly unasked?: string;
  readonly signal: AbortSignal;
  /** What a prompt tells beside the question. */
  readonly background: Background;
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
  /** Whether there is a model to ask. */
  readonly hasModel: boolean;
  /** What a run may ask, decided before its calls go out; absent where nothing limits it. */
  readonly allow?: AllowSpending;
  guardian(question: GuardianQuestion, context: AskContext): Promise<AgentAnswer<GuardianOpinion>>;
  scanner(question: ScannerQuestion, context: AskContext): Promise<AgentAnswer<ScannerReport>>;
  context(question: ContextQuestion, context: AskContext): Promise<AgentAnswer<ContextOpinion>>;
  risk(question: RiskQuestion, context: AskContext): Promise<AgentAnswer<RiskReview>>;
  executor(question: ExecutorQuestion, context: AskContext): Promise<AgentAnswer<ExecutionPlan>>;
}
