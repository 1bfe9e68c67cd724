import type { StudyCosts } from '#tools/evaluation/walk-span.ts';

/** Together what a side of a trade costs the Q adviser in its training. */
const STUDY_COSTS: StudyCosts = { feeFraction: 0.0005, slippageFraction: 0.0001 };

/** How whatever is studied is judged, but for the seed. */
export const STUDY_JUDGED = { costs: STUDY_COSTS, resamples: 2_000, blockDays: 7, draws: 1_000 } as const;
