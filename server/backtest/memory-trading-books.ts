/** What the account protections are told, out of a store in memory: db/repositories/recent-trading.ts without a database. */
import type { EpochMs } from '#domain/time.ts';
import type { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { RecentTrading } from '#tools/risk/gate-context.ts';
import { PROTECTIONS_LOOK_BACK } from '#tools/risk/protection-limits.ts';

type Books = Pick<ReturnType<typeof createMemoryOrderStore>, 'closedSince' | 'failed'>;

const MOST_TRADES = 500;

/** Newest first. A resting order that would have crossed the spread is the market's doing and no failure of the venue. */
export function recentTradingOf(books: Books, nowMs: EpochMs): RecentTrading {
  const { tradesMs, failuresMs } = PROTECTIONS_LOOK_BACK;
  const closed = books.closedSince(nowMs - tradesMs).filter(({ closedAtMs }) => closedAtMs <= nowMs);
  const failed = books
    .failed()
    .filter(({ request }) => request.timeInForce !== 'post_only')
    .map(({ updatedAtMs }) => updatedAtMs)
    .filter((atMs) => atMs > nowMs - failuresMs && atMs <= nowMs);
  return {
    trades: closed
      .slice(0, MOST_TRADES)
      .map(({ symbol, side, netQuote, openedAtMs, closedAtMs, exitReason }) => ({
        ...{ symbol, side, netQuote, openedAtMs, closedAtMs, exitReason },
      })),
    venueFailuresAtMs: failed.sort((left, right) => right - left),
  };
}
