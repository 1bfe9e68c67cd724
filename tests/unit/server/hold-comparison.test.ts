import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { holdComparison } from '#server/engine/hold-comparison.ts';
import { createPerformance } from '#server/performance.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { desk, NOW_MS } from './fake-deps.ts';

const market = createGeneratorMarket({ seed: 7, barsPerSeries: 200 });
const fromMs = market.spanMs.from + DAY_MS;

describe('buying and holding beside a desk', () => {
  it('begins with the first candle of the curve, and pays its way in and out', async () => {
    const span = { fromMs: fromMs + MINUTE_MS, toMs: fromMs + 2 * DAY_MS };
    const { buyAndHold } = await holdComparison(market, { symbols: [BTC, ETH], span, equityQuote: '10000' });
    expect(buyAndHold).toMatchObject({
      symbols: [BTC, ETH],
      fromMs: fromMs + 15 * MINUTE_MS,
      toMs: span.toMs,
    });
    expect(buyAndHold?.netFraction).toBeCloseTo(Number(buyAndHold?.netQuote) / 10_000, 10);
  });

  it('says why there is none for a curve that is too short or symbols the market has not', async () => {
    const short = { fromMs: fromMs + MINUTE_MS, toMs: fromMs + 20 * MINUTE_MS };
    const tooShort = await holdComparison(market, { symbols: [BTC], span: short, equityQuote: '10000' });
    expect(tooShort.buyAndHoldReason).toBe(
      'the curve has not reached over a whole 15m candle of the market yet',
    );
    const span = { fromMs, toMs: fromMs + DAY_MS };
    const unknown = await holdComparison(market, { symbols: [], span, equityQuote: '10000' });
    expect(unknown.buyAndHoldReason).toBe('the market has no candles over the span of the curve');
  });

  it('is asked for anew after a market did not answer, and once for readers of the same span', async () => {
    let asked = 0;
    const performance = createPerformance({
      marketKey: 'generator-7',
      tradedSpans: {
        of: async () => ({
          ...{ trades: [], isWhole: true },
          points: [fromMs, fromMs + DAY_MS].map((atMs) => ({ atMs, equityQuote: '10000' })),
        }),
      },
      market: {
        ...market,
        async instruments() {
          asked += 1;
          if (asked === 1) throw new AppError('venue_unavailable', 'the venue is away');
          return market.instruments();
        },
      },
    });
    const own = desk({ deskId: 'generator-7', symbols: [BTC] });
    const span = { fromMs: 0, toMs: NOW_MS * 2 };
    expect((await performance(own, span)).buyAndHoldReason).toBe('the venue is away');
    expect((await performance(own, span)).buyAndHold).not.toBeNull();
    await performance(own, span);
    expect(asked).toBe(2);
    const elsewhere = await performance({ ...own, deskId: 'generator-8' }, span);
    expect(elsewhere.buyAndHoldReason).toBe('the desk is of another market than the one that runs');
  });
});
