import type { UntakenSpikes } from '#db/repositories/spikes.ts';
import { type Clock, type EpochMs, HOUR_MS } from '#domain/time.ts';
import type { HeardSpikes } from '#graphs/deps.ts';
import { distinctSpikes, spikeKey, spikesOfNotice } from '#tools/spikes/heard-spikes.ts';

/** What is older says nothing of now, however long ago the desk's last cycle was. */
const HEARD_FOR_MS = HOUR_MS;

/** The newest of a symbol: a storm that is told a dozen times over is one thing to look at, and a run's state stays small. */
const MOST_HEARD = 6;

export interface SpikeRows {
  sinceLastCycle(deskId: string, sinceMs: EpochMs): Promise<UntakenSpikes>;
}

/** Hands each told spike to one cycle of each desk: the first that begins after it. */
export function createHeardSpikes(rows: SpikeRows, wallClock: Clock): HeardSpikes {
  return async ({ deskId, symbols, asOfMs }) => {
    const { notices, taken } = await rows.sinceLastCycle(deskId, wallClock.nowMs() - HEARD_FOR_MS);
    const known = new Set(taken.map(spikeKey));
    const ofUse = notices.filter(({ atMs }) => atMs <= asOfMs && atMs > asOfMs - HEARD_FOR_MS);
    const fresh = distinctSpikes(ofUse.flatMap(spikesOfNotice)).filter(
      (spike) => !known.has(spikeKey(spike)),
    );
    return symbols.flatMap((symbol) => fresh.filter((spike) => spike.symbol === symbol).slice(-MOST_HEARD));
  };
}
