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
import { NO_DISK_WAIT, withoutDiskWait } from './without-disk-wait.ts';

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

const UPDATE_ACCOUNT = incomingText(accounts, ['deskId']);
const UPDATE_POSITION = incomingText(positions, ['deskId', 'positionId']);

/** Views of one desk are stored one after the other; the last one stands. The venue would tell a lost one again. */
export async function saveBooks(database: Database, deskId: string, books: Books): Promise<void> {
  if (isQuiet(books) && (await saveAtOnce(database.sql, deskId, books))) return;
  await saveInTurn(database.orm, deskId, books);
}

/** Nothing was traded since the view before: so are nearly all. */
function isQuiet({ orders, fills, fundings, trades, tradesSinceMs }: Books): boolean {
  return [orders, fills, fundings, trades].every(({ length }) => length === 0) && !tradesSinceMs?.size;
}

/**
 * The account's row says by its version whether another view was stored since this statement began, whose positions it
 * would not see: then nothing is written here, and this view takes its turn.
 */
const SAVE_AT_ONCE = `
  with before as (
    select xmin from accounts where desk_id = $1
  ), saved as (
    insert into accounts select * from jsonb_populate_record(null::accounts, $2::jsonb)
    on conflict (desk_id) do update set ${UPDATE_ACCOUNT}
      where accounts.xmin = (select xmin from before)
    returning ${NO_DISK_WAIT}
  ), closed as (
    delete from positions using saved
    where desk_id = $1 and position_id not in (
      select position_id from jsonb_populate_recordset(null::positions, $3::jsonb)
    )
  ), open as (
    insert into positions
    select held.* from saved, jsonb_populate_recordset(null::positions, $3::jsonb) held
    on conflict (desk_id, position_id) do update set ${UPDATE_POSITION}
  )
  select from saved`;

async function saveAtOnce(client: Database['sql'], deskId: string, books: Books): Promise<boolean> {
  const rows = [deskId, accountText(deskId, books), positionsText(deskId, books.positions)];
  const saved = await client.unsafe(SAVE_AT_ONCE, rows, { prepare: true });
  return saved.count === 1;
}

function saveInTurn(orm: Database['orm'], deskId: string, books: Books): Promise<void> {
  return orm.transaction(async (transaction) => {
    // On the transaction's one connection they run in this order, without a pause for each answer.
    await Promise.all([
      withoutDiskWait(transaction),
      lockBooks(transaction, deskId),
      saveAccount(transaction, deskId, books),
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

/** A function of its own, as all that follow it: a bare statement would begin after theirs. */
async function lockBooks(orm: Queryable, deskId: string): Promise<void> {
  await orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`books:${deskId}`}, 0))`);
}

async function saveAccount(orm: Queryable, deskId: string, books: Books): Promise<void> {
  await orm.execute(sql`
    insert into accounts select * from jsonb_populate_record(null::accounts, ${accountText(deskId, books)}::jsonb)
    on conflict (desk_id) do update set ${sql.raw(UPDATE_ACCOUNT)}`);
}

async function replacePositions(orm: Queryable, deskId: string, open: readonly Position[]): Promise<void> {
  await Promise.all([
    orm.delete(positions).where(eq(positions.deskId, deskId)),
    open.length > 0 &&
      orm.execute(
        sql`insert into positions
          select * from jsonb_populate_recordset(null::positions, ${positionsText(deskId, open)}::jsonb)`,
      ),
  ]);
}

function accountText(deskId: string, { account, cursor }: Books): string {
  return rowText({ deskId, ...account, activityCursor: cursor });
}

function positionsText(deskId: string, open: readonly Position[]): string {
  return rowsText(open.map((position) => ({ deskId, ...position })));
}
