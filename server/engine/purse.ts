import type { Purse } from '#agents/budget.ts';
import type { SpendingRepository } from '#db/repositories/spending.ts';
import type { IdSource } from '#domain/ids.ts';
import type { SpendingLimits } from '#domain/spending-limits.ts';
import { type Clock, DAY_MS } from '#domain/time.ts';

export type SpendingRows = Pick<SpendingRepository, 'committed' | 'reserve' | 'settle'>;

/** The purse of one process over the tables all of them share. Days are UTC. */
export function createPurse(options: {
  readonly rows: SpendingRows;
  readonly limits: SpendingLimits;
  /** How long a call can take at most; what is not settled by then belongs to a process that died. */
  readonly holdMs: number;
  readonly wallClock: Clock;
  readonly ids: IdSource;
}): Purse {
  const { rows, limits, holdMs, wallClock, ids } = options;
  const spanOf = (runId: string) => {
    const nowMs = wallClock.nowMs();
    return { runId, nowMs, dayFromMs: nowMs - (nowMs % DAY_MS) };
  };
  return {
    limits,
    committed: (runId) => rows.committed(spanOf(runId)),
    async reserve({ runId, usd }) {
      const span = spanOf(runId);
      const reservationId = ids.next('reserved');
      const untilMs = span.nowMs + holdMs;
      const refused = await rows.reserve({ ...span, reservationId, usd, limits, untilMs });
      if (refused !== null) return { refused };
      return { settle: (takenUsd) => rows.settle(reservationId, takenUsd, span.dayFromMs + DAY_MS) };
    },
  };
}
