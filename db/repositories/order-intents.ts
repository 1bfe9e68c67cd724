import { and, asc, eq, gte, inArray, sql } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import { canStepIntent, type IntentStatus, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { tradingState } from '../schema/desk.ts';
import { orderIntents } from '../schema/orders.ts';
import { upsertOrders } from './order-rows.ts';
import { withoutDiskWait } from './without-disk-wait.ts';

interface Evidence {
  readonly atMs: EpochMs;
  readonly reason: string | null;
  readonly order: Order | null;
}

const UNSETTLED: IntentStatus[] = ['planned', 'sent', 'unknown', 'acknowledged', 'partially_filled'];

export async function planIntents(
  orm: Database['orm'],
  intents: readonly OrderIntent[],
): Promise<readonly OrderIntent[]> {
  if (intents.length === 0) return [];
  return orm.transaction(async (transaction) => {
    const clientOrderIds = intents.map((intent) => intent.request.clientOrderId);
    // On the transaction's one connection they run in this order, without a pause for each answer.
    const [, , rows] = await Promise.all([
      withoutDiskWait(transaction),
      transaction
        .insert(orderIntents)
        .values(intents.map((intent) => ({ ...intent, clientOrderId: intent.request.clientOrderId })))
        .onConflictDoNothing(),
      transaction.select().from(orderIntents).where(inArray(orderIntents.clientOrderId, clientOrderIds)),
    ]);
    const byClientOrderId = new Map(rows.map((row) => [row.clientOrderId, intentOf(row)]));
    return intents.map(({ intentId, request }) => {
      const stored = byClientOrderId.get(request.clientOrderId);
      if (stored !== undefined) return stored;
      throw new AppError(
        'conflict',
        `intent ${intentId} exists with another client order id than ${request.clientOrderId}`,
        {
          context: { intentId, clientOrderId: request.clientOrderId },
        },
      );
    });
  });
}

/**
 * The row is locked while it moves, so that two movers see each other's step. `sent` alone waits for the disk, and takes
 * all that was committed before it along: what comes of the order afterwards the venue can tell again.
 */
export function moveIntent(
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
    // A second part-fill is the one step that ends where it began; any other step in place is no step.
    if (row.status === to && !canStepIntent(to, to)) return intentOf(row);
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

type IntentRow = typeof orderIntents.$inferSelect;

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

/**
 * Null while the desk may open. The row stays locked until this transaction ends: a halt comes before the entry, which
 * then does not leave, or after it has left. A desk nobody has ever asked about may open.
 */
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

export function intentsOfRun(orm: Queryable, runId: string): Promise<OrderIntent[]> {
  return intentsWhere(orm, eq(orderIntents.runId, runId));
}

export async function intentOfOrder(orm: Queryable, clientOrderId: string): Promise<OrderIntent | null> {
  const [intent] = await intentsWhere(orm, eq(orderIntents.clientOrderId, clientOrderId));
  return intent ?? null;
}

export function unsettledIntents(orm: Queryable, deskId: string): Promise<OrderIntent[]> {
  return intentsWhere(orm, and(eq(orderIntents.deskId, deskId), inArray(orderIntents.status, UNSETTLED)));
}

/** Newest first. */
export async function protectiveIntents(
  orm: Queryable,
  deskId: string,
  symbol: MarketSymbol,
  sinceMs: EpochMs,
): Promise<OrderIntent[]> {
  const purpose = sql`${orderIntents.request} ->> 'purpose'`;
  const found = await intentsWhere(
    orm,
    and(
      eq(orderIntents.deskId, deskId),
      gte(orderIntents.createdAtMs, sinceMs),
      sql`${orderIntents.request} ->> 'symbol' = ${symbol}`,
      sql`${purpose} in ('stop', 'target')`,
    ),
  );
  return found.reverse();
}

async function intentsWhere(orm: Queryable, condition: ReturnType<typeof and>): Promise<OrderIntent[]> {
  const rows = await orm.select().from(orderIntents).where(condition).orderBy(asc(orderIntents.sequence));
  return rows.map(intentOf);
}

export function intentOf(row: typeof orderIntents.$inferSelect): OrderIntent {
  const { clientOrderId: _inRequest, sequence: _order, ...intent } = row;
  return intent;
}
