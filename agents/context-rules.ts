/** The Context agent's own policy: six small leanings, added and bounded. Positive is long. */
import type { ContextOpinion } from '#domain/opinion.ts';
import { SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';
import type { ContextQuestion } from './agent-desk.ts';
import { contextReadings } from './context-readings.ts';

/** Conviction under which an opinion is neutral. */
const NEUTRAL_BAND = 0.15;
/** Funding of one settlement at which one side is crowded: 0.05 %, five times the usual rate. */
const CROWDED_FUNDING_FRACTION = 0.0005;
const VOLATILE_DAMPING = 0.6;

interface Leaning {
  readonly weight: number;
  readonly why: string;
  /** The readings it rests on, by their keys. */
  readonly keys: readonly string[];
}

export function contextByRules(question: ContextQuestion): ContextOpinion {
  const leanings = [
    fromSignal(question),
    fromRegime(question),
    fromBtc(question),
    fromFunding(question),
    fromTable(question),
    fromPosition(question),
  ].filter((leaning) => leaning !== null);
  const sum = leanings.reduce((total, { weight }) => total + weight, 0);
  const damping = question.signal.regime.volatility === 'volatile' ? VOLATILE_DAMPING : 1;
  const conviction = Math.round(Math.max(-1, Math.min(1, sum * damping)) * 100) / 100 || 0;
  const reasons = leanings.map(({ weight, why }) => `${why} (${weight.toFixed(2)})`);
  if (damping < 1) reasons.push(`volatility is high (× ${damping})`);
  return {
    symbol: question.signal.symbol,
    stance: stanceOf(conviction),
    conviction,
    evidence: evidenceFor(leanings, question),
    summary: (reasons.join(', ') || 'nothing leans either way').slice(0, 600),
  };
}

function stanceOf(conviction: number): ContextOpinion['stance'] {
  if (conviction >= NEUTRAL_BAND) return 'bullish';
  return conviction <= -NEUTRAL_BAND ? 'bearish' : 'neutral';
}

function fromSignal({ signal }: ContextQuestion): Leaning | null {
  if (signal.score === 0) return null;
  const weight = 0.4 * Math.sign(signal.score) * signal.confidenceFraction;
  return { weight, why: `score ${signal.score}`, keys: ['score', 'confidence'] };
}

function fromRegime({ signal }: ContextQuestion): Leaning | null {
  const { trend } = signal.regime;
  if (trend === 'sideways' || trend === 'unknown') return null;
  return { weight: trend === 'bull' ? 0.2 : -0.2, why: `${trend} regime`, keys: ['volatility_ratio'] };
}

/** Bitcoin pulls a coin as far as the two move together. */
function fromBtc({ signal, btc }: ContextQuestion): Leaning | null {
  const correlation = signal.regime.btcCorrelation;
  if (btc === null || btc.symbol === signal.symbol || correlation === null || !acts(btc)) return null;
  const weight = 0.2 * Math.sign(btc.score) * correlation;
  return { weight, why: `BTC score ${btc.score}`, keys: ['btc_score', 'btc_correlation'] };
}

/** The crowded side pays, and is the one that gets squeezed. */
function fromFunding({ fundingRateFraction: rate }: ContextQuestion): Leaning | null {
  if (rate === null || Math.abs(rate) < CROWDED_FUNDING_FRACTION) return null;
  const crowd = rate > 0 ? 'longs' : 'shorts';
  return { weight: rate > 0 ? -0.15 : 0.15, why: `${crowd} are crowded`, keys: ['funding_rate'] };
}

function fromTable({ qAdvice }: ContextQuestion): Leaning | null {
  if (!qAdvice?.counts || (qAdvice.best !== 'long' && qAdvice.best !== 'short')) return null;
  const weight = qAdvice.best === 'long' ? 0.2 : -0.2;
  return { weight, why: `the table prefers ${qAdvice.best}`, keys: ['q_visits'] };
}

/** Losing while the signal has faded leans against what is held; a winner is left alone. */
function fromPosition({ position, signal }: ContextQuestion): Leaning | null {
  if (position === null || Number(position.unrealisedQuote) >= 0 || acts(signal)) return null;
  const weight = position.side === 'long' ? -0.25 : 0.25;
  return { weight, why: `the open ${position.side} loses without a signal`, keys: ['position_unrealised'] };
}

function acts(signal: Signal): boolean {
  return Math.abs(signal.score) >= SCORE_THRESHOLD;
}

function evidenceFor(leanings: readonly Leaning[], question: ContextQuestion): ContextOpinion['evidence'] {
  const readings = contextReadings(question);
  const quoted = leanings.flatMap(({ keys, why }) =>
    keys.map((key) => ({ key, value: readings.get(key), note: why })),
  );
  return quoted
    .flatMap(({ value, ...quote }) => (value === undefined ? [] : [{ ...quote, value }]))
    .slice(0, 8);
}
