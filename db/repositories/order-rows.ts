/** How orders, fills, funding and round trips are written. Writing the same ones again changes nothing. */
import { and, eq, gte, notInArray, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { FundingPayment, Trade } from '#domain/account.ts';
import { type Fill, isOrderFinal, type Order, OrderStatus } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Queryable } from '../client.ts';
import { fills, fundings, orders, trades } from '../schema/orders.ts';
import { columnKeys, incomingText, snakeCase } from './row-text.ts';

const FINAL = OrderStatus.options.filter(isOrderFinal);

const KEPT_OF_ORDER = ['deskId', 'clientOrderId', 'createdAtMs'] as const;

/** What `upsertOrders` does with an order that is there, as the text of it. */
export const UPDATE_TOLD_ORDER = `on conflict (desk_id, client_order_id) do update
  set ${incomingText(orders, KEPT_OF_ORDER)}
  where orders.status not in (${FINAL.map((status) => `'${status}'`).join(', ')})
    and excluded.filled_base >= orders.filled_base`;

/** A view older than what is stored is passed over: a final order stays final, a filled quantity never shrinks. */
export async function upsertOrders(orm: Queryable, deskId: string, told: readonly Order[]): Promise<void> {
  if (told.length === 0) return;
  const lastById = new Map(told.map((order) => [order.clientOrderId, { deskId, ...order }]));
  await orm
    .insert(orders)
    .values([...lastById.values()])
    .onConflictDoUpdate({
      target: [orders.deskId, orders.clientOrderId],
      set: incoming(orders, KEPT_OF_ORDER),
      setWhere: sql`${notInArray(orders.status, FINAL)} and excluded.filled_base >= ${orders.filledBase}`,
    });
}

export async function insertFills(orm: Queryable, deskId: string, told: readonly Fill[]): Promise<void> {
  if (told.length === 0) return;
  await orm
    .insert(fills)
    .values(told.map((fill) => ({ deskId, ...fill })))
    .onConflictDoNothing();
}

export async function insertFundings(
  orm: Queryable,
  deskId: string,
  told: readonly FundingPayment[],
): Promise<void> {
  if (told.length === 0) return;
  await orm
    .insert(fundings)
    .values(told.map((payment) => ({ deskId, ...payment })))
    .onConflictDoNothing();
}

/** A fill that was told late may make another round trip of those that closed since, under another id. */
export async function dropOtherTrades(
  orm: Queryable,
  deskId: string,
  kept: { readonly symbol: MarketSymbol; readonly sinceMs: EpochMs; readonly trades: readonly Trade[] },
): Promise<void> {
  const ids = kept.trades.map(({ tradeId }) => tradeId);
  await orm
    .delete(trades)
    .where(
      and(
        eq(trades.deskId, deskId),
        eq(trades.symbol, kept.symbol),
        gte(trades.closedAtMs, kept.sinceMs),
        notInArray(trades.tradeId, ids),
      ),
    );
}

/** A round trip folded again replaces the first one: a funding payment may have come late. */
export async function upsertTrades(orm: Queryable, deskId: string, folded: readonly Trade[]): Promise<void> {
  if (folded.length === 0) return;
  const lastById = new Map(folded.map((trade) => [trade.tradeId, { deskId, ...trade }]));
  await orm
    .insert(trades)
    .values([...lastById.values()])
    .onConflictDoUpdate({
      target: [trades.deskId, trades.tradeId],
      set: incoming(trades, ['deskId', 'tradeId']),
    });
}

/** `column = excluded.column` for every column but the kept ones. */
function incoming<Table extends PgTable>(
  table: Table,
  kept: readonly (keyof Table['_']['columns'])[],
): Record<string, SQL> {
  const keys = columnKeys(table, kept);
  return Object.fromEntries(keys.map((key) => [key, sql`excluded.${sql.identifier(snakeCase(key))}`]));
}
