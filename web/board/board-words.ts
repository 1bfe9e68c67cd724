import type { QAdvice, SignalAction, Spike } from '#domain/signal.ts';
import { plural } from '../format/words.ts';
import { valueWords } from '../qtables/q-words.ts';

export const ACTION_TONES = { buy: 'up', sell: 'down', hold: 'neutral' } as const satisfies Record<
  SignalAction,
  string
>;

/** The greatest, and how many there are beside it. */
export function spikeWords(spikes: readonly Spike[]): string {
  const sizeOf = ({ robustSigmas }: Spike) => Math.abs(robustSigmas);
  const [greatest, ...others] = [...spikes].sort((left, right) => sizeOf(right) - sizeOf(left));
  if (greatest === undefined) return 'none';
  const { kind, direction, timeframe } = greatest;
  const words = `${direction === 'up' ? '▲' : '▼'} ${kind} ${sizeOf(greatest).toFixed(1)}σ ${timeframe}`;
  return others.length === 0 ? words : `${words} and ${others.length} more`;
}

/** What the Q-table learned of the situation, how often it saw it, and whether that may count. */
export function adviceWords(advice: QAdvice | null): string {
  if (advice === null || advice.values === null) return 'none';
  const [best] = Object.entries(advice.values).sort(([, left], [, right]) => right - left);
  const visits = plural(advice.visits, 'visit');
  if (best === undefined) return visits;
  return `${best[0]} ${valueWords(best[1])}, ${visits}${advice.counts ? '' : ', does not count'}`;
}
