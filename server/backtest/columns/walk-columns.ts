/**
 * Walks a desk along columns: at every bar it asks plain numbers whether anything can happen, and gives the bar to the
 * desk itself where something can. The desk decides, trades and reckons; here is only told where it need not be asked.
 */
import type { Account } from '#domain/account.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { EpochMs } from '#domain/time.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import {
  armByPerson,
  type BacktestSpan,
  type BacktestState,
  NOTHING_DONE,
  waitedMs,
} from '../walk-backtest.ts';
import { type AccountLimits, AccountSight } from './account-sight.ts';
import type { ColumnDesk } from './column-desk.ts';
import { type ColumnMarket, closeOf } from './column-market.ts';
import { CycleSight } from './cycle-sight.ts';
import { asksToMove, type HeldBook, unrealisedOf } from './held-book.ts';

export interface ColumnWalkOptions {
  readonly limits: RiskLimits;
  readonly signal: AbortSignal;
  /** Told every so many bars, and at the end. */
  readonly onBars: (atMs: EpochMs) => void;
  /** Told each cycle the desk itself has run. */
  readonly onCycle?: (record: CycleRecord) => void;
}

export interface ColumnWalk {
  readonly state: BacktestState;
  /** How much of it the desk itself was asked for. */
  readonly asked: { readonly bars: number; readonly guards: number; readonly cycles: number };
  /** Cycles in which nothing could happen. */
  readonly passedOver: number;
}

const TELL_EVERY_BARS = 4_096;

/** Ends early where `signal` says so. @throws AppError what a turn of the guard throws */
export async function walkColumns(
  { desk, ...parts }: ColumnDesk,
  columns: ColumnMarket,
  span: BacktestSpan,
  { limits, signal, onBars, onCycle = () => {} }: ColumnWalkOptions,
): Promise<ColumnWalk> {
  const { toMs, barMs, cycleEveryMs, armAfterMs = Number.POSITIVE_INFINITY } = span;
  const account = new AccountSight(parts.equity, limits satisfies AccountLimits);
  const cycles = new CycleSight(columns, limits);
  const outcomes: Partial<Record<string, number>> = {};
  const asked = { bars: 0, guards: 0, cycles: 0 };
  let book: HeldBook = { balanceQuote: Number.NaN, positions: [], isBusy: true, isUnguarded: true };
  let trading = desk.tradingState.now();
  let isSettling = true;
  let mark = '';
  let last: Account | null = null;
  let failure: string | null = null;
  let passedOver = 0;
  let atMs = span.fromMs;
  let doneToMs: EpochMs | null = null;

  async function readDesk(seen: Account | null): Promise<void> {
    book = await parts.book();
    trading = desk.tradingState.now();
    const now = parts.mark();
    isSettling = now !== mark;
    mark = now;
    cycles.newBook(book, trading, parts.recentTrading());
    if (seen === null) return;
    last = seen;
    account.told(Number(seen.equityQuote), Number(seen.balanceQuote));
  }

  const lastBar = columns.firstBar + Math.round((toMs - span.fromMs) / barMs);
  for (let bar = columns.firstBar; bar <= lastBar && !signal.aborted; bar++) {
    atMs = closeOf(columns, bar);
    asked.bars += 1;
    const isLast = bar === lastBar;
    account.newBar(atMs);
    const worth = worthAt(book, columns, bar, atMs);
    const isToArm = waitedMs(trading, atMs) >= armAfterMs;
    const mustLook =
      isSettling ||
      isToArm ||
      isLast ||
      book.isBusy ||
      columns.alarms[bar] === 1 ||
      parts.isAwake() ||
      (book.positions.length > 0 && isReached(book, columns, bar, limits)) ||
      account.mayAct(worth, trading);
    if (mustLook) {
      desk.clock.nowMs = atMs;
      asked.guards += 1;
      const { account: seen } = await desk.guard();
      if (waitedMs(desk.tradingState.now(), atMs) >= armAfterMs) armByPerson(desk);
      await readDesk(seen);
    } else account.carry(worth, book.balanceQuote);
    if (atMs % cycleEveryMs === 0 && atMs < toMs) {
      const mustDecide =
        book.isUnguarded ||
        columns.alarms[bar] === 1 ||
        parts.isAwake() ||
        account.mayTurn(trading) ||
        cycles.mayDecide(bar, atMs);
      if (mustDecide) {
        desk.clock.nowMs = atMs;
        asked.cycles += 1;
        const record = await desk.cycle();
        onCycle(record);
        outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
        if (record.outcome === 'failed') failure ??= record.reason;
        await readDesk(record.account.after);
      } else {
        passedOver += 1;
        account.record();
      }
    }
    doneToMs = atMs;
    if ((bar - columns.firstBar) % TELL_EVERY_BARS === 0 || isLast) onBars(atMs);
  }
  const state: BacktestState = { ...NOTHING_DONE, doneToMs, account: last, outcomes, failure };
  return { state, asked, passedOver };
}

/** Equity at a bar's close; pays the settlements that have come on the way. */
function worthAt(book: HeldBook, { symbols }: ColumnMarket, bar: number, atMs: EpochMs): number {
  let open = 0;
  for (const position of book.positions) {
    const close = symbols[position.at]!.base.close[bar]!;
    for (;;) {
      const due = position.settlements[position.nextSettlement];
      if (due === undefined || due.atMs > atMs) break;
      book.balanceQuote -= position.side * due.rateFraction * close * position.quantityBase;
      position.nextSettlement += 1;
    }
    open += unrealisedOf(position, close);
  }
  return book.balanceQuote + open;
}

/** Whether the bar touches what stands at the venue, or closes where a stop has to move. */
function isReached(book: HeldBook, { symbols }: ColumnMarket, bar: number, limits: RiskLimits): boolean {
  for (const position of book.positions) {
    const { low, high, close } = symbols[position.at]!.base;
    if (low[bar]! <= position.floorQuote || high[bar]! >= position.ceilingQuote) return true;
    if (asksToMove(position, close[bar]!, limits.exitRules)) return true;
  }
  return false;
}
