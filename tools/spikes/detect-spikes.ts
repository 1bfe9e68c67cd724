import type { CandleSeries } from '#domain/candle.ts';
import type { Spike } from '#domain/signal.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { BarMeter } from './bar-meter.ts';
import { checkSpikeOptions, SPIKE_OPTIONS, type SpikeOptions } from './spike-options.ts';

/**
 * Sudden moves and bursts of volume in the newest bars, oldest first, price before volume on the same bar.
 * A bar's log return, and the logarithm of its volume, are measured in robust sigmas (1.4826 × MAD) from the median of
 * the `baselineBars` before it: the spike itself cannot raise its own yardstick, and an older one hardly can. It is what
 * `SpikeDetector` says of the same bars, one after the other.
 * Volume spikes upwards only; its direction is the bar's own (a bar that closes where it opened counts as up).
 * Fewer than `baselineBars + examinedBars + 1` bars give no spikes; bars without volume have no volume spike.
 * @throws RangeError when an option is not above 0, or the baseline has fewer than 10 bars.
 */
export function detectSpikes(series: CandleSeries, options: SpikeOptions = SPIKE_OPTIONS): Spike[] {
  checkSpikeOptions('detectSpikes', options);
  const { length, openAtMs, open, close, volume } = series;
  const firstExamined = length - options.examinedBars;
  const first = firstExamined - options.baselineBars - 1;
  if (first < 0) return [];

  const meter = new BarMeter(TIMEFRAME_MS[series.timeframe], options);
  const spikes: Spike[] = [];
  for (let i = first; i < length; i++) {
    const atMs = openAtMs[i]!;
    if (i >= firstExamined) {
      const priceSigmas = meter.priceSigmas(atMs, close[i]!);
      if (Math.abs(priceSigmas) >= options.priceSigmas)
        spikes.push(spikeAt(series, i, 'price', priceSigmas > 0 ? 'up' : 'down', priceSigmas));
      const volumeSigmas = meter.volumeSigmas(atMs, volume[i]!);
      if (volumeSigmas >= options.volumeSigmas)
        spikes.push(spikeAt(series, i, 'volume', close[i]! >= open[i]! ? 'up' : 'down', volumeSigmas));
    }
    meter.close(atMs, close[i]!, volume[i]!);
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
