/** When custody has tried for long enough. Told from our stored intents alone, so that a restart does not begin anew. */
import type { Position } from '#domain/account.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { protects } from './custody-plan.ts';

/** What was tried longer ago says nothing of now. */
const TRY_COUNTS_MS = MINUTE_MS;

const STANDS: ReadonlySet<IntentStatus> = new Set(['acknowledged', 'partially_filled']);
/** What was sent into nothing by a process that died is no try: it is sent again. */
const WAS_IN_VAIN: ReadonlySet<IntentStatus> = new Set(['rejected', 'settled', 'unknown', 'cancelled']);

/**
 * Whether stops have been tried in vain for `protectWithinMs` for a position that has none: refused, lost, or gone again
 * sooner than that, with none that stood in between.
 */
export function isProtectionOverdue(
  position: Position,
  meantIntents: readonly OrderIntent[],
  { nowMs, protectWithinMs }: { readonly nowMs: number; readonly protectWithinMs: number },
): boolean {
  const stops = meantIntents.filter(
    ({ request }) => request.purpose === 'stop' && protects(request, position),
  );
  if (stops.some(({ status }) => STANDS.has(status))) return false;
  const hasStood = ({ status, createdAtMs, updatedAtMs }: OrderIntent) =>
    status === 'filled' || (status === 'cancelled' && updatedAtMs - createdAtMs >= protectWithinMs);
  const sinceMs = Math.max(
    nowMs - TRY_COUNTS_MS,
    ...stops.filter(hasStood).map(({ updatedAtMs }) => updatedAtMs),
  );
  return stops.some(
    (stop) =>
      WAS_IN_VAIN.has(stop.status) &&
      !hasStood(stop) &&
      stop.createdAtMs >= sinceMs &&
      nowMs - stop.createdAtMs >= protectWithinMs,
  );
}
