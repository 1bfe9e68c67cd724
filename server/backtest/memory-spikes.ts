/** The spikes told since a desk's last cycle, in memory: what db/repositories/spikes.ts reads of the live events. */
import type { CycleRecord } from '#domain/run.ts';
import type { Spike, SpikeNotice } from '#domain/signal.ts';
import type { SpikeRows } from '../engine/heard-spikes.ts';

export interface SpikeContents {
  /** Told since the last cycle that saw a market, the oldest first. */
  readonly untaken: readonly SpikeNotice[];
  /** What that cycle took in. */
  readonly taken: readonly Spike[];
}

export interface MemorySpikes extends SpikeRows {
  tell(notice: SpikeNotice): void;
  /** A cycle has come to its record. */
  took(record: CycleRecord): void;
  contents(): SpikeContents;
}

export function createMemorySpikes(begun: SpikeContents = { untaken: [], taken: [] }): MemorySpikes {
  let untaken = [...begun.untaken];
  let { taken } = begun;
  return {
    tell: (notice) => void untaken.push(notice),
    took({ market }) {
      if (market === null) return;
      untaken = [];
      taken = market.heardSpikes ?? [];
    },
    sinceLastCycle: async () => ({ notices: untaken, taken }),
    contents: () => ({ untaken, taken }),
  };
}
