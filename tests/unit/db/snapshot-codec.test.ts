import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot } from '#db/snapshot-codec.ts';
import { type Candle, seriesOf } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import type { MarketSnapshot, SymbolMarket } from '#domain/market.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';

const NOW_MS = 1_744_027_200_000;

function market(symbol: string, bars: Partial<Record<Timeframe, number>>): SymbolMarket {
  const random = seededRandom(symbol.length);
  const candles = (timeframe: Timeframe, count: number): Candle[] =>
    Array.from({ length: count }, (_, index) => ({
      openAtMs: NOW_MS - (count - index) * TIMEFRAME_MS[timeframe],
      open: 79_000 + random.next(),
      high: 79_002.1,
      low: 78_000 + random.next() / 3,
      close: 0.1 + 0.2,
      volume: random.next() * 1e-9,
    }));
  return {
    symbol,
    instrument: {
      symbol,
      tickSizeQuote: '0.10',
      quantityStepBase: '0.001',
      minQuantityBase: '0.001',
      maxQuantityBase: '1000',
      minNotionalQuote: '100',
      maxLeverage: 125,
      maintenanceMarginFraction: 0.004,
      takerFeeFraction: 0.0005,
      makerFeeFraction: 0.0002,
    },
    series: new Map(
      Object.entries(bars).map(([timeframe, count]) => [
        timeframe as Timeframe,
        seriesOf(symbol, timeframe as Timeframe, candles(timeframe as Timeframe, count)),
      ]),
    ),
    ticker: { lastQuote: 79_123.4, atMs: NOW_MS, quoteVolume24h: null },
    funding: { rateFraction: -0.0001, nextAtMs: NOW_MS + 1 },
    openInterestQuote: null,
  };
}

function snapshot(markets: SymbolMarket[]): MarketSnapshot {
  return {
    snapshotId: 'snap-ü',
    source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
    asOfMs: NOW_MS,
    fastTimeframe: '3m',
    timeframes: ['3m', '1h'],
    markets: new Map(markets.map((one) => [one.symbol, one])),
    faults: [{ code: 'gap', symbol: 'X/USDT:USDT', timeframe: '3m', message: 'bar missing' }],
  };
}

describe('the snapshot codec', () => {
  it('gives every bit of a snapshot back', async () => {
    const original = snapshot([
      market('BTC/USDT:USDT', { '3m': 500, '1h': 7 }),
      market('ETH/USDT:USDT', { '3m': 1, '1h': 0 }),
    ]);
    expect(await decodeSnapshot(await encodeSnapshot(original))).toEqual(original);
  });

  it('keeps a snapshot without sound symbols', async () => {
    const empty = snapshot([]);
    expect(await decodeSnapshot(await encodeSnapshot(empty))).toEqual(empty);
  });

  it('gives the same bytes for the same snapshot', async () => {
    const make = () => encodeSnapshot(snapshot([market('BTC/USDT:USDT', { '3m': 50 })]));
    expect(await make()).toEqual(await make());
  });

  it('refuses bytes it did not make', async () => {
    await expect(decodeSnapshot(Buffer.from('nonsense'))).rejects.toMatchObject({ code: 'internal' });
    await expect(decodeSnapshot(deflateSync(Buffer.from('NOPE and more')))).rejects.toMatchObject({
      code: 'internal',
    });
  });
});
