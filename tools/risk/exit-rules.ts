import { z } from 'zod';

/**
 * How code moves a stop between cycles. R, the unit of `…R`, is the distance from the entry to the position's first
 * stop: what it was opened to risk. Null switches a rule off; what is out of bounds only a code change can allow.
 */
export const ExitRules = z.object({
  /** From this open profit on, the stop stands where closing gives back the entry and the taker fees of both sides. */
  breakEven: z.object({ atProfitR: z.number().min(0.5).max(3) }).nullable(),
  /** From `fromProfitR` on, the stop follows `behindR` behind the price, on steps of `stepR` counted from the entry. */
  trailing: z
    .object({
      fromProfitR: z.number().min(1).max(5),
      behindR: z.number().min(0.5).max(2),
      stepR: z.number().min(0.1).max(1),
    })
    .refine(
      ({ fromProfitR, behindR }) => behindR < fromProfitR,
      'must begin where the stop locks in a profit',
    )
    .nullable(),
  /** The nearest to the price a stop is moved, and the least step of a trailing one, as a fraction of the price. */
  minDistanceFraction: z.number().min(0.0005).max(0.02),
});
export type ExitRules = z.infer<typeof ExitRules>;

export const DEFAULT_EXIT_RULES: ExitRules = {
  breakEven: { atProfitR: 1 },
  trailing: { fromProfitR: 1.5, behindR: 1, stepR: 0.25 },
  minDistanceFraction: 0.001,
};
