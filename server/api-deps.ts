/** What the HTTP border needs from the rest, as narrow ports. The container wires them; tests write small fakes. */
import type { DeskPageRequest, Page } from '#db/cursor.ts';
import type { AuditRepository } from '#db/repositories/audit.ts';
import type { ListedOrder, ListedTrade, OrderFilter, TradeFilter } from '#db/repositories/book-lists.ts';
import type { RunFilter } from '#db/repositories/run-list.ts';
import type { StoredCall, StoredSpan } from '#db/repositories/run-trace.ts';
import type { SignalFilter } from '#db/repositories/signals.ts';
import type { StrategyWeightsRepository } from '#db/repositories/strategy-weights.ts';
import type { Account, ProtectedPosition } from '#domain/account.ts';
import type { Approval, ApprovalAnswer, ApprovalStatus } from '#domain/approval.ts';
import type { DeskEvent, EquityPoint, SystemState } from '#domain/desk-event.ts';
import type { HealthReport } from '#domain/health.ts';
import type { IdSource } from '#domain/ids.ts';
import type { PastSignal } from '#domain/past-signal.ts';
import type { PromptTrial } from '#domain/prompt-trial.ts';
import type { CycleRecord, Desk, FoundRun, ListedRun } from '#domain/run.ts';
import type { RunNeighbours, RunTrace } from '#domain/run-trace.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import type { BreakerReason, StateChange } from '#domain/trading-state.ts';
import type { EntryProgress } from '#domain/working-entry.ts';
import type { BreakerEvent } from '#graphs/deps.ts';
import type { AttemptStore, SessionStore } from './access/sessions.ts';
import type { BoardPort } from './charts/boards.ts';
import type { ChartPort } from './charts/chart-bars.ts';
import type { AccessConfig } from './config-access.ts';
import type { ForkRequest } from './engine/open-fork.ts';
import type { BacktestsPort, CostsPort, LogsPort, ModelsPort } from './figure-ports.ts';
import type { HandPort } from './hand-port.ts';
import type { LineagePort } from './lineage.ts';
import type { Performance } from './performance.ts';
import type { DraftDesk } from './prompts/draft-desk.ts';
import type { PromptDesk } from './prompts/prompt-desk.ts';
import type { QTablesPort } from './qtables/promote-version.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Metrics } from './telemetry/metrics.ts';

export interface RunsPort {
  get(runId: string): Promise<ListedRun | null>;
  /** With long bodies and texts cut to how they begin. */
  trace(runId: string): Promise<RunTrace | null>;
  /** Null when there is no such run. */
  neighbours(runId: string): Promise<RunNeighbours | null>;
  /** Whole; null when the run has no such span. */
  span(runId: string, spanId: string): Promise<StoredSpan | null>;
  /** Whole; null when the run has no such call. */
  call(runId: string, callId: string): Promise<StoredCall | null>;
  /** Null while the run has not ended. */
  record(runId: string): Promise<CycleRecord | null>;
  /** Newest first. */
  list(filter: RunFilter): Promise<Page<FoundRun>>;
  /** False when the run is unknown or over. */
  requestCancel(runId: string): Promise<boolean>;
}

export interface EventsPort {
  /** Events with a greater id, in order. */
  after(
    id: number,
    options: { readonly runId?: string; readonly limit: number },
  ): Promise<readonly DeskEvent[]>;
  /** 0 before the first event. */
  latestId(): Promise<number>;
  /** Calls back after events were appended, by any process; gives the way to stop. */
  subscribe(onWake: () => void): Promise<() => unknown>;
}

export type WeightsPort = Pick<StrategyWeightsRepository, 'list' | 'promotedVersion' | 'promotions'>;

export type NewDesk = Pick<Desk, 'deskId' | 'name' | 'symbols' | 'intervalMs' | 'paused' | 'createdAtMs'>;
export type DeskPatch = Partial<Pick<Desk, 'name' | 'symbols' | 'intervalMs' | 'paused'>>;

