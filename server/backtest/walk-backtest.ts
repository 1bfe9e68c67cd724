/** Walks a desk along its candles: a turn of the guard at every bar's close, and the cycles on their grid. */
import type { Account } from '#domain/account.ts';
import type { CycleOutcome } from '#domain/run.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { BacktestDesk, DeskContents } from './backtest-desk.ts';

export interface BacktestSpan {
  /** Closes of bars: the first and the last instant there is something to see. */
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly barMs: number;
  /** Cycles begin on multiples of it, before the last instant. */
  readonly cycleEveryMs: number;
  /** A person arms a desk that has waited so long for one; nobody does when absent. */
  readonly armAfterMs?: number;
}

/** Where a walk stands after an instant that is wholly done: with it another process goes on from there. */
export interface BacktestState {
  /** Null before the first instant. */
  readonly doneToMs: EpochMs | null;
  readonly account: Account | null;
  readonly outcomes: Readonly<Partial<Record<CycleOutcome, number>>>;
  /** The first cycle that broke, in its own words. */
  readonly failure: string | null;
}

/** As it is kept between two processes. */
export type StoredBacktest = BacktestState & { readonly desk: DeskContents };

export const NOTHING_DONE: BacktestState = { doneToMs: null, account: null, outcomes: {}, failure: null };

export interface WalkOptions {
  readonly begun: BacktestState;
  /** Ends the walk between two instants. */
  readonly signal: AbortSignal;
  /** Told of each instant whose market the guard looks at again, before the walk goes on. */
  readonly onLookAgain?: (atMs: EpochMs) => void;
  /** Told after each instant. What it takes, the walk waits for. */
  readonly onInstant: (state: BacktestState) => Promise<void> | undefined;
}

/** Gives the state it came to: at `toMs`, or earlier when it was ended. @throws AppError what a turn of the guard throws */
export async function walkBacktest(
  desk: BacktestDesk,
  { fromMs, toMs, barMs, cycleEveryMs, armAfterMs = Number.POSITIVE_INFINITY }: BacktestSpan,
  { begun, signal, onInstant, onLookAgain = () => {} }: WalkOptions,
): Promise<BacktestState> {
  let state = begun;
  const outcomes = { ...begun.outcomes };
  const firstMs = begun.doneToMs === null ? fromMs : begun.doneToMs + barMs;
  // What the guard has seen of the market is kept nowhere: it is looked at again, and nothing decided again.
  for (let atMs = fromMs; atMs < firstMs && !signal.aborted; atMs += barMs) {
    desk.clock.nowMs = atMs;
    await desk.lookAgain();
    onLookAgain(atMs);
  }
  for (let atMs = firstMs; atMs <= toMs && !signal.aborted; atMs += barMs) {
    desk.clock.nowMs = atMs;
    let { account } = await desk.guard();
    let { failure } = state;
    if (waitedMs(desk.tradingState.now(), atMs) >= armAfterMs) armByPerson(desk);
    if (atMs % cycleEveryMs === 0 && atMs < toMs) {
      const record = await desk.cycle();
      outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
      account = record.account.after ?? account;
      if (record.outcome === 'failed') failure ??= record.reason;
    }
    state = { doneToMs: atMs, account, outcomes: { ...outcomes }, failure };
    await onInstant(state);
  }
  return state;
}

/** How long a desk has stood waiting for a person; a halt that ends by the market's recovery waits for nobody. */
export function waitedMs({ mode, endsBy, sinceMs }: TradingState, atMs: EpochMs): number {
  return mode === 'active' || endsBy === 'recovery' ? 0 : atMs - sinceMs;
}

export function armByPerson(desk: Pick<BacktestDesk, 'arm' | 'tradingState'>): void {
  const { mode, sinceMs, reason } = desk.tradingState.now();
  desk.arm(`armed by a person, as --arm-after has it; ${mode} since ${isoTime(sinceMs)}: ${reason}`);
}
