/** What a walk came to is told over one span by every figure. */
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { reckonBacktest } from '#server/backtest/backtest-result.ts';
import { priceLines } from '#server/backtest/report/report-charts.ts';
import { NOTHING_DONE } from '#server/backtest/walk-backtest.ts';
import { accountOf, BTC } from '#tests/support/agent-fixtures.ts';
import { openWalkedDesk, spanOf } from '#tests/support/walked-backtest.ts';

const FROM_MS = Date.UTC(2025, 0, 30, 10, 7);
const TO_MS = Date.UTC(2025, 1, 1);

async function reckoned(toMs: number) {
  const market = createGeneratorMarket({ seed: 7, barsPerSeries: 150 });
  const desk = await openWalkedDesk(market, FROM_MS);
  const readings = [
    [FROM_MS, '10000'],
    [FROM_MS + DAY_MS, '10300'],
  ] as const;
  for (const [atMs, equityQuote] of readings)
    desk.equity.set({ atMs, equityQuote, balanceQuote: equityQuote });
  const account = { ...accountOf(), asOfMs: toMs, equityQuote: '10100', balanceQuote: '10000' };
  const told = await reckonBacktest(
    desk,
    { ...NOTHING_DONE, doneToMs: toMs, account },
    { strategy: 'points', symbols: [BTC], span: spanOf(market, FROM_MS, toMs), market },
  );
  desk.close();
  return told;
}

describe('the figures of a backtest', () => {
  it('come to the same month by month as over the whole, an end at midnight within the month before it', async () => {
    const { result, months } = await reckoned(TO_MS);
    expect(result.returnFraction).toBeCloseTo(0.01, 12);
    expect(months).toEqual([{ year: 2025, month: 1, trades: 0, returnFraction: expect.closeTo(0.01, 12) }]);
  });

  it('hold over the very span of the walk, also where it is long and begins between wide bars', async () => {
    const toMs = FROM_MS + 400 * HOUR_MS + MINUTE_MS;
    const { hold } = await reckoned(toMs);
    expect(hold.buyAndHold).toMatchObject({ fromMs: FROM_MS, toMs });
  });

  it('draw prices, and with them what is held, from the first open of the span', async () => {
    const market = createGeneratorMarket({ seed: 7, barsPerSeries: 150 });
    const span = { fromMs: Date.UTC(2025, 0, 30), toMs: TO_MS };
    const first = await market.candles({ symbol: BTC, timeframe: market.finestTimeframe, ...span });
    const [begun] = (await priceLines(market, [BTC], span)).get(BTC) ?? [];
    expect(begun).toEqual([span.fromMs, first.open[0]]);
  });
});
