/** Which of our plans were made for a round trip. */
import type { PositionSide } from '#domain/account.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { TripParts } from '../orders/round-trips.ts';
import { positionNamed } from './order-origin.ts';

export interface Trip extends TripParts {
  readonly tradeId: string;
  readonly symbol: MarketSymbol;
  readonly side: PositionSide;
  readonly openedAtMs: EpochMs;
  readonly closedAtMs: EpochMs | null;
}

/** A venue's clock tells when a position began, ours when its protection was written down. */
const CLOCKS_DIFFER_MS = 2_000;

/**
 * What filled in the trip, what was planned with its entry, and what custody or a person made for its position. A symbol
 * has one position at a time, so a position's name is this trip's when its orders were made while only this one was open.
 */
export function intentsOfTrip(trip: Trip, candidates: readonly OrderIntent[]): OrderIntent[] {
  const ids = new Set(trip.fills.map(({ fill }) => fill.clientOrderId));
  const isOwn = ({ request }: OrderIntent) => ids.has(request.clientOrderId);
  const entries = new Set(candidates.filter((intent) => isOwn(intent) && isEntry(intent)).map(planOf));
  const positions = positionsOf(trip, candidates, isOwn);
  return candidates.filter((intent) => {
    if (intent.request.symbol !== trip.symbol) return false;
    if (isOwn(intent) || (intent.proposalId !== null && entries.has(planOf(intent)))) return true;
    const named = positionNamed(intent.runId);
    return named !== null && positions.has(named);
  });
}

function isEntry({ request }: OrderIntent): boolean {
  return request.purpose === 'entry';
}

function planOf({ runId, proposalId }: OrderIntent): string {
  return `${runId} ${proposalId}`;
}

/** The names under which custody or a person knew the trip's position. */
function positionsOf(
  { symbol, openedAtMs, closedAtMs }: Trip,
  candidates: readonly OrderIntent[],
  isOwn: (intent: OrderIntent) => boolean,
): Set<string> {
  const byPosition = new Map<string, OrderIntent[]>();
  for (const intent of candidates) {
    const named = intent.request.symbol === symbol ? positionNamed(intent.runId) : null;
    if (named !== null) byPosition.set(named, [...(byPosition.get(named) ?? []), intent]);
  }
  const own = [...byPosition].filter(([, intents]) => {
    if (intents.some(isOwn)) return true;
    // What filled elsewhere was made for another position.
    if (intents.some(({ status }) => status === 'filled' || status === 'partially_filled')) return false;
    const firstAtMs = Math.min(...intents.map(({ createdAtMs }) => createdAtMs));
    return firstAtMs >= openedAtMs - CLOCKS_DIFFER_MS && firstAtMs < (closedAtMs ?? Number.POSITIVE_INFINITY);
  });
  return new Set(own.map(([name]) => name));
}
