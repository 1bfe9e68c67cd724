import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, type Timeframe } from '#domain/time.ts';
import { createFallenMarket } from '#exchanges/generator/fallen-market.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import type { ScheduledCrash } from '#exchanges/generator/scheduled-crash.ts';

const BTC = 'BTC/USDT:USDT';
const SOL = 'SOL/USDT:USDT';
const AT_MS = DEFAULT_START_AT_MS + 36 * HOUR_MS + 20 * MINUTE_MS;
const ORDERED: ScheduledCrash = { symbol: BTC, dropFraction: 0.3, overMs: 10 * MINUTE_MS, atMs: AT_MS };

async function markets(ordered = ORDERED) {
  const symbols = [BTC, SOL];
  const base = createGeneratorMarket({ seed: 7, symbols, barsPerSeries: 60, crashAfterMs: 300 * HOUR_MS });
  return { base, fallen: await createFallenMarket(base, ordered) };
}

const span = (fromMs: number, toMs: number, timeframe: Timeframe = '1m', symbol = BTC) => ({
  ...{ symbol, timeframe, fromMs, toMs },
});
const snapshotAt = (asOfMs: number) => ({
  asOfMs,
  symbols: [BTC, SOL],
  barsPerSeries: 60,
  snapshotId: 'one',
});

describe('a crash laid over another market', () => {
  it('takes the symbol to its price to the tick, and the others along', async () => {
    const { fallen } = await markets();
    const fallOf = async (symbol: string) => {
      const { close } = await fallen.candles(span(AT_MS - MINUTE_MS, AT_MS + 10 * MINUTE_MS, '1m', symbol));
      return 1 - close.at(-1)! / close[0]!;
    };
    expect(await fallOf(BTC)).toBeCloseTo(0.3, 4);
    expect(await fallOf(SOL)).toBeGreaterThan(0.35);
  });

  it('is the other market itself before the crash, and says afterwards that its prices are made up', async () => {
    const { base, fallen } = await markets();
    const before = span(AT_MS - 5 * HOUR_MS, AT_MS);
    expect(await fallen.candles(before)).toEqual(await base.candles(before));
    expect(await fallen.snapshot(snapshotAt(AT_MS))).toEqual(await base.snapshot(snapshotAt(AT_MS)));
    expect(fallen.source).toMatchObject({
      synthetic: true,
      name: expect.stringContaining('with a crash laid over it'),
    });
  });

  it('keeps every bar whole: it opens at the close before it, and its high and low hold both', async () => {
    const { fallen } = await markets();
    const bars = await fallen.candles(span(AT_MS - HOUR_MS, AT_MS + 3 * HOUR_MS));
    expect([...bars.open.subarray(1)]).toEqual([...bars.close.subarray(0, -1)]);
    for (let i = 0; i < bars.length; i++) {
      expect(bars.high[i]).toBeGreaterThanOrEqual(Math.max(bars.open[i]!, bars.close[i]!));
      expect(bars.low[i]).toBeLessThanOrEqual(Math.min(bars.open[i]!, bars.close[i]!));
    }
  });

  it('shows a snapshot the same bars as whoever asks for candles, as many as the other market, and the last price', async () => {
    const { base, fallen } = await markets();
    const asOfMs = AT_MS + 47 * MINUTE_MS;
    const [seen, plain] = await Promise.all(
      [fallen, base].map((market) => market.snapshot(snapshotAt(asOfMs))),
    );
    const btc = seen!.markets.get(BTC)!;
    for (const [timeframe, series] of btc.series) {
      expect([...series.openAtMs]).toEqual([...plain!.markets.get(BTC)!.series.get(timeframe)!.openAtMs]);
      const asked = await fallen.candles(span(series.openAtMs[0]!, asOfMs, timeframe));
      expect([...series.close]).toEqual([...asked.close]);
      expect([...series.low]).toEqual([...asked.low]);
    }
    const last = await fallen.candles(span(asOfMs - MINUTE_MS, asOfMs));
    expect(btc.ticker.lastQuote).toBe(last.close[0]);
    expect(btc.ticker.lastQuote).toBeLessThan(plain!.markets.get(BTC)!.ticker.lastQuote * 0.9);
  });

  it('lets what stands for a dollar alone', async () => {
    const pair = 'USDC/USDT:USDT';
    const base = createGeneratorMarket({
      seed: 7,
      symbols: [BTC, pair],
      barsPerSeries: 60,
      crashAfterMs: 300 * HOUR_MS,
    });
    const fallen = await createFallenMarket(base, ORDERED);
    const after = span(AT_MS, AT_MS + HOUR_MS, '1m', pair);
    expect([...(await fallen.candles(after)).close]).toEqual([...(await base.candles(after)).close]);
  });

  it('refuses a crash where there is no price to fall from', async () => {
    const { base } = await markets();
    const empty = { ...base, candles: async () => base.candles(span(AT_MS, AT_MS)) };
    await expect(createFallenMarket(empty, ORDERED)).rejects.toMatchObject({ code: 'candle_data_missing' });
  });
});