export interface DesksPort {
  /** Those of the running market, without the desks of single cycles. */
  list(): Promise<readonly Desk[]>;
  /** Of whatever market. */
  get(deskId: string): Promise<Desk | null>;
  create(desk: NewDesk): Promise<Desk>;
  /** @throws AppError `not_found` */
  update(deskId: string, patch: DeskPatch): Promise<Desk>;
}

/** The desks are named: nothing here is answered for every desk of a database. */
export interface BooksPage extends DeskPageRequest {
  readonly deskIds: readonly string[];
}

/** Rows of the books name their desk. */
export type ListedPosition = ProtectedPosition & { readonly deskId: string };

export interface BooksPort {
  /** Null before the venue has been read for the first time. */
  account(deskId: string): Promise<Account | null>;
  positions(deskIds: readonly string[]): Promise<readonly ListedPosition[]>;
  /** Entries that go out over time and are not over. */
  entriesAtWork(deskIds: readonly string[]): Promise<readonly EntryProgress[]>;
  listOrders(page: BooksPage & OrderFilter): Promise<Page<ListedOrder>>;
  listTrades(page: BooksPage & TradeFilter): Promise<Page<ListedTrade>>;
  /** The newest `limit` points, oldest first. */
  equity(span: {
    readonly deskId: string;
    readonly fromMs?: EpochMs | undefined;
    readonly limit: number;
  }): Promise<readonly EquityPoint[]>;
}

export interface StateChanged {
  /** Desks whose state is another one now: none when all of them were active already. */
  readonly changed: readonly string[];
  /** What stood against it when a person armed: the breaker was tripped, and is measured anew from here. */
  readonly overridden: readonly BreakerReason[];
}

export type BreakerEventRow = BreakerEvent & { readonly eventId: number };

export interface TradingStatePort {
  /** A null desk means all of the market, and those to come. */
  halt(deskId: string | null, change: StateChange): Promise<StateChanged>;
  /** A person may override the breaker: what has fallen so far trips nothing any more, what falls from here on does. */
  arm(deskId: string | null, change: StateChange): Promise<StateChanged>;
  breakerEvents(page: BooksPage): Promise<Page<BreakerEventRow>>;
}

export interface PromptSummary {
  readonly name: string;
  readonly latestVersion: number;
  /** Which version each label points at. */
  readonly labels: Readonly<Record<string, number>>;
  readonly moves: readonly {
    readonly label: string;
    readonly version: number;
    readonly movedBy: string | null;
    readonly movedAtMs: EpochMs | null;
  }[];
  readonly newest: Pick<PromptVersion, 'author' | 'message' | 'createdAtMs'>;
}

export interface PromptVersion {
  readonly version: number;
  readonly text: string;
  /** Model settings of this version. */
  readonly config: unknown;
  readonly variables: readonly string[];
  readonly author: string;
  readonly message: string;
  readonly sha256: string;
  readonly createdAtMs: EpochMs;
}

export interface PromptDetail extends PromptSummary {
  /** Newest first. */
  readonly versions: readonly PromptVersion[];
}

export interface PromptsPort {
  list(): Promise<readonly PromptSummary[]>;
  get(name: string): Promise<PromptDetail | null>;
}

export interface ApprovalsPort {
  get(approvalId: string): Promise<Approval | null>;
  /** Pending ones first, then the newest. */
  list(
    filter: DeskPageRequest & {
      readonly status?: ApprovalStatus | undefined;
      readonly runId?: string | undefined;
    },
  ): Promise<Page<Approval>>;
  /** @throws AppError `not_found`; `request_invalid` for what was not asked; `conflict` when it is too late or done */
  answer(answer: {
    readonly approvalId: string;
    readonly answers: readonly ApprovalAnswer[];
    readonly by: string;
    readonly reason: string | null;
  }): Promise<Approval>;
}
/** What may be changed of prompts, and tried. */
export type PromptDeskPort = Pick<PromptDesk, 'save' | 'moveLabel' | 'removeLabel' | 'diff' | 'try'> &
  Pick<DraftDesk, 'check' | 'preview' | 'questions' | 'read' | 'takesEffectAtMs' | 'variables'>;

