/** The tables of the purse in memory: what was set aside, and a ledger of what calls came to. */
import type { Purse } from '#agents/budget.ts';
import { type SpendingLimits, shortfallOf } from '#domain/spending-limits.ts';
import { createPurse, type SpendingRows } from '#server/engine/purse.ts';

export interface MemorySpending extends SpendingRows {
  /** What a call did cost, as its row would say. */
  spend(runId: string, usd: number, atMs: number): void;
  readonly reservations: Map<
    string,
    { readonly runId: string; readonly usd: number; readonly untilMs: number }
  >;
}

export function createMemorySpending(): MemorySpending {
  const spent: { runId: string; usd: number; atMs: number }[] = [];
  const reservations: MemorySpending['reservations'] = new Map();
  const committed: SpendingRows['committed'] = async ({ runId, nowMs, dayFromMs }) => {
    const live = [...reservations.values()].filter(({ untilMs }) => untilMs > nowMs);
    const sum = (rows: readonly { usd: number }[]) => rows.reduce((total, { usd }) => total + usd, 0);
    const isOwn = (row: { runId: string }) => row.runId === runId;
    return {
      dayUsd: sum(spent.filter(({ atMs }) => atMs >= dayFromMs)) + sum(live),
      cycleUsd: sum(spent.filter(isOwn)) + sum(live.filter(isOwn)),
    };
  };
  return {
    reservations,
    spend: (runId, usd, atMs) => void spent.push({ runId, usd, atMs }),
    committed,
    async reserve({ reservationId, usd, untilMs, limits, ...span }) {
      const refused = shortfallOf(await committed(span), usd, limits);
      if (refused === null) reservations.set(reservationId, { runId: span.runId, usd, untilMs });
      return refused;
    },
    async settle(reservationId, takenUsd, takenUntilMs) {
      const reserved = reservations.get(reservationId);
      reservations.delete(reservationId);
      if (reserved && takenUsd > 0)
        reservations.set(reservationId, { ...reserved, usd: takenUsd, untilMs: takenUntilMs });
    },
  };
}

export function memoryPurse(
  limits: SpendingLimits,
  { rows = createMemorySpending() as SpendingRows, nowMs = () => 1_000, name = 'reserved' } = {},
): Purse {
  let made = 0;
  const ids = { next: () => `${name}_${++made}` };
  return createPurse({ rows, limits, holdMs: 60_000, wallClock: { nowMs }, ids });
}
