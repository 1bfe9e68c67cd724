/** The spikes told since a desk's last cycle, in memory: what db/repositories/spikes.ts reads of the live events. */
import type { CycleRecord } from '#domain/run.ts';
import type { Spike, SpikeNotice } from '#domain/signal.ts';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import type { SpikeRows } from '../engine/heard-spikes.ts';

export interface SpikeContents {
  /** Told in the last hour, the oldest first. */
  readonly lately: readonly SpikeNotice[];
  /** Told since the last cycle that saw a market. */
  readonly untaken: readonly SpikeNotice[];
  /** What that cycle took in. */
  readonly taken: readonly Spike[];
}

export interface MemorySpikes extends SpikeRows {
  tell(notice: SpikeNotice): void;
  /** A cycle has come to its record. */
  took(record: CycleRecord): void;
  contents(nowMs: EpochMs): SpikeContents;
}

export function createMemorySpikes(
  begun: SpikeContents = { lately: [], untaken: [], taken: [] },
): MemorySpikes {
  let lately = [...begun.lately];
  let untaken = [...begun.untaken];
  let { taken } = begun;
  return {
    tell(notice) {
      untaken.push(notice);
      lately.push(notice);
    },
    took({ market }) {
      if (market === null) return;
      untaken = [];
      taken = market.heardSpikes ?? [];
      lately = lately.filter(({ atMs }) => atMs > market.asOfMs - HOUR_MS);
    },
    sinceLastCycle: async () => ({ notices: untaken, taken }),
    contents: (nowMs) => ({ lately: lately.filter(({ atMs }) => atMs > nowMs - HOUR_MS), untaken, taken }),
  };
}
