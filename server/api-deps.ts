/** What the HTTP border needs from the rest, as narrow ports. The container wires them; tests write small fakes. */
import type { DeskPageRequest, Page } from '#db/cursor.ts';
import type { RunFilter } from '#db/repositories/run-list.ts';
import type { Account, Position, PositionSide, ProtectedPosition, Trade } from '#domain/account.ts';
import type { DeskEvent, EquityPoint, RunDetail, SystemState } from '#domain/desk-event.ts';
import type { IdSource } from '#domain/ids.ts';
import type { Order } from '#domain/order.ts';
import type { CycleRecord, Desk, ListedRun } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import type { BreakerReason, StateChange } from '#domain/trading-state.ts';
import type { EntryProgress } from '#domain/working-entry.ts';
import type { BreakerEvent } from '#graphs/deps.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Metrics } from './telemetry/metrics.ts';

export interface RunsPort {
  get(runId: string): Promise<ListedRun | null>;
  detail(runId: string): Promise<(RunDetail & { readonly run: ListedRun }) | null>;
  /** Null while the run has not ended. */
  record(runId: string): Promise<CycleRecord | null>;
  /** Newest first. */
  list(filter: RunFilter): Promise<Page<ListedRun>>;
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

/** Rows of the books name their desk; orders the run that sent them where it was ours, and while open their position. */
export type ListedOrder = Order & {
  readonly deskId: string;
  readonly runId: string | null;
  readonly positionId: string | null;
};
export type ListedTrade = Trade & { readonly deskId: string };
export type ListedPosition = ProtectedPosition & { readonly deskId: string };

export interface BooksPort {
  /** Null before the venue has been read for the first time. */
  account(deskId: string): Promise<Account | null>;
  positions(deskIds: readonly string[]): Promise<readonly ListedPosition[]>;
  /** Entries that go out over time and are not over. */
  entriesAtWork(deskIds: readonly string[]): Promise<readonly EntryProgress[]>;
  listOrders(page: BooksPage): Promise<Page<ListedOrder>>;
  listTrades(page: BooksPage): Promise<Page<ListedTrade>>;
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

/** Which positions to close; null does not narrow it. Only those of the running market are ever meant. */
export interface PositionChoice {
  readonly deskId: string | null;
  readonly symbol: MarketSymbol | null;
  readonly side: PositionSide | null;
  /** This very position, and none that has taken its place since. */
  readonly positionId: string | null;
}

/** What was asked of one position: an order sent, or why not. */
export interface CloseAnswer {
  readonly verdicts: readonly CloseVerdict[];
  /** Entries that would have enlarged what was to be closed, or opened it yet. */
  readonly entriesGivenUp: number;
}

export interface CloseVerdict extends Pick<Position, 'positionId' | 'symbol' | 'side' | 'quantityBase'> {
  readonly deskId: string;
  readonly outcome: 'sent' | 'denied' | 'failed';
  readonly message: string;
}

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

export interface ApiConfig {
  /** Null: no key is asked for, and only loopback callers are served. */
  readonly apiKey: string | null;
  readonly host: string;
  readonly rateLimit?: RateLimit;
}

/** Calls back once after a while unless cancelled; gives the way to cancel. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export interface ApiDeps {
  readonly config: ApiConfig;
  readonly runs: RunsPort;
  readonly events: EventsPort;
  readonly desks: DesksPort;
  readonly books: BooksPort;
  readonly tradingState: TradingStatePort;
  readonly prompts: PromptsPort;
  readonly idempotency: IdempotencyPort;
  /** What the market source offers. */
  marketSymbols(): Promise<readonly MarketSymbol[]>;
  startAnalysis(request: AnalysisRequest): Promise<{ readonly runId: string }>;
  startCycle(deskId: string): Promise<CycleStart>;
  /** Closes at market what is chosen, desk by desk. Nothing open gives an empty list. */
  closePositions(choice: PositionChoice, reason: string): Promise<CloseAnswer>;
  systemState(deskId: string): Promise<SystemState>;
  health(): Promise<readonly DependencyHealth[]>;
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
