import type { StopFacts } from '#tools/orders/exit-moves.ts';
import type { ExitRules } from '#tools/risk/exit-rules.ts';

/** Rounding of doubles against decimals. */
const EPSILON = 1e-9;

/**
 * The least open profit, in quote for a unit, at which `nextStop` may ask for another stop than the one that stands;
 * infinite where no profit does. Under it nothing moves; from it on `nextStop` has to be asked.
 */
export function firstMoveProfit(
  { position, stopQuote, firstStopQuote, instrument }: StopFacts,
  { breakEven, trailing, minDistanceFraction }: ExitRules,
): number {
  const direction = position.side === 'long' ? 1 : -1;
  const entry = Number(position.entryPriceQuote);
  const risk = direction * (entry - Number(firstStopQuote));
  if (!(risk > 0)) return Number.POSITIVE_INFINITY;
  const kept = direction * (Number(stopQuote) - entry);
  let least = Number.POSITIVE_INFINITY;
  const backToEntry = (2 * entry * instrument.takerFeeFraction) / (1 - instrument.takerFeeFraction);
  if (breakEven !== null && kept < backToEntry + Number(instrument.tickSizeQuote))
    least = risk * breakEven.atProfitR;
  if (trailing !== null) {
    const step = Math.max(risk * trailing.stepR, entry * minDistanceFraction);
    const next = Math.max(0, (Math.floor(kept / step + EPSILON) + 1) * step);
    least = Math.min(least, Math.max(risk * trailing.fromProfitR, risk * trailing.behindR + next));
  }
  return least * (1 - EPSILON);
}
