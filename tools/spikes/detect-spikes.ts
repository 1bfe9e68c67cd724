import type { CandleSeries } from '#domain/candle.ts';
import type { Spike } from '#domain/signal.ts';
import { logReturnAt } from '#tools/indicators/log-return.ts';
import { robustBaseline, robustSigmas } from './robust-baseline.ts';

export interface SpikeOptions {
  /** The newest bars that are examined. */
  readonly examinedBars: number;
  /** The bars before them that say what is usual. */
  readonly baselineBars: number;
  readonly priceSigmas: number;
  readonly volumeSigmas: number;
}

export const SPIKE_OPTIONS: SpikeOptions = {
  examinedBars: 3,
  baselineBars: 120,
  priceSigmas: 6,
  volumeSigmas: 4,
};

/** A market that has stood still is given this much usual movement, so that a jump out of it has a finite size. */
const LEAST_RETURN_SIGMA = 1e-4;
const LEAST_LOG_VOLUME_SIGMA = 0.1;

/**
 * Sudden moves and bursts of volume in the newest bars, oldest first, price before volume on the same bar.
 * A bar's log return, and the logarithm of its volume, are measured in robust sigmas (1.4826 × MAD) from the median of
 * the bars before the examined ones: the spike itself cannot raise its own yardstick, and an older one hardly can.
 * Volume spikes upwards only; its direction is the bar's own (a bar that closes where it opened counts as up).
 * Fewer than `baselineBars + examinedBars + 1` bars give no spikes; bars without volume have no volume spike.
 * @throws RangeError when an option is not above 0, or the baseline has fewer than 10 bars.
 */
export function detectSpikes(series: CandleSeries, options: SpikeOptions = SPIKE_OPTIONS): Spike[] {
  checkOptions(options);
  const { examinedBars, baselineBars } = options;
  const firstExamined = series.length - examinedBars;
  const from = firstExamined - baselineBars;
  if (from < 1) return [];

  const returns = new Float64Array(baselineBars);
  const volumes = new Float64Array(baselineBars);
  for (let i = 0; i < baselineBars; i++) {
    returns[i] = logReturnAt(series, from + i);
    volumes[i] = Math.log(series.volume[from + i]!);
  }
  const usualReturn = robustBaseline(returns, LEAST_RETURN_SIGMA);
  const usualVolume = robustBaseline(
    volumes.filter((value) => Number.isFinite(value)),
    LEAST_LOG_VOLUME_SIGMA,
  );

  const spikes: Spike[] = [];
  for (let i = firstExamined; i < series.length; i++) {
    const priceSigmas = usualReturn === null ? 0 : robustSigmas(logReturnAt(series, i), usualReturn);
    if (Math.abs(priceSigmas) >= options.priceSigmas)
      spikes.push(spikeAt(series, i, 'price', priceSigmas > 0 ? 'up' : 'down', priceSigmas));

    const volume = series.volume[i]!;
    const volumeSigmas =
      usualVolume === null || volume <= 0 ? 0 : robustSigmas(Math.log(volume), usualVolume);
    if (volumeSigmas >= options.volumeSigmas)
      spikes.push(
        spikeAt(series, i, 'volume', series.close[i]! >= series.open[i]! ? 'up' : 'down', volumeSigmas),
      );
  }
  return spikes;
}

function spikeAt(
  series: CandleSeries,
  index: number,
  kind: Spike['kind'],
  direction: Spike['direction'],
  sigmas: number,
): Spike {
  return {
    symbol: series.symbol,
    timeframe: series.timeframe,
    kind,
    direction,
    robustSigmas: sigmas,
    barOpenAtMs: series.openAtMs[index]!,
  };
}

function checkOptions(options: SpikeOptions): void {
  for (const [name, value] of Object.entries(options))
    if (!(value > 0)) throw new RangeError(`detectSpikes: ${name} ${value} must be above 0`);
  if (options.baselineBars < 10)
    throw new RangeError(`detectSpikes: baselineBars ${options.baselineBars} must be at least 10`);
}
