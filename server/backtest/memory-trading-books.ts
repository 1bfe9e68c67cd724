/** What the account protections are told, out of a store in memory: db/repositories/recent-trading.ts without a database. */
import type { EpochMs } from '#domain/time.ts';
import type { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import type { RecentTrading } from '#tools/risk/gate-context.ts';
import { PROTECTIONS_LOOK_BACK } from '#tools/risk/protection-limits.ts';

type Books = Pick<ReturnType<typeof createMemoryOrderStore>, 'trades' | 'intents'>;

const MOST_TRADES = 500;
const FAILED = new Set(['rejected', 'unknown', 'settled']);

/** Newest first. A resting order that would have crossed the spread is the market's doing and no failure of the venue. */
export function recentTradingOf({ trades, intents }: Books, nowMs: EpochMs): RecentTrading {
  const { tradesMs, failuresMs } = PROTECTIONS_LOOK_BACK;
  const closed = [...trades.values()].filter(
    ({ closedAtMs }) => closedAtMs > nowMs - tradesMs && closedAtMs <= nowMs,
  );
  const failed = [...intents.values()].filter(
    ({ status, updatedAtMs, request }) =>
      FAILED.has(status) &&
      updatedAtMs > nowMs - failuresMs &&
      updatedAtMs <= nowMs &&
      request.timeInForce !== 'post_only',
  );
  return {
    trades: closed
      .sort((left, right) => right.closedAtMs - left.closedAtMs || (left.tradeId < right.tradeId ? 1 : -1))
      .slice(0, MOST_TRADES)
      .map(({ symbol, side, netQuote, openedAtMs, closedAtMs, exitReason }) => ({
        ...{ symbol, side, netQuote, openedAtMs, closedAtMs, exitReason },
      })),
    venueFailuresAtMs: failed.map(({ updatedAtMs }) => updatedAtMs).sort((left, right) => right - left),
  };
}
