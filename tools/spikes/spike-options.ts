export interface SpikeThresholds {
  /** The bars before a bar that say what is usual. */
  readonly baselineBars: number;
  readonly priceSigmas: number;
  readonly volumeSigmas: number;
}

export interface SpikeOptions extends SpikeThresholds {
  /** The newest bars of a series that are examined. */
  readonly examinedBars: number;
}

export const SPIKE_OPTIONS: SpikeOptions = {
  examinedBars: 3,
  baselineBars: 120,
  priceSigmas: 6,
  volumeSigmas: 4,
};

/** Fewer values than this tell nothing of what is usual. */
export const LEAST_BASELINE_BARS = 10;

/** A market that has stood still is given this much usual movement, so that a jump out of it has a finite size. */
export const LEAST_RETURN_SIGMA = 1e-4;
export const LEAST_LOG_VOLUME_SIGMA = 0.1;

/** @throws RangeError when an option is not above 0, or the baseline has fewer than 10 bars. */
export function checkSpikeOptions(caller: string, options: SpikeThresholds): void {
  for (const [name, value] of Object.entries(options))
    if (!(value > 0)) throw new RangeError(`${caller}: ${name} ${value} must be above 0`);
  const { baselineBars } = options;
  if (!(baselineBars >= LEAST_BASELINE_BARS))
    throw new RangeError(`${caller}: baselineBars ${baselineBars} must be at least ${LEAST_BASELINE_BARS}`);
}

/** What the stream goes by, chosen on recorded candles: docs/spikes.md. A longer baseline than a cycle's look-back has to spare. */
export const STREAM_THRESHOLDS: SpikeThresholds = {
  baselineBars: 240,
  priceSigmas: 5.75,
  volumeSigmas: 3.75,
};
