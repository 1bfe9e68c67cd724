import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { Spike } from '#domain/signal.ts';
import { seriesFromCloses, wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { detectSpikes } from '#tools/spikes/detect-spikes.ts';
import { robustBaseline, robustSigmas } from '#tools/spikes/robust-baseline.ts';
import { SPIKE_OPTIONS } from '#tools/spikes/spike-options.ts';

function withLastBar(series: CandleSeries, change: { closeFactor?: number; volume?: number }): CandleSeries {
  const last = series.length - 1;
  const close = series.close.slice();
  const volume = series.volume.slice();
  close[last] = close[last - 1]! * (change.closeFactor ?? close[last]! / close[last - 1]!);
  volume[last] = change.volume ?? volume[last]!;
  return { ...series, close, volume };
}

const calm = wanderingSeries(300, 5, { timeframe: '3m' });

describe('detectSpikes', () => {
  it('finds nothing in a market that wanders as usual', () => {
    expect(detectSpikes(calm)).toEqual([]);
  });

  it('finds a fall of 5 % on the last bar, with its size, bar and direction', () => {
    const [spike, ...others] = detectSpikes(withLastBar(calm, { closeFactor: 0.95 }));
    expect(others).toEqual([]);
    expect(Spike.parse(spike)).toMatchObject({ kind: 'price', direction: 'down', timeframe: '3m' });
    expect(spike?.robustSigmas).toBeLessThan(-SPIKE_OPTIONS.priceSigmas);
    expect(spike?.barOpenAtMs).toBe(calm.openAtMs[299]);
  });

  it('finds a burst of volume with the direction of its bar', () => {
    const burst = withLastBar(calm, { closeFactor: 1.002, volume: 100_000 });
    expect(detectSpikes(burst)).toMatchObject([{ kind: 'volume', direction: 'up' }]);
  });

  it('does not call a drought of volume a spike', () => {
    expect(detectSpikes(withLastBar(calm, { volume: 0.001 }))).toEqual([]);
    expect(detectSpikes(withLastBar(calm, { volume: 0 }))).toEqual([]);
  });

  it('still sees the spike of two bars ago, and forgets it after three', () => {
    const spiked = withLastBar(calm, { closeFactor: 1.05 });
    const later = (bars: number) =>
      seriesFromCloses([...spiked.close, ...Array<number>(bars).fill(spiked.close[299]!)]);
    const priceSpikes = (series: CandleSeries) => detectSpikes(series).filter(({ kind }) => kind === 'price');
    expect(priceSpikes(later(2))).toHaveLength(1);
    expect(priceSpikes(later(3))).toHaveLength(0);
  });

  it('is not blinded by an older spike in its baseline', () => {
    const closes = [...calm.close];
    for (let i = 200; i < 300; i++) closes[i] = closes[i]! * 1.3;
    const series = seriesFromCloses([...closes, closes[299]! * 0.95]);
    expect(detectSpikes(series).some(({ kind, direction }) => kind === 'price' && direction === 'down')).toBe(
      true,
    );
  });

  it('gives a jump out of a motionless market a finite size', () => {
    const flat = seriesFromCloses([...Array<number>(200).fill(1), 0.97]);
    const [spike] = detectSpikes(flat);
    expect(spike).toMatchObject({ kind: 'price', direction: 'down' });
    expect(Number.isFinite(spike?.robustSigmas)).toBe(true);
  });

  it('finds nothing in a series shorter than the baseline and the examined bars', () => {
    const short = wanderingSeries(123, 5);
    expect(detectSpikes(withLastBar(short, { closeFactor: 2 }))).toEqual([]);
    expect(detectSpikes(withLastBar(wanderingSeries(124, 5), { closeFactor: 2 }))).toHaveLength(1);
  });

  it('refuses options out of range and names them', () => {
    expect(() => detectSpikes(calm, { ...SPIKE_OPTIONS, priceSigmas: 0 })).toThrow('priceSigmas 0');
    expect(() => detectSpikes(calm, { ...SPIKE_OPTIONS, baselineBars: 5 })).toThrow('baselineBars 5');
  });
});

describe('robustBaseline', () => {
  it('takes the middle of an odd and the mean of the two middles of an even count', () => {
    expect(robustBaseline(Float64Array.of(3, 1, 2), 1e-9)?.median).toBe(2);
    expect(robustBaseline(Float64Array.of(4, 1, 3, 2), 1e-9)?.median).toBe(2.5);
  });

  it('is not moved by one huge outlier', () => {
    const usual = robustBaseline(Float64Array.of(1, 2, 3, 4, 1e9), 1e-9);
    expect(usual).toEqual({ median: 3, sigma: 1.4826 });
    expect(usual && robustSigmas(3 + 2 * 1.4826, usual)).toBeCloseTo(2, 12);
  });

  it('falls back on the least sigma for equal values and is null for none', () => {
    expect(robustBaseline(Float64Array.of(5, 5, 5), 0.25)?.sigma).toBe(0.25);
    expect(robustBaseline(new Float64Array(0), 0.25)).toBeNull();
    expect(() => robustBaseline(Float64Array.of(1), 0)).toThrow('leastSigma 0');
  });
});
