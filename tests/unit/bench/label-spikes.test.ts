import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import { seriesFromCloses } from '#tests/unit/tools/indicators/made-series.ts';
import { LABEL, LABEL_RULE, labelPrices, labelVolumes } from '../../../bench/spike-study/label-spikes.ts';
import { Tally } from '../../../bench/spike-study/tally.ts';

const AT = 300;
const LENGTH = 620;
const WIDTH_MS = TIMEFRAME_MS['5m'];

/** Swings of 0.1 % around a level that `levelOf` gives. */
function series(levelOf: (bar: number) => number): CandleSeries {
  const closes = Array.from({ length: LENGTH }, (_, bar) => levelOf(bar) * [1.001, 1, 0.999, 1][bar % 4]!);
  return seriesFromCloses(closes, { timeframe: '5m' }, (bar, index) => ({
    ...bar,
    volume: 90 + (index % 5) * 5,
  }));
}

const spikesOf = (label: Int8Array) =>
  [...label].flatMap((one, bar) => (one === LABEL.up || one === LABEL.down ? [[bar, one]] : []));

describe('the label of a true spike', () => {
  it('is a move that holds, with its direction', () => {
    const fallen = series((bar) => (bar < AT ? 100 : 95));
    expect(spikesOf(labelPrices(fallen, WIDTH_MS).label)).toEqual([[AT, LABEL.down]]);
  });

  it('is no move of which less than half is left within the next bars', () => {
    const gone = (barsLater: number) => series((bar) => (bar >= AT && bar < AT + barsLater ? 105 : 100));
    const atSpike = (barsLater: number) => labelPrices(gone(barsLater), WIDTH_MS).label[AT];
    expect(atSpike(LABEL_RULE.holdBars)).toBe(LABEL.none);
    expect(atSpike(LABEL_RULE.holdBars + 1)).toBe(LABEL.up);
  });

  it('is unknown near the ends, at a gap and where a gap follows', () => {
    const whole = series(() => 100);
    const openAtMs = whole.openAtMs.map((atMs, bar) => (bar < AT ? atMs : atMs + WIDTH_MS));
    const { label } = labelPrices({ ...whole, openAtMs }, WIDTH_MS);
    const unknown = [...label].flatMap((one, bar) => (one === LABEL.unknown ? [bar] : []));
    const { sideBars, holdBars } = LABEL_RULE;
    expect(unknown.slice(0, sideBars)).toEqual(Array.from({ length: sideBars }, (_, bar) => bar));
    expect(unknown.filter((bar) => bar >= sideBars && bar < LENGTH - sideBars)).toEqual([
      ...Array.from({ length: holdBars }, (_, bar) => AT - holdBars + bar),
      AT,
    ]);
    expect(unknown).toContain(LENGTH - sideBars);
  });

  it('is a burst of volume after which more than usual is traded', () => {
    const burst = (after: number) => {
      const bars = series(() => 100);
      const volume = bars.volume
        .slice()
        .fill(5_000, AT, AT + 1)
        .fill(after, AT + 1, AT + 4);
      return labelVolumes({ ...bars, volume }, WIDTH_MS).label[AT];
    };
    expect(burst(110)).toBe(LABEL.up);
    expect(burst(80)).toBe(LABEL.none);
  });
});

describe('Tally', () => {
  it('counts signals as true on their bar and in their direction alone', () => {
    const labels = {
      label: Int8Array.of(LABEL.up, LABEL.up, LABEL.none, LABEL.none, LABEL.none, LABEL.unknown),
      sigmas: Float64Array.of(8, 8, 7, 4, 1, 9),
    };
    const tally = new Tally();
    for (const [i, sigmas] of [7, -7, 7, 7, 2, 9].entries()) tally.add(labels, i, sigmas, 6);
    expect(tally.at(6)).toEqual({
      threshold: 6,
      signals: 4,
      truePositiveRate: 1 / 2,
      falsePositiveRate: 3 / 3,
      falseShare: 3 / 4,
      unheldShare: 1 / 4,
      usualShare: 0,
    });
    expect(tally.at(2)).toMatchObject({ signals: 5, usualShare: 1 / 5 });
  });
});
