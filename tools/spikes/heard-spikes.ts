/** What a watch over the market told between cycles, as a cycle takes it in: the same spikes, each once. */
import type { Spike, SpikeNotice } from '#domain/signal.ts';

/** The spikes in a notice: a move, a burst of volume, or one of each. */
export function spikesOfNotice(notice: SpikeNotice): Spike[] {
  const { symbol, timeframe, kind, direction, barOpenAtMs, robustSigmas, volumeSigmas } = notice;
  const about = { symbol, timeframe, direction, barOpenAtMs };
  const move: Spike = {
    ...about,
    kind: 'price',
    robustSigmas: direction === 'up' ? robustSigmas : -robustSigmas,
  };
  const burst: Spike = { ...about, kind: 'volume', robustSigmas: volumeSigmas };
  if (kind === 'both') return [move, burst];
  return [kind === 'price' ? move : burst];
}

/**
 * What makes two spikes the same one: symbol, timeframe, bar, and a rise, a fall or a burst of volume. Sizes differ between a
 * tick and the close, and so does the direction of a burst.
 */
export function spikeKey({ symbol, timeframe, kind, direction, barOpenAtMs }: Spike): string {
  return `${symbol} ${timeframe} ${barOpenAtMs} ${kind === 'price' ? direction : kind}`;
}

/** The first of each spike, in their order: what comes first stands over what says the same. */
export function distinctSpikes(spikes: readonly Spike[]): Spike[] {
  const first = new Map<string, Spike>();
  for (const spike of spikes) {
    const key = spikeKey(spike);
    if (!first.has(key)) first.set(key, spike);
  }
  return [...first.values()];
}
