/** The newest spikes that the stream has told since the page was opened. Nobody asks for them: they are news or nothing. */
import { queryOptions, skipToken } from '@tanstack/react-query';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { SpikeNotice } from '#domain/signal.ts';

export interface ToldSpike extends SpikeNotice {
  readonly id: number;
  /** The standing desk of the market it happened on. */
  readonly deskId: string | null;
}

const MOST_KEPT = 5;

export const spikesQuery = queryOptions<readonly ToldSpike[]>({
  queryKey: ['spikes'],
  queryFn: skipToken,
  gcTime: Number.POSITIVE_INFINITY,
});

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
