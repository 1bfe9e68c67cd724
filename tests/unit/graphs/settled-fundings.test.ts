import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { settledFundings } from '#graphs/settled-fundings.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
/** Ten minutes past an hour at which the generator settles. */
const NOW_MS = DEFAULT_START_AT_MS + 8 * HOUR_MS + 10 * MINUTE_MS;

/** The generator's market, with each asking counted; it answers once `fails` is used up. */
function countedMarket(fails = 0): { market: MarketData; asked: string[] } {
  const asked: string[] = [];
  const generator = createGeneratorMarket({ seed: 3, symbols: [BTC, ETH], barsPerSeries: 60 });
  const fundingBetween: MarketData['fundingBetween'] = async (symbol, fromMs, toMs) => {
    asked.push(symbol);
    if (asked.length <= fails) throw new AppError('venue_unavailable', 'the venue is away');
    return generator.fundingBetween(symbol, fromMs, toMs);
  };
  return { market: { ...generator, fundingBetween }, asked };
}

describe('settled funding', () => {
  it('is that of the two days before, oldest first', async () => {
    const { market } = countedMarket();
    const settled = await settledFundings(market, BTC, NOW_MS);
    expect(settled.map(({ atMs }) => (NOW_MS - atMs) / HOUR_MS)).toEqual(
      [5, 4, 3, 2, 1, 0].map((times) => times * 8 + 1 / 6),
    );
  });

  it('is asked for once in an hour of the market for each symbol, by however many at once', async () => {
    const { market, asked } = countedMarket();
    const at = (nowMs: number, symbol = BTC) => settledFundings(market, symbol, nowMs);
    const [first, second] = await Promise.all([at(NOW_MS), at(NOW_MS + MINUTE_MS)]);
    expect(second).toEqual(first);
    await at(NOW_MS, ETH);
    expect(asked).toEqual([BTC, ETH]);
    await at(NOW_MS + HOUR_MS);
    expect(asked).toEqual([BTC, ETH, BTC]);
  });

  it('is asked for again while the venue may not have told the last one yet', async () => {
    const { market, asked } = countedMarket();
    const onTheHourMs = DEFAULT_START_AT_MS + 8 * HOUR_MS;
    await settledFundings(market, BTC, onTheHourMs + 1_000);
    await settledFundings(market, BTC, onTheHourMs + 3 * MINUTE_MS);
    expect(asked).toHaveLength(2);
  });

  it('holds nothing from after the asked moment, though a later one was asked for before', async () => {
    const { market } = countedMarket();
    const lastMs = DEFAULT_START_AT_MS + 8 * HOUR_MS;
    const later = await settledFundings(market, BTC, NOW_MS);
    expect(later.at(-1)?.atMs).toBe(lastMs);
    expect((await settledFundings(market, BTC, lastMs - 1)).at(-1)?.atMs).toBe(lastMs - 8 * HOUR_MS);
  });

  it('is nothing while the venue is away, and is asked for again afterwards', async () => {
    const { market, asked } = countedMarket(1);
    expect(await settledFundings(market, BTC, NOW_MS)).toEqual([]);
    expect(await settledFundings(market, BTC, NOW_MS)).toHaveLength(6);
    expect(asked).toHaveLength(2);
  });
});
