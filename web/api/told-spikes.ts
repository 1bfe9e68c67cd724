/** The newest spikes that the stream has told since the page was opened. */
import type { DeskEvent } from '#domain/desk-event.ts';
import type { SpikeNotice } from '#domain/signal.ts';

export interface ToldSpike extends SpikeNotice {
  readonly id: number;
  /** The standing desk of the market it happened on. */
  readonly deskId: string | null;
}

const MOST_KEPT = 5;

/** Newest first. What is no spike, or is known, changes nothing. */
export function withSpike(
  spikes: readonly ToldSpike[],
  { id, deskId, payload }: DeskEvent,
): readonly ToldSpike[] {
  if (!isSpike(payload) || spikes.some((spike) => spike.id === id)) return spikes;
  return [{ ...payload, id, deskId }, ...spikes].slice(0, MOST_KEPT);
}

function isSpike(payload: unknown): payload is SpikeNotice {
  return typeof payload === 'object' && payload !== null && 'robustSigmas' in payload && 'symbol' in payload;
}
