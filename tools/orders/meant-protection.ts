/** Which of our stops and targets were meant for a position: its own entry's and custody's, nobody else's. */
import type { Position } from '#domain/account.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { custodyRunOf } from './custody.ts';
import type { OrderStore } from './order-store.ts';

/** For how long a planned entry may still be sent; a run that comes back later decides anew. */
export const PLAN_LIVES_MS = 10 * MINUTE_MS;
/** How long before its entry's first fill a position's protection may have been written down. */
const MEANT_BEFORE_MS = PLAN_LIVES_MS + 5 * MINUTE_MS;

/** The end of an entry is told by our idea of the venue's clock, the beginning of its position by the venue's own. */
const CLOCKS_DIFFER_MS = 2_000;

const NEVER_STOOD: ReadonlySet<IntentStatus> = new Set(['planned', 'rejected', 'settled']);
const IS_OVER: ReadonlySet<IntentStatus> = new Set(['filled', 'cancelled']);

/** What was meant to protect the positions that now lack a stop or a target, newest first for each position. */
export async function protectionMeantFor(
  positions: readonly Position[],
  openOrders: readonly Order[],
  { store, deskId }: { readonly store: OrderStore; readonly deskId: string },
): Promise<OrderIntent[]> {
  const meant: OrderIntent[] = [];
  for (const position of positions) {
    const own = openOrders.filter(({ symbol }) => symbol === position.symbol);
    const live = new Set(own.map(({ purpose }) => purpose));
    if (!live.has('stop') || !live.has('target'))
      meant.push(...(await protectionOf(position, { store, deskId })));
  }
  return meant;
}

/** Every stop and target ever meant for a position, whatever became of it, newest first. */
export async function protectionOf(
  position: Position,
  { store, deskId }: { readonly store: OrderStore; readonly deskId: string },
): Promise<OrderIntent[]> {
  const sinceMs = Math.max(0, position.openedAtMs - MEANT_BEFORE_MS);
  const protective = await store.protectiveIntents(deskId, position.symbol, sinceMs);
  const own = custodyRunOf(position);
  const runIds = [...new Set(protective.map(({ runId }) => runId))].filter((runId) => runId !== own);
  // Stop and target are mostly of one run.
  const entries = (await Promise.all(runIds.map((runId) => store.intentsOfRun(runId))))
    .flat()
    .filter((intent) => intent.request.purpose === 'entry' && mayHaveOpened(intent, position));
  return protective.filter(
    ({ runId, proposalId }) =>
      runId === own || entries.some((entry) => entry.runId === runId && entry.proposalId === proposalId),
  );
}

/** An entry that never stood, or was over before the position began, has opened another one or none. */
function mayHaveOpened({ status, updatedAtMs }: OrderIntent, { openedAtMs }: Position): boolean {
  return !NEVER_STOOD.has(status) && !(IS_OVER.has(status) && updatedAtMs + CLOCKS_DIFFER_MS < openedAtMs);
}
