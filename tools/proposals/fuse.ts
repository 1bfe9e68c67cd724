import type { ContextOpinion } from '#domain/opinion.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';

/** Points at which a signal alone counts as full conviction. */
export const FULL_SCORE = 8;
/** How far counted Q-advice may move the fused conviction. */
const Q_WEIGHT = 0.15;
/** The most an opinion may move it, whatever is configured: less than the points of a threshold signal. */
export const MAX_CONVICTION_WEIGHT = 0.3;

export interface FusedConviction {
  /** -1..1, positive for long. */
  readonly conviction: number;
  readonly parts: string;
  /** What a full opinion adds. */
  readonly weight: number;
}

/**
 * Fuses points, Q-advice and the Context agent's bounded conviction. The agent moves the result by at most
 * `convictionWeight` (0..0.3), the table by at most 0.15, so neither can turn a threshold signal around on its own say.
 * A number that is not finite counts as nothing.
 */
export function fuseConviction(
  signal: Signal,
  advice: QAdvice | null,
  opinion: ContextOpinion | null,
  convictionWeight: number,
): FusedConviction {
  const fromPoints = clamp(signal.score / FULL_SCORE);
  const fromTable = advice?.counts && advice.best ? Q_WEIGHT * DIRECTION[advice.best] : 0;
  const weight = Math.min(MAX_CONVICTION_WEIGHT, Math.max(0, clamp(convictionWeight)));
  const fromContext = opinion === null ? 0 : weight * clamp(opinion.conviction);
  const conviction = clamp(fromPoints + fromTable + fromContext);
  const parts = `points ${fromPoints.toFixed(2)}, table ${fromTable.toFixed(2)}, context ${fromContext.toFixed(2)}`;
  return { conviction, parts, weight };
}

const DIRECTION = { long: 1, short: -1, hold: 0, close: 0 } as const;

function clamp(value: number): number {
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
}
