import { randomBytes } from 'node:crypto';
import type { IdSource } from '#domain/ids.ts';
import type { Clock } from '#domain/time.ts';

/** Ids that sort by their time of making: `run_mhx2k9a4-5f3c9a1b`. */
export function createIdSource(clock: Clock): IdSource {
  return { next: (prefix) => `${prefix}_${clock.nowMs().toString(36)}-${randomBytes(4).toString('hex')}` };
}
