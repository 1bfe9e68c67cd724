import { type and, asc, eq, inArray } from 'drizzle-orm';
import { AppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Database, Queryable } from '../client.ts';
import { orderIntents } from '../schema/orders.ts';
import { columnKeys, rowsText, snakeCase } from './row-text.ts';
import { NO_DISK_WAIT } from './without-disk-wait.ts';

const PLANNED = columnKeys(orderIntents, ['sequence']).map(snakeCase).join(', ');
const PLAN = `
  insert into order_intents (${PLANNED})
  select ${PLANNED} from jsonb_populate_recordset(null::order_intents, $1::jsonb)
  on conflict do nothing
  returning intent_id as "intentId", ${NO_DISK_WAIT}`;

/**
 * The plan of an entry that leaves next. As with every step to `sent`, the desk's row stays locked until the commit, which
 * waits for the disk: a halt comes before the entry, of which nothing is written then, or after it has left.
 */
const PLAN_SENT = `
  with desk as (
    select mode from trading_state where desk_id = $2 for share
  )
  insert into order_intents (${PLANNED})
  select ${PLANNED} from jsonb_populate_recordset(null::order_intents, $1::jsonb)
  where not exists (select from desk where mode <> 'active')
  on conflict do nothing
  returning intent_id as "intentId"`;

export async function planSent(
  { sql: client }: Pick<Database, 'sql'>,
  entry: OrderIntent,
  protection: readonly OrderIntent[],
): Promise<boolean> {
  const rows = [rowsOf([entry, ...protection]), entry.deskId];
  const made = await client.unsafe<{ intentId: string }[]>(PLAN_SENT, rows, { prepare: true });
  return made.some(({ intentId }) => intentId === entry.intentId);
}

/** In one statement, which waits for no disk: `sent` does, and takes the plans before it along. */
export async function planIntents(
  { sql: client, orm }: Pick<Database, 'orm' | 'sql'>,
  intents: readonly OrderIntent[],
): Promise<readonly OrderIntent[]> {
  if (intents.length === 0) return [];
  const made = await client.unsafe<{ intentId: string }[]>(PLAN, [rowsOf(intents)], { prepare: true });
  const isMade = new Set(made.map(({ intentId }) => intentId));
  const there = intents.filter(({ intentId }) => !isMade.has(intentId));
  if (there.length === 0) return intents;
  const clientOrderIds = there.map(({ request }) => request.clientOrderId);
  const found = await intentsWhere(orm, inArray(orderIntents.clientOrderId, clientOrderIds));
  const stored = new Map(found.map((intent) => [intent.request.clientOrderId, intent]));
  return intents.map((intent) => {
    const { intentId, request } = intent;
    const standing = isMade.has(intentId) ? intent : stored.get(request.clientOrderId);
    if (standing !== undefined) return standing;
    throw new AppError(
      'conflict',
      `intent ${intentId} exists with another client order id than ${request.clientOrderId}`,
      { context: { intentId, clientOrderId: request.clientOrderId } },
    );
  });
}

function rowsOf(intents: readonly OrderIntent[]): string {
  return rowsText(intents.map((intent) => ({ ...intent, clientOrderId: intent.request.clientOrderId })));
}

export async function intentOfOrder(orm: Queryable, clientOrderId: string): Promise<OrderIntent | null> {
  const [intent] = await intentsWhere(orm, eq(orderIntents.clientOrderId, clientOrderId));
  return intent ?? null;
}

async function intentsWhere(orm: Queryable, condition: ReturnType<typeof and>): Promise<OrderIntent[]> {
  const rows = await orm.select().from(orderIntents).where(condition).orderBy(asc(orderIntents.sequence));
  return rows.map(intentOf);
}

export function intentOf(row: typeof orderIntents.$inferSelect): OrderIntent {
  const { clientOrderId: _inRequest, sequence: _order, ...intent } = row;
  return intent;
}
