import { and, desc, eq, gte, lt } from 'drizzle-orm';
import type { EquityPoint } from '#domain/desk-event.ts';
import type { PastTrade } from '#domain/feedback.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { equitySnapshots } from '../schema/books.ts';
import { trades } from '../schema/orders.ts';

const MOST_TRADES = 20_000;
const MOST_POINTS = 100_000;

export interface TradedSpan {
  /** Closed in the span. */
  readonly trades: readonly PastTrade[];
  /** Oldest first. */
  readonly points: readonly Pick<EquityPoint, 'atMs' | 'equityQuote'>[];
  /** False where there was more: the newest are here. */
  readonly isWhole: boolean;
}

/** What a desk traded, and where its equity stood, with `fromMs <= time < toMs` of its market. */
export function createTradedSpans(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    async of(
      deskId: string,
      { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
    ): Promise<TradedSpan> {
      const [closed, points] = await Promise.all([
        orm
          .select({
            symbol: trades.symbol,
            side: trades.side,
            quantityBase: trades.quantityBase,
            entryPriceQuote: trades.entryPriceQuote,
            leverage: trades.leverage,
            grossQuote: trades.grossQuote,
            feesQuote: trades.feesQuote,
            fundingQuote: trades.fundingQuote,
            netQuote: trades.netQuote,
            openedAtMs: trades.openedAtMs,
            closedAtMs: trades.closedAtMs,
            exitReason: trades.exitReason,
          })
          .from(trades)
          .where(and(eq(trades.deskId, deskId), gte(trades.closedAtMs, fromMs), lt(trades.closedAtMs, toMs)))
          .orderBy(desc(trades.closedAtMs), desc(trades.tradeId))
          .limit(MOST_TRADES + 1),
        orm
          .select({ atMs: equitySnapshots.atMs, equityQuote: equitySnapshots.equityQuote })
          .from(equitySnapshots)
          .where(
            and(
              eq(equitySnapshots.deskId, deskId),
              gte(equitySnapshots.atMs, fromMs),
              lt(equitySnapshots.atMs, toMs),
            ),
          )
          .orderBy(desc(equitySnapshots.atMs))
          .limit(MOST_POINTS + 1),
      ]);
      return {
        trades: closed.slice(0, MOST_TRADES),
        points: points.slice(0, MOST_POINTS).reverse(),
        isWhole: closed.length <= MOST_TRADES && points.length <= MOST_POINTS,
      };
    },
  });
}

export type TradedSpans = ReturnType<typeof createTradedSpans>;
