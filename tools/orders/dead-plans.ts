/** Plans nobody will carry out any more. A price planned for one position must not come back with the next. */
import type { Position } from '#domain/account.ts';
import { isIntentFinal, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { PLAN_LIVES_MS } from './meant-protection.ts';
import type { OrderStore } from './order-store.ts';

interface Venue {
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
  /** Entries that go out over time: between two of their orders none is at work. */
  readonly entries: readonly WorkingEntry[];
}

/**
 * Cancels entries whose run has not come back in time, and of what was to reduce a position: all when that is gone, the
 * protection also when its entry is over and another order does its work. Gives the intents as they then stand.
 */
export async function dropDeadPlans(
  intents: readonly OrderIntent[],
  venue: Venue,
  { store, clock }: { readonly store: OrderStore; readonly clock: { nowMs(): number } },
): Promise<OrderIntent[]> {
  const nowMs = clock.nowMs();
  const lateEntries = new Set(intents.filter((intent) => isLateEntry(intent, nowMs)));
  const atWork = intents.filter((intent) => isAtWork(intent) && !lateEntries.has(intent));
  const entering = new Set([
    ...atWork.map(({ runId, request }) => planOf(runId, request.symbol)),
    ...venue.entries.map(({ runId, proposal }) => planOf(runId, proposal.symbol)),
  ]);
  const left: OrderIntent[] = [];
  for (const intent of intents) {
    const reason = lateEntries.has(intent)
      ? 'its run did not come back in time'
      : whyNeedless(intent, entering, venue);
    left.push(
      reason === null
        ? intent
        : await store.moveIntent(intent.intentId, 'cancelled', { atMs: nowMs, reason, order: null }),
    );
  }
  return left;
}

function isLateEntry({ status, request, createdAtMs }: OrderIntent, nowMs: number): boolean {
  return status === 'planned' && request.purpose === 'entry' && nowMs - createdAtMs > PLAN_LIVES_MS;
}

/** An entry that may yet open its position. */
function isAtWork({ status, request }: OrderIntent): boolean {
  return request.purpose === 'entry' && !isIntentFinal(status);
}

function planOf(runId: string, symbol: MarketSymbol): string {
  return `${runId}|${symbol}`;
}

function whyNeedless(
  intent: OrderIntent,
  entering: ReadonlySet<string>,
  { positions, openOrders }: Venue,
): string | null {
  const { symbol, purpose } = intent.request;
  if (intent.status !== 'planned' || purpose === 'entry' || entering.has(planOf(intent.runId, symbol)))
    return null;
  if (!positions.some((position) => position.symbol === symbol)) return 'its position is gone';
  const isServed =
    purpose !== 'exit' && openOrders.some((order) => order.symbol === symbol && order.purpose === purpose);
  return isServed ? 'another order protects the position' : null;
}
