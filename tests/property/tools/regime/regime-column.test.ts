import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { REGIME_CELLS } from '#domain/strategy-weights.ts';
import type { Timeframe } from '#domain/time.ts';
import { seriesFromCloses } from '#tests/unit/tools/indicators/made-series.ts';
import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { ownRegime } from '#tools/regime/assess-regime.ts';
import { NO_REGIME, REGIME_BARS, regimeCell, regimeColumn } from '#tools/regime/regime-column.ts';

/** Stretches of eighty bars, each with a drift and a size of its own. */
function manyRegimes(length: number, seed: number, timeframe: Timeframe = '1h'): CandleSeries {
  const random = seededRandom(seed).next;
  const stretch = { drift: 0, size: 0.01 };
  let price = 100;
  const closes = Array.from({ length }, (_, bar) => {
    if (bar % 80 === 0) {
      stretch.drift = [-0.002, 0, 0.002][Math.floor(random() * 3)]!;
      stretch.size = [0.002, 0.01, 0.06][Math.floor(random() * 3)]!;
    }
    price *= 1 + stretch.drift + (random() - 0.5) * stretch.size;
    return price;
  });
  return seriesFromCloses(closes, { timeframe });
}

const bars = manyRegimes(4_000, 3);

/** What a desk that sees these bars and no others would say at the last of them. */
function toldOf(window: CandleSeries) {
  return regimeCell(ownRegime(window, computeIndicatorFrame(window)));
}

it.each(['1h', '4h', '1d'] as const)(
  'says at each %s bar what the desk’s own rule says of the newest bars alone',
  (timeframe) => {
    const bars = manyRegimes(4_000, 3, timeframe);
    const cells = regimeColumn(bars);
    expect([...cells.subarray(0, REGIME_BARS - 1)].every((cell) => cell === NO_REGIME)).toBe(true);
    fc.assert(
      fc.property(fc.integer({ min: REGIME_BARS - 1, max: bars.length - 1 }), (bar) => {
        const told = toldOf(sliceSeries(bars, bar + 1 - REGIME_BARS, bar + 1));
        expect(REGIME_CELLS[cells[bar]!] ?? null).toBe(told);
      }),
      { numRuns: 500 },
    );
  },
);

it('is the same wherever the series begins and ends', () => {
  const cells = regimeColumn(bars);
  fc.assert(
    fc.property(fc.nat({ max: 3_700 }), fc.integer({ min: REGIME_BARS, max: 300 }), (from, length) => {
      const part = regimeColumn(sliceSeries(bars, from, from + length));
      const known = REGIME_BARS - 1;
      expect([...part.subarray(known)]).toEqual([...cells.subarray(from + known, from + length)]);
    }),
    { numRuns: 100 },
  );
});

it('finds every regime on a walk that rises, falls, rests and swings', () => {
  const found = new Set(regimeColumn(bars));
  for (let cell = 0; cell < REGIME_CELLS.length; cell++) expect(found).toContain(cell);
});
