/** A backtest's desk whose inside a walk over columns can look into: its books, its curve, its watch. */
import type { Position } from '#domain/account.ts';
import { positionViews } from '#exchanges/paper/margin.ts';
import { createMemoryPaperStore } from '#exchanges/paper/memory-paper-store.ts';
import type { PaperBooks } from '#exchanges/paper/paper-books.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import { EquityColumn } from '#tools/columns/equity-column.ts';
import { protectionOf } from '#tools/orders/meant-protection.ts';
import type { RecentTrading } from '#tools/risk/gate-context.ts';
import { type BacktestDesk, type BacktestDeskOptions, openBacktestDesk } from '../backtest-desk.ts';
import { recentTradingOf } from '../memory-trading-books.ts';
import { createCalmWatch } from './calm-watch.ts';
import { createColumnEquity } from './column-equity.ts';
import type { ColumnMarket } from './column-market.ts';
import { createColumnSpikes } from './column-spikes.ts';
import { type HeldBook, heldBook } from './held-book.ts';

export interface ColumnDesk {
  readonly desk: BacktestDesk;
  readonly equity: EquityColumn;
  /** Whether the breaker is fed now, so that every bar has to be looked at. */
  isAwake(): boolean;
  /** The account as the desk has left it. */
  book(): Promise<HeldBook>;
  recentTrading(): RecentTrading;
  /** Another text as soon as anything of the account or of the trading state is another. */
  mark(): string;
}

export async function openColumnDesk(
  options: Omit<BacktestDeskOptions, 'contents' | 'parts'>,
  columns: ColumnMarket,
  cycleEveryMs: number,
): Promise<ColumnDesk> {
  const { deskId, startAtMs, market, limits } = options;
  const equity = new EquityColumn();
  const firstStops = new Map<string, string>();
  const { store: paperStore, last } = openEyedStore();
  const clock = { nowMs: () => desk.clock.nowMs };
  const state = () => desk.tradingState.now();
  const calm = createCalmWatch({
    isAlarmed: (atMs) => columns.alarms[barAt(columns, startAtMs, atMs)] === 1,
    isAwaited: () => state().mode === 'halted' && state().endsBy === 'recovery',
  });
  const desk: BacktestDesk = await openBacktestDesk({
    ...options,
    parts: {
      paperStore,
      equity: createColumnEquity(equity),
      spikes: createColumnSpikes({
        ...{ nowMs: clock.nowMs, fromMs: startAtMs, cycleEveryMs },
        series: columns.symbols.map(({ watched }) => watched),
      }),
      spikeWatch: { look: async () => {}, close() {} },
      openWatch: calm.open,
    },
  });
  const instruments = new Map((await market.instruments()).map((one) => [one.symbol, one]));
  const places = new Map(columns.symbols.map(({ symbol }, at) => [symbol, at]));

  async function learnFirstStop(position: Position): Promise<void> {
    if (firstStops.has(position.positionId)) return;
    const meant = await protectionOf(position, { store: desk.books.store, deskId });
    const first = meant.filter(({ request }) => request.purpose === 'stop').at(-1);
    const trigger = first?.request.triggerPriceQuote ?? null;
    if (trigger !== null) firstStops.set(position.positionId, trigger);
  }

  return {
    ...{ desk, equity, isAwake: calm.isAwake },
    async book() {
      const books = last();
      if (books === null) return { balanceQuote: Number.NaN, positions: [], isBusy: true, isUnguarded: true };
      for (const position of positionViews(books)) await learnFirstStop(position);
      return heldBook(books, {
        placeOf: (symbol) => places.get(symbol) ?? -1,
        settlementsOf: (symbol) => columns.symbols[places.get(symbol) ?? -1]?.settlements ?? [],
        instrumentOf: (symbol) => instruments.get(symbol) ?? { tickSizeQuote: '1', takerFeeFraction: 0 },
        firstStopOf: (positionId) => firstStops.get(positionId) ?? null,
        exitRules: limits.exitRules,
        hasEntries: (await desk.books.store.openEntries(deskId)).length > 0,
      });
    },
    recentTrading: () => recentTradingOf(desk.books, desk.clock.nowMs),
    mark() {
      const books = last();
      const { mode, sinceMs } = state();
      if (books === null) return `${mode} ${sinceMs}`;
      const { lastSequence, lastOrderNumber, working } = books;
      const standing = working.map(({ clientOrderId, status }) => `${clientOrderId} ${status}`);
      return [mode, sinceMs, lastSequence, lastOrderNumber, desk.books.trades.size, ...standing].join();
    },
  };
}

function barAt({ firstBar, barMs }: ColumnMarket, startAtMs: number, atMs: number): number {
  return firstBar + Math.round((atMs - startAtMs) / barMs);
}

/** A store in memory that lets its maker see the books as they were written last. */
function openEyedStore(): { readonly store: PaperStore<PaperBooks>; readonly last: () => PaperBooks | null } {
  const inner = createMemoryPaperStore();
  let seen: PaperBooks | null = null;
  return {
    last: () => seen,
    store: {
      transact: (accountId, change) =>
        inner.transact(accountId, async (books) => {
          const changed = await change(books);
          seen = changed.books;
          return changed;
        }),
    },
  };
}
