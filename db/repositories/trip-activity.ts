/** The fills and funding that a round trip is folded from, without reading a desk's whole history for each new fill. */
import { and, asc, desc, eq, gt, gte, lt, lte, or, sql } from 'drizzle-orm';
import type { FundingPayment } from '#domain/account.ts';
import type { Fill } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { fills, fundings, trades } from '../schema/orders.ts';

interface Start {
  readonly atMs: EpochMs;
  readonly sequence: number;
}

/**
 * Fills and funding of a symbol from the opening of the last round trip that closed before `closedSinceMs`: nothing was
 * open there, so folding them gives every trip that closed since as folding all of them would. All where no trip tells
 * such a place, or a fill was told so late that it may not hold. What happened in one instant keeps the order it was
 * told in. With `untilMs` no fill after it is read, and no funding beyond the next fill, which a liquidation's cost never
 * is: trips that closed by then are folded whole.
 */
export async function tripActivity(
  orm: Queryable,
  deskId: string,
  symbol: MarketSymbol,
  closedSinceMs: EpochMs,
  untilMs: EpochMs | null = null,
): Promise<{ fills: Fill[]; fundings: FundingPayment[] }> {
  const of = { deskId, symbol, untilMs };
  const start = await startBefore(orm, deskId, symbol, closedSinceMs);
  const found = await activityFrom(orm, of, start);
  return isInOrder(found.fills, start) ? plain(found) : plain(await activityFrom(orm, of, null));
}

/** A trip has its opening fill's id; that of one which a turning fill began is no fill's, and so is passed over. */
async function startBefore(
  orm: Queryable,
  deskId: string,
  symbol: MarketSymbol,
  closedSinceMs: EpochMs,
): Promise<Start | null> {
  const [start] = await orm
    .select({ atMs: fills.atMs, sequence: fills.sequence })
    .from(trades)
    .innerJoin(fills, and(eq(fills.deskId, trades.deskId), eq(fills.fillId, trades.tradeId)))
    .where(and(eq(trades.deskId, deskId), eq(trades.symbol, symbol), lt(trades.closedAtMs, closedSinceMs)))
    .orderBy(desc(trades.closedAtMs), desc(fills.sequence))
    .limit(1);
  return start ?? null;
}

interface ActivityOf {
  readonly deskId: string;
  readonly symbol: MarketSymbol;
  readonly untilMs: EpochMs | null;
}

async function activityFrom(orm: Queryable, { deskId, symbol, untilMs }: ActivityOf, start: Start | null) {
  const nextFillMs = sql`coalesce((
    select min(later.at_ms) from fills later
    where later.desk_id = ${deskId} and later.symbol = ${symbol} and later.at_ms > ${untilMs}), ${Number.MAX_SAFE_INTEGER})`;
  const [fillRows, fundingRows] = await Promise.all([
    orm
      .select()
      .from(fills)
      .where(
        and(
          eq(fills.deskId, deskId),
          eq(fills.symbol, symbol),
          start === null ? undefined : or(gte(fills.sequence, start.sequence), gt(fills.atMs, start.atMs)),
          untilMs === null ? undefined : lte(fills.atMs, untilMs),
        ),
      )
      .orderBy(asc(fills.atMs), asc(fills.sequence)),
    orm
      .select()
      .from(fundings)
      .where(
        and(
          eq(fundings.deskId, deskId),
          eq(fundings.symbol, symbol),
          start === null ? undefined : gte(fundings.atMs, start.atMs),
          untilMs === null ? undefined : lte(fundings.atMs, nextFillMs),
        ),
      )
      .orderBy(asc(fundings.atMs), asc(fundings.sequence)),
  ]);
  return { fills: fillRows, fundings: fundingRows };
}

/** Whether all that was told since the start happened since, and all that happened since was told since. */
function isInOrder(rows: readonly Start[], start: Start | null): boolean {
  return (
    start === null || rows.every(({ atMs, sequence }) => atMs >= start.atMs && sequence >= start.sequence)
  );
}

function plain(rows: Awaited<ReturnType<typeof activityFrom>>) {
  return { fills: rows.fills.map(withoutKeys), fundings: rows.fundings.map(withoutKeys) };
}

function withoutKeys<Row extends { deskId: string; sequence: number }>(
  row: Row,
): Omit<Row, 'deskId' | 'sequence'> {
  const { deskId: _desk, sequence: _order, ...rest } = row;
  return rest;
}
