import type { StrategyWeightsRepository } from '#db/repositories/strategy-weights.ts';
import type { RegimeWeights } from '#domain/strategy-weights.ts';
import type { Logger } from '../telemetry/logger.ts';
import { usableWeights } from './usable-weights.ts';

export interface PromotedWeights {
  /** What holds now; null is even weights. A run takes them once and keeps them to its end. */
  weights(): RegimeWeights | null;
  close(): Promise<void>;
}

type PromotedRows = Pick<StrategyWeightsRepository, 'promoted' | 'subscribe'>;

/** While the database is away, what was known last stands; what is missed is read when it is back. */
export async function openPromotedWeights(rows: PromotedRows, logger: Logger): Promise<PromotedWeights> {
  let known = await readPromoted(rows, logger);
  let reading: Promise<void> = Promise.resolve();
  // One after the other, so that the newest are read last.
  const readAgain = () => {
    reading = reading
      .then(async () => {
        known = await readPromoted(rows, logger);
      })
      .catch((err: unknown) => logger.warn({ err }, 'the promoted weights were not read again'));
  };
  const unlisten = await rows.subscribe(readAgain);
  return {
    weights: () => known,
    async close() {
      await unlisten();
      await reading;
    },
  };
}

/** Weights that cannot be used stop no cycle: every vote weighs the same, and each signal says so. */
async function readPromoted(rows: PromotedRows, logger: Logger): Promise<RegimeWeights | null> {
  const stored = await rows.promoted();
  if (stored === null) return null;
  try {
    return usableWeights(stored);
  } catch (thrown) {
    logger.error({ err: thrown, version: stored.version }, 'the promoted weights cannot be used');
    return null;
  }
}
