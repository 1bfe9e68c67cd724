import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { DEFAULT_SYMBOLS } from '#exchanges/generator/profiles.ts';

describe('generator market', () => {
  it('is sound for any seed, symbol and instant', () => {
    const anySeed = fc.integer();
    const anySymbol = fc.constantFrom(...DEFAULT_SYMBOLS, 'PEPE/USDT:USDT', 'Q1/USDC:USDC');
    const anyHour = fc.integer({ min: 24 * 400, max: 24 * 60_000 });
    return fc.assert(
      fc.asyncProperty(anySeed, anySymbol, anyHour, async (seed, symbol, hour) => {
        const market = createGeneratorMarket({ seed, symbols: [symbol], barsPerSeries: 30 });
        const toMs = hour * HOUR_MS;
        const bars = await market.candles({ symbol, timeframe: '1m', fromMs: toMs - DAY_MS, toMs });
        expect(validateSeries(bars, { nowMs: toMs, barsWanted: 1_440 })).toEqual([]);
        expect(bars.volume.every((volume) => volume > 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same bar whatever was asked before it', () => {
    const anyDay = fc.integer({ min: 19_000, max: 22_000 });
    return fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(anyDay, { maxLength: 6 }),
        anyDay,
        async (seed, earlier, day) => {
          const ask = (market: ReturnType<typeof createGeneratorMarket>, at: number) =>
            market.candles({
              symbol: 'SOL/USDT:USDT',
              timeframe: '15m',
              fromMs: at * DAY_MS,
              toMs: (at + 1) * DAY_MS,
            });
          const used = createGeneratorMarket({ seed, barsPerSeries: 2 });
          for (const at of earlier) await ask(used, at);
          expect(await ask(used, day)).toEqual(
            await ask(createGeneratorMarket({ seed, barsPerSeries: 2 }), day),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});
