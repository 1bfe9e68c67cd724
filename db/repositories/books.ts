/** The reconciled view of a venue: account, positions, orders, fills, funding, round trips. */
import { eq, sql } from 'drizzle-orm';
import type { Account, FundingPayment, Position, Trade } from '#domain/account.ts';
import type { Fill, Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { accounts, positions } from '../schema/books.ts';
import { dropOtherTrades, insertFills, insertFundings, upsertOrders, upsertTrades } from './order-rows.ts';
import { incomingText, rowsText, rowText } from './row-text.ts';
import { withoutDiskWait } from './without-disk-wait.ts';

interface Books {
  readonly atMs: EpochMs;
  readonly account: Account;
  readonly positions: readonly Position[];
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly fundings: readonly FundingPayment[];
  readonly trades: readonly Trade[];
  readonly tradesSinceMs?: ReadonlyMap<MarketSymbol, EpochMs>;
  readonly cursor: string | null;
}

const UPDATE_ACCOUNT = sql.raw(incomingText(accounts, ['deskId']));

/** Views of one desk are stored one after the other; the last one stands. The venue would tell a lost one again. */
export function saveBooks(orm: Database['orm'], deskId: string, books: Books): Promise<void> {
  return orm.transaction(async (transaction) => {
    // On the transaction's one connection they run in this order, without a pause for each answer.
    await Promise.all([
      withoutDiskWait(transaction),
      transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`books:${deskId}`}, 0))`),
      saveAccount(transaction, deskId, books.account, books.cursor),
      replacePositions(transaction, deskId, books.positions),
      upsertOrders(transaction, deskId, books.orders),
      insertFills(transaction, deskId, books.fills),
      insertFundings(transaction, deskId, books.fundings),
      ...[...(books.tradesSinceMs ?? [])].map(([symbol, sinceMs]) =>
        dropOtherTrades(transaction, deskId, { symbol, sinceMs, trades: books.trades }),
      ),
      upsertTrades(transaction, deskId, books.trades),
    ]);
  });
}

async function saveAccount(
  orm: Queryable,
  deskId: string,
  account: Account,
  cursor: string | null,
): Promise<void> {
  const row = rowText({ deskId, ...account, activityCursor: cursor });
  await orm.execute(sql`
    insert into accounts select * from jsonb_populate_record(null::accounts, ${row}::jsonb)
    on conflict (desk_id) do update set ${UPDATE_ACCOUNT}`);
}

async function replacePositions(orm: Queryable, deskId: string, open: readonly Position[]): Promise<void> {
  const rows = rowsText(open.map((position) => ({ deskId, ...position })));
  await Promise.all([
    orm.delete(positions).where(eq(positions.deskId, deskId)),
    open.length > 0 &&
      orm.execute(
        sql`insert into positions select * from jsonb_populate_recordset(null::positions, ${rows}::jsonb)`,
      ),
  ]);
}