export type IdempotencyClaim =
  | { readonly state: 'new' }
  /** The key is given out again after this long, should the process that answers have died. */
  | { readonly state: 'running'; readonly freeInMs: number }
  | { readonly state: 'mismatch' }
  | { readonly state: 'done'; readonly status: number; readonly body: unknown };

export interface IdempotencyPort {
  /** `new` means the caller answers and completes; else it tells what became of the key. */
  claim(key: string, requestHash: string, atMs: EpochMs): Promise<IdempotencyClaim>;
  complete(key: string, status: number, body: unknown): Promise<unknown>;
  /** Forgets a claim whose call failed without effect, so that it may be tried again. */
  release(key: string): Promise<unknown>;
}

export interface AnalysisRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly question: string | null;
  readonly correlationId: string;
}

export type CycleStart =
  | { readonly runId: string }
  | { readonly skipped: true; readonly runningRunId: string };

export type AuditPort = Pick<AuditRepository, 'list' | 'write'>;

export interface DependencyHealth {
  readonly name: string;
  readonly status: 'up' | 'degraded' | 'down';
  /** Readiness falls only with what is required. */
  readonly required: boolean;
  readonly detail: string;
}

export interface RateLimit {
  readonly limit: number;
  readonly perMs: number;
}

/** No key, no PIN and no proxy where they are not named. */
export interface ApiConfig extends Pick<AccessConfig, 'apiKey'>, Partial<Omit<AccessConfig, 'apiKey'>> {
  readonly host: string;
  readonly rateLimit?: RateLimit;
  /** Name of the browsers' cookie. */
  readonly sessionCookie?: string;
}

/** Calls back once after a while unless cancelled; gives the way to cancel. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export interface SignalsPort {
  list(filter: SignalFilter): Promise<Page<PastSignal>>;
}

export interface ApiDeps extends HandPort {
  readonly config: ApiConfig;
  readonly runs: RunsPort;
  readonly events: EventsPort;
  readonly desks: DesksPort;
  readonly books: BooksPort;
  readonly lineage: LineagePort;
  readonly tradingState: TradingStatePort;
  readonly prompts: PromptsPort;
  readonly approvals: ApprovalsPort;
  readonly promptDesk: PromptDeskPort;
  readonly idempotency: IdempotencyPort;
  readonly logs: LogsPort;
  readonly sessions: SessionStore;
  readonly logInAttempts: AttemptStore;
  readonly costs: CostsPort;
  readonly backtests: BacktestsPort;
  readonly charts: ChartPort;
  readonly boards: BoardPort;
  readonly signals: SignalsPort;
  readonly models: ModelsPort;
  readonly qTables: QTablesPort;
  readonly strategyWeights: WeightsPort;
  /** What a desk's trading came to over a span of its market's time. */
  readonly performance: Performance;
  /** What the market source offers. */
  marketSymbols(): Promise<readonly MarketSymbol[]>;
  startAnalysis(request: AnalysisRequest): Promise<{ readonly runId: string }>;
  /** Decides a past run again, without orders. */
  startFork(request: ForkRequest): Promise<{ readonly runId: string }>;
  /** Ended forks and shadows that worked with a version of this prompt which is not the one of their run. */
  promptTrials(name: string): Promise<readonly PromptTrial[]>;
  startCycle(deskId: string): Promise<CycleStart>;
  readonly audit: AuditPort;
  systemState(deskId: string): Promise<SystemState>;
  /** What readiness asks, and no more: anybody may read it. */
  health(): Promise<readonly DependencyHealth[]>;
  /** Every dependency, for the pages. */
  healthReport(): Promise<HealthReport>;
  /** Hides what looks like a secret, and every one this process knows. */
  redact(text: string): string;
  readonly metrics: Metrics;
  /** Wall time. */
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Folder of the built web view. */
  readonly webRoot: string;
  /** Ends every event stream and every waiting answer when the server drains. */
  readonly shutdown?: AbortSignal;
  /** Timers of heartbeats and waits; real ones when absent. */
  readonly schedule?: Schedule;
}
