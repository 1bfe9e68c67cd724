import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Signal } from '#domain/signal.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { framesOf, marketOf } from '#tests/unit/tools/signals/made-market.ts';
import { assessSymbol } from '#tools/signals/assess-symbol.ts';
import { shortlist } from '#tools/signals/shortlist.ts';
import { detectSpikes } from '#tools/spikes/detect-spikes.ts';

const seriesShape = fc.record({ length: fc.integer({ min: 1, max: 600 }), seed: fc.nat() });

const signalOf = (shape: { length: number; seed: number }, symbol = 'BTC/USDT:USDT') => {
  const market = marketOf(
    wanderingSeries(shape.length, shape.seed, { symbol, timeframe: '3m' }),
    wanderingSeries(shape.length, shape.seed + 1, { symbol, timeframe: '15m' }),
    wanderingSeries(shape.length, shape.seed + 2, { symbol, timeframe: '1h' }),
    wanderingSeries(shape.length, shape.seed + 3, { symbol, timeframe: '4h' }),
  );
  return assessSymbol(market, framesOf(market), { btc: market, fastTimeframe: '3m', atMs: 0 });
};

describe('signals', () => {
  it('fit their schema, bound their score and act exactly from three points on, at any length', () => {
    fc.assert(
      fc.property(seriesShape, (shape) => {
        const signal = Signal.parse(signalOf(shape));
        expect(Math.abs(signal.score)).toBeLessThanOrEqual(12);
        expect(signal.action === 'hold').toBe(Math.abs(signal.score) < 3);
      }),
      { numRuns: 60 },
    );
  });

  it('are shortlisted in an order that does not depend on the order of the input', () => {
    const signals = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, i) => signalOf({ length: 200, seed: i * 10 }, `C${i}/USDT:USDT`)),
      { minLength: 12 },
    );
    fc.assert(
      fc.property(signals, signals, (one, other) => {
        expect(shortlist(one, 6)).toEqual(shortlist(other, 6));
      }),
    );
  });
});

describe('spikes', () => {
  it('do not depend on the units of price and volume', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -12, max: 12 }), (seed, exponent) => {
        const series = wanderingSeries(200, seed, { timeframe: '3m' });
        const spiked = { ...series, close: series.close.slice() };
        spiked.close[199] = spiked.close[199]! * 1.1;
        const by = (column: Float64Array) => column.map((value) => value * 2 ** exponent);
        const rescaled = {
          ...spiked,
          close: by(spiked.close),
          open: by(spiked.open),
          volume: by(spiked.volume),
        };
        const sizes = (found: ReturnType<typeof detectSpikes>) =>
          found.map(({ kind, direction, robustSigmas }) => [kind, direction, robustSigmas.toFixed(6)]);
        expect(detectSpikes(spiked).length).toBeGreaterThan(0);
        expect(sizes(detectSpikes(rescaled))).toEqual(sizes(detectSpikes(spiked)));
      }),
    );
  });
});
