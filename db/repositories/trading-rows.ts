/**
 * The row of a desk in `trading_state`: made on first sight from what was last said to its market, else to all of them,
 * else from the default.
 */
import { eq, inArray, sql } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { Queryable } from '../client.ts';
import { tradingState } from '../schema/desk.ts';
import type { TradingRow } from './trading-moves.ts';

/** The word said to markets to come; see halt-everything.ts. */
export const EVERY_MARKET = '*';

/** No desk has this id: a desk's own part of it is letters, digits and dashes. */
export const allDesksOf = (marketKey: string) => `${marketKey}--*`;

const { mode, reason, setBy, sinceMs } = tradingState;

/** The desk's row, made when it is the first time, locked when asked. */
export async function tradingRowOf(
  queryable: Queryable,
  of: { readonly deskId: string; readonly marketKey: string; readonly defaultState: TradingState },
  locked: boolean,
): Promise<TradingRow> {
  const { deskId } = of;
  const find = async () => {
    const query = queryable.select().from(tradingState).where(eq(tradingState.deskId, deskId));
    const [row] = await (locked ? query.for('update') : query);
    return row;
  };
  const found = await find();
  if (found !== undefined) return found;
  await queryable.transaction(async (transaction) => {
    await lockCreation(transaction);
    const said = await transaction
      .select({ of: tradingState.deskId, word: { mode, reason, setBy, sinceMs } })
      .from(tradingState)
      .where(inArray(tradingState.deskId, [allDesksOf(of.marketKey), EVERY_MARKET]));
    // Nothing but a halt is said to every market: no word makes a live one start active.
    const nearest =
      said.find((one) => one.of === allDesksOf(of.marketKey)) ??
      said.find(({ word }) => word.mode === 'halted');
    await transaction
      .insert(tradingState)
      .values({ deskId, ...of.defaultState, ...nearest?.word })
      .onConflictDoNothing();
  });
  const made = await find();
  if (made === undefined)
    throw new AppError('internal', `the trading state of desk ${deskId} was not stored`);
  return made;
}

/** Without it a desk's first state, read from its market's before everything is halted, could be stored after. */
export async function lockCreation(transaction: Queryable): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('trading_state', 0))`);
}
