import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { CRASH_AFTER_START_MS } from '#exchanges/generator/crash.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import type { ScheduledCrash } from '#exchanges/generator/scheduled-crash.ts';

const BTC = 'BTC/USDT:USDT';
const SOL = 'SOL/USDT:USDT';
const AT_MS = DEFAULT_START_AT_MS + 36 * HOUR_MS + 20 * MINUTE_MS;

function crash(ordered: Partial<ScheduledCrash> = {}): ScheduledCrash {
  return { symbol: BTC, dropFraction: 0.18, overMs: 20 * MINUTE_MS, atMs: AT_MS, ...ordered };
}

/** How far each symbol stands under its price of `AT_MS`, so long after it. */
async function fallAfter(ms: number, ordered: ScheduledCrash, seed = 7) {
  const market = createGeneratorMarket({ seed, barsPerSeries: 100, scheduledCrash: ordered });
  return async (symbol: string) => {
    const span = { fromMs: AT_MS - MINUTE_MS, toMs: AT_MS + ms };
    const { close } = await market.candles({ symbol, timeframe: '1m', ...span });
    return 1 - close.at(-1)! / close[0]!;
  };
}

describe('a scheduled crash', () => {
  it.each([
    { seed: 1, symbol: BTC, dropFraction: 0.18, overMs: 20 * MINUTE_MS },
    { seed: 42, symbol: BTC, dropFraction: 0.05, overMs: 4 * HOUR_MS },
    { seed: 7, symbol: SOL, dropFraction: 0.5, overMs: MINUTE_MS },
    { seed: 7, symbol: BTC, dropFraction: 0.9, overMs: HOUR_MS },
  ])('takes $dropFraction off $symbol to the tick, with seed $seed', async ({ seed, ...ordered }) => {
    const fall = await fallAfter(ordered.overMs, crash(ordered), seed);
    expect(await fall(ordered.symbol)).toBeCloseTo(ordered.dropFraction, 3);
  });

  it('takes the others along, each by how it follows the market', async () => {
    const fall = await fallAfter(20 * MINUTE_MS, crash());
    const [bnb, btc, sol] = [await fall('BNB/USDT:USDT'), await fall(BTC), await fall(SOL)];
    expect(bnb).toBeGreaterThan(0.13);
    expect(btc).toBeGreaterThan(bnb);
    expect(sol).toBeGreaterThan(btc);
  });

  it('falls bar by bar, none of them by more than the slope asks for', async () => {
    const market = createGeneratorMarket({ seed: 7, barsPerSeries: 100, scheduledCrash: crash() });
    const span = { fromMs: AT_MS - MINUTE_MS, toMs: AT_MS + 20 * MINUTE_MS };
    const { close } = await market.candles({ symbol: BTC, timeframe: '1m', ...span });
    const falls = [...close.subarray(1)].map((price, i) => 1 - price / close[i]!);
    expect(falls).toHaveLength(20);
    expect(Math.max(...falls)).toBeLessThan(0.022);
  });

  it('gives back more than half of the fall within an hour and a half', async () => {
    expect(await (await fallAfter(110 * MINUTE_MS, crash()))(BTC)).toBeLessThan(0.09);
  });

  it('is the only one: the standing crash stays away', async () => {
    const far = crash({ dropFraction: 0.01, atMs: AT_MS + 30 * DAY_MS });
    const markets = [{}, { scheduledCrash: far }].map((options) =>
      createGeneratorMarket({ seed: 7, barsPerSeries: 100, ...options }),
    );
    const fromMs = DEFAULT_START_AT_MS + CRASH_AFTER_START_MS;
    const falls = markets.map(async (market) => {
      const bars = await market.candles({ symbol: BTC, timeframe: '1m', fromMs, toMs: fromMs + HOUR_MS });
      return 1 - Math.min(...bars.low) / bars.open[0]!;
    });
    const [standing, scheduled] = await Promise.all(falls);
    expect(standing).toBeGreaterThan(0.15);
    expect(scheduled).toBeLessThan(0.05);
  });

  it('changes nothing where none is ordered', async () => {
    const market = createGeneratorMarket({ seed: 7, barsPerSeries: 100 });
    const span = { fromMs: DEFAULT_START_AT_MS - DAY_MS, toMs: DEFAULT_START_AT_MS + 5 * DAY_MS };
    const { close } = await market.candles({ symbol: BTC, timeframe: '3m', ...span });
    // Read from the generator before it could be ordered a crash.
    expect(close[900]).toBe(76_639.3);
  });
});
