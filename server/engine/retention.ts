/** What is forgotten with time. Records and what traded never are (db/repositories/thin-runs.ts). */
import { createRunThinner } from '#db/repositories/thin-runs.ts';
import { CHARGES_KEPT_DAYS } from '#domain/costs.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Container } from '../container.ts';

/** Small transactions, and a turn that ends: what is left waits for the next one. */
const RUNS_IN_A_BATCH = 200;
const BATCHES_IN_A_TURN = 25;

/** Live events are for pages that are open, keys for requests that may be repeated: neither is a record. */
export async function forgetOld(
  { rows, opened, config }: Pick<Container, 'rows' | 'opened' | 'config'>,
  nowMs: EpochMs,
): Promise<void> {
  await rows.events.prune(nowMs - DAY_MS);
  await rows.idempotency.prune(nowMs - DAY_MS);
  await rows.sessions.prune(nowMs);
  await rows.logInAttempts.prune(nowMs);
  await rows.spending.prune(nowMs - CHARGES_KEPT_DAYS * DAY_MS);
  await rows.answers.prune(nowMs - config.llm.cacheMs);
  const thinner = createRunThinner(opened.database);
  const finishedBeforeMs = nowMs - config.keepHeldDays * DAY_MS;
  for (let batch = 0; batch < BATCHES_IN_A_TURN; batch += 1) {
    const thinned = await thinner.thin({ finishedBeforeMs, atMs: nowMs, limit: RUNS_IN_A_BATCH });
    if (thinned < RUNS_IN_A_BATCH) return;
  }
}
