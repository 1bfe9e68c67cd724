/** The steps of an intent, each committed together with the order that is its evidence. */
import { and, eq } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import { canStepIntent, IntentStatus, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { tradingState } from '../schema/desk.ts';
import { orderIntents } from '../schema/orders.ts';
import { intentOf } from './order-intents.ts';
import { UPDATE_TOLD_ORDER, upsertOrders } from './order-rows.ts';
import { rowText } from './row-text.ts';
import { NO_DISK_WAIT, withoutDiskWait } from './without-disk-wait.ts';

export interface Evidence {
  readonly atMs: EpochMs;
  readonly reason: string | null;
  readonly order: Order | null;
}

type IntentRow = typeof orderIntents.$inferSelect;

/**
 * Two movers see each other's step. `sent` alone waits for the disk, and takes all that was committed before it along:
 * what comes of the order afterwards the venue can tell again.
 */
export async function moveIntent(
  database: Pick<Database, 'orm' | 'sql'>,
  intentId: string,
  to: IntentStatus,
  evidence: Evidence,
): Promise<OrderIntent> {
  const stepped = await stepAtOnce(database.sql, intentId, to, evidence);
  return stepped ?? stepWithCare(database.orm, intentId, to, evidence);
}

/**
 * The desk's row stays locked until the step is committed: a halt comes before the entry, which then does not leave, or
 * after it has left. A desk nobody has ever asked about may open.
 */
const STEP_AT_ONCE = `
  with desk as (
    select state.mode from trading_state state join order_intents using (desk_id)
    where intent_id = $1 and $2 = 'sent' and request ->> 'purpose' = 'entry'
    for share of state
  ), stepped as (
    update order_intents set status = $2, reason = coalesce($3, reason), updated_at_ms = $4
    where intent_id = $1 and status = any($5) and not exists (select 1 from desk where mode <> 'active')
    returning *
  ), told as (
    insert into orders
    select told.* from stepped,
      jsonb_populate_record(null::orders, $6::jsonb || jsonb_build_object('desk_id', stepped.desk_id)) told
    where $6 is not null
    ${UPDATE_TOLD_ORDER}
  )
  select run_id as "runId", desk_id as "deskId", proposal_id as "proposalId", request, reason,
    created_at_ms as "createdAtMs", case when $2 <> 'sent' then ${NO_DISK_WAIT} end
  from stepped`;

/** The step in one statement, as nearly all are taken; null where it is none, and then nothing was done. */
async function stepAtOnce(
  client: Database['sql'],
  intentId: string,
  to: IntentStatus,
  { atMs, reason, order }: Evidence,
): Promise<OrderIntent | null> {
  const from = IntentStatus.options.filter((status) => canStepIntent(status, to));
  const told = order === null ? null : rowText(order);
  const [row] = await client.unsafe<Omit<OrderIntent, 'intentId' | 'status' | 'updatedAtMs'>[]>(
    STEP_AT_ONCE,
    [intentId, to, reason, atMs, from, told],
    { prepare: true },
  );
  if (row === undefined) return null;
  const { runId, deskId, proposalId, request, createdAtMs } = row;
  return {
    ...{ intentId, runId, deskId, proposalId, status: to, request, reason: row.reason },
    ...{ createdAtMs: Number(createdAtMs), updatedAtMs: atMs },
  };
}

/** The row is locked while it is looked at: what it says of the step is still so when the step is taken, or refused. */
function stepWithCare(
  orm: Database['orm'],
  intentId: string,
  to: IntentStatus,
  evidence: Evidence,
): Promise<OrderIntent> {
  return orm.transaction(async (transaction) => {
    const [[row]] = await Promise.all([
      transaction.select().from(orderIntents).where(eq(orderIntents.intentId, intentId)).for('update'),
      to === 'sent' ? null : withoutDiskWait(transaction),
    ]);
    if (row === undefined)
      throw new AppError('not_found', `no intent ${intentId}`, { context: { intentId } });
    // A second part-fill is the one step that ends where it began; any other in place is no step, and to whoever comes
    // second to `sent` it is a conflict: only the first may send.
    if (row.status === to && to !== 'sent' && !canStepIntent(to, to)) return intentOf(row);
    if (!canStepIntent(row.status, to))
      throw new AppError('conflict', `intent ${intentId} cannot go from ${row.status} to ${to}`, {
        context: { intentId, from: row.status, to },
      });
    const halted = to === 'sent' && isEntry(row) ? await whyNothingOpens(transaction, row.deskId) : null;
    if (halted !== null) return stepTo(transaction, row, 'cancelled', { ...evidence, reason: halted });
    const told = evidence.order === null ? [] : [evidence.order];
    const [moved] = await Promise.all([
      stepTo(transaction, row, to, evidence),
      upsertOrders(transaction, row.deskId, told),
    ]);
    return moved;
  });
}

/**
 * Takes an intent that was sent into nothing, to send it once more, for the first who asks of those that saw it so.
 * @throws AppError `conflict` when it has been touched since it was read
 */
export async function claimResend(
  { orm }: Pick<Database, 'orm'>,
  { intentId, updatedAtMs }: OrderIntent,
  atMs: EpochMs,
): Promise<OrderIntent> {
  const [row] = await orm
    .update(orderIntents)
    .set({ updatedAtMs: Math.max(atMs, updatedAtMs + 1) })
    .where(
      and(
        eq(orderIntents.intentId, intentId),
        eq(orderIntents.status, 'sent'),
        eq(orderIntents.updatedAtMs, updatedAtMs),
      ),
    )
    .returning();
  if (row === undefined)
    throw new AppError('conflict', `intent ${intentId} was touched since it was read as sent`, {
      context: { intentId },
    });
  return intentOf(row);
}

async function stepTo(
  transaction: Queryable,
  row: IntentRow,
  to: IntentStatus,
  { reason, atMs }: Evidence,
): Promise<OrderIntent> {
  const [moved] = await transaction
    .update(orderIntents)
    .set({ status: to, reason: reason ?? row.reason, updatedAtMs: atMs })
    .where(eq(orderIntents.intentId, row.intentId))
    .returning();
  return intentOf(moved ?? row);
}

function isEntry({ request }: IntentRow): boolean {
  return request.purpose === 'entry';
}

async function whyNothingOpens(transaction: Queryable, deskId: string): Promise<string | null> {
  const [state] = await transaction
    .select({ mode: tradingState.mode, reason: tradingState.reason })
    .from(tradingState)
    .where(eq(tradingState.deskId, deskId))
    .for('share');
  return state === undefined || state.mode === 'active'
    ? null
    : `trading was ${state.mode} before it was sent: ${state.reason}`;
}
