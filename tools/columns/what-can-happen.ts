/**
 * What a cycle by the rules can come to at most, told from points, trend and the position alone. Each answers "it may"
 * whenever the rules themselves could say so: whoever passes over the rest passes over nothing that is done.
 */
import { SCORE_THRESHOLD } from '#domain/signal.ts';
import { FULL_SCORE, MAX_CONVICTION_WEIGHT } from '#tools/proposals/fuse.ts';
import { OPEN_CONVICTION } from '#tools/proposals/propose.ts';

/** The most each leaning of the Context agent's rules weighs (agents/context-rules.ts). */
const LEAN = { signal: 0.4, trend: 0.2, btc: 0.2, crowd: 0.15 } as const;
/** Opinions are rounded to hundredths. */
const ROUNDING = 0.005;
const EPSILON = 1e-9;

export interface SeenSymbol {
  readonly score: number;
  /** 1 bull, −1 bear, 0 neither or not known. */
  readonly trend: number;
  /** Of Bitcoin, where it is another symbol of the universe; else 0. */
  readonly btcScore: number;
  /** Whether its funding is ever so high that one side counts as crowded. */
  readonly mayBeCrowded: boolean;
}

/** The most the fused conviction for a side can come to, 1 for long and −1 for short. */
function mostConviction(seen: SeenSymbol, side: 1 | -1): number {
  const { score, trend, btcScore, mayBeCrowded } = seen;
  const size = Math.abs(score);
  const isCounterTrend = score * trend < 0;
  const confidence = (size / (size + SCORE_THRESHOLD)) * (isCounterTrend ? 0.5 : 1);
  const opinion =
    LEAN.signal * confidence * Math.sign(score) * side +
    LEAN.trend * trend * side +
    (Math.abs(btcScore) >= SCORE_THRESHOLD ? LEAN.btc : 0) +
    (mayBeCrowded ? LEAN.crowd : 0);
  const fromPoints = Math.max(-1, Math.min(1, (score * side) / FULL_SCORE));
  // High volatility damps an opinion, one against the side as well: then the points stand alone at most.
  const fromContext = Math.max(-1, Math.min(1, opinion + ROUNDING));
  const most = fromContext > 0 ? fromContext : fromContext * DAMPED;
  return fromPoints + MAX_CONVICTION_WEIGHT * most;
}

/** What is left of an opinion in a volatile market, at least. */
const DAMPED = 0.6;

/** Whether a flat symbol may be opened by its points. */
export function mayOpen(seen: SeenSymbol): boolean {
  const { score, trend } = seen;
  if (Math.abs(score) < SCORE_THRESHOLD) return false;
  // The Risk agent's rules refuse what goes against the trend with fewer points (agents/risk-rules.ts).
  if (score * trend < 0 && Math.abs(score) < STRONG_SCORE) return false;
  return mostConviction(seen, score > 0 ? 1 : -1) >= OPEN_CONVICTION - EPSILON;
}

const STRONG_SCORE = 5;

/** Whether a position may be closed by a cycle. `side` 1 is long; `unrealisedQuote` of now. */
export function mayClose(seen: SeenSymbol, side: 1 | -1, unrealisedQuote: number): boolean {
  if (unrealisedQuote < EPSILON && Math.abs(seen.score) < SCORE_THRESHOLD) return true;
  // The agent leans against a position by itself only where it loses without a signal, and that one is closed above.
  return mostConviction(seen, side === 1 ? -1 : 1) >= OPEN_CONVICTION - EPSILON;
}
