import { z } from '@hono/zod-openapi';
import type { ApiDeps } from '../api-deps.ts';
import type { EventHub } from '../events/event-hub.ts';
import { isRunOver } from './run-answer.ts';

/** A run that ended without a wake is seen after this long at the latest. */
const POLL_MS = 2_000;

export const WaitQuery = z.object({ wait: z.coerce.number().min(0).max(60).optional() });

/** Waits for the run to end; false when the time is up, none was asked for, the caller has gone or the server stops. */
export async function runEnds(
  runId: string,
  waitSeconds: number | undefined,
  signal: AbortSignal,
  { runs, clock }: Pick<ApiDeps, 'runs' | 'clock'>,
  hub: EventHub,
): Promise<boolean> {
  if (!waitSeconds) return false;
  const deadlineMs = clock.nowMs() + waitSeconds * 1_000;
  const watch = await hub.watch(signal);
  try {
    while (true) {
      const run = await runs.get(runId);
      if (run !== null && isRunOver(run.status)) return true;
      const leftMs = deadlineMs - clock.nowMs();
      if (leftMs <= 0) return false;
      if ((await watch.woken(Math.min(leftMs, POLL_MS))) === 'closed') return false;
    }
  } finally {
    watch.close();
  }
}
