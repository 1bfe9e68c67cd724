import { beforeEach, describe, expect, it } from 'vitest';
import { venueSymbol } from '#domain/symbol.ts';
import { DAY_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '../../../support/candle-files.ts';

const FIVE = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP'].map((base) => `${base}/USDT:USDT`);
const BARS = 200;

describe('a replay of the recorded market', () => {
  beforeEach(skipWithoutRecordedMarket);

  it.each([[FIVE.slice(0, 2)], [FIVE]])('works out of the box for %j', async (symbols) => {
    const market = await createReplayMarket({ path: RECORDED_MARKET, symbols, barsPerSeries: BARS });
    expect(market.description).toMatchObject({
      venue: 'BINANCEUSDM',
      finestTimeframe: '5m',
      startAtMs: Date.UTC(2025, 1, 3, 8),
    });
    expect(market.spanMs.to).toBe(Date.UTC(2026, 0, 25));
    const asOfMs = market.spanMs.from;
    const snapshot = await market.snapshot({ symbols, asOfMs, barsPerSeries: BARS, snapshotId: 's' });
    expect(snapshot.faults).toEqual([]);
    expect([...snapshot.markets.keys()]).toEqual(symbols);
    for (const { funding } of snapshot.markets.values()) expect(funding?.nextAtMs).toBeGreaterThan(asOfMs);
  });

  it('names the files it runs on and counts the rest', async () => {
    const { description } = await createReplayMarket({
      path: RECORDED_MARKET,
      symbols: FIVE,
      barsPerSeries: BARS,
    });
    for (const { symbol, files, interval } of description.symbols)
      expect(files).toEqual([`BINANCEUSDM_${venueSymbol(symbol)}_${interval}_20250101_20260124.csv.gz`]);
    expect(description.ignored['another venue']).toBeGreaterThan(50);
  });

  it('builds 3m bars from 1m files where the look-back fits them', async () => {
    const market = await createReplayMarket({
      path: RECORDED_MARKET,
      symbols: FIVE,
      barsPerSeries: 100,
      venue: 'BINANCEUSDM',
      fromMs: Date.UTC(2025, 4, 28, 12),
    });
    expect(market).toMatchObject({ finestTimeframe: '1m', fastTimeframe: '3m' });
  });

  it('agrees with the hourly bars the venue itself recorded', async () => {
    const built = await createReplayMarket({
      path: RECORDED_MARKET,
      symbols: ['BTC/USDT:USDT'],
      venue: 'BINANCEUSDM',
      barsPerSeries: 10,
      fromMs: Date.UTC(2022, 7, 1),
    });
    const recorded = await createReplayMarket({
      path: `${RECORDED_MARKET}/BINANCEUSDM_BTCUSDT_1h_20220701_20230101.csv.gz`,
      symbols: ['BTC/USDT:USDT'],
      barsPerSeries: 10,
    });
    expect(built.finestTimeframe).toBe('5m');
    const request = {
      symbol: 'BTC/USDT:USDT',
      timeframe: '1h',
      fromMs: Date.UTC(2022, 7, 1),
      toMs: Date.UTC(2022, 9, 1),
    } as const;
    const ours = await built.candles(request);
    const theirs = await recorded.candles(request);
    expect(ours.length).toBe((61 * DAY_MS) / TIMEFRAME_MS['1h']);
    for (const column of ['openAtMs', 'open', 'high', 'low', 'close'] as const)
      expect(ours[column]).toEqual(theirs[column]);
    for (const [i, volume] of theirs.volume.entries()) expect(ours.volume[i]).toBeCloseTo(volume, 3);
  });
});
