import { expect, test } from 'vitest';
import { sliceSeries } from '#domain/candle.ts';
import type { MarketSnapshot, SymbolMarket } from '#domain/market.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { measure } from '#graphs/frames.ts';
import { computeIndicatorFrame } from '#tools/indicators/indicator-frame.ts';
import { assessSymbol } from '#tools/signals/assess-symbol.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'XRP/USDT:USDT'];

test('measures every symbol as if its columns were its own, whatever lengths come before it', async () => {
  const snapshot = await snapshotWithBars([150, 60, 150, 20]);
  const { signals } = measure(snapshot);
  expect([...signals.keys()]).toEqual(SYMBOLS);
  for (const market of snapshot.markets.values()) {
    const frames = new Map(
      [...market.series].map(([timeframe, series]) => [timeframe, computeIndicatorFrame(series)]),
    );
    const backdrop = {
      btc: snapshot.markets.get('BTC/USDT:USDT') ?? null,
      fastTimeframe: snapshot.fastTimeframe,
      atMs: snapshot.asOfMs,
    };
    expect(signals.get(market.symbol)).toEqual(assessSymbol(market, frames, backdrop));
  }
});

/** The generator's market, its symbols cut to their newest `bars`. */
async function snapshotWithBars(bars: readonly number[]): Promise<MarketSnapshot> {
  const market = createGeneratorMarket({ seed: 11, symbols: SYMBOLS, barsPerSeries: 150 });
  const asked = { symbols: SYMBOLS, asOfMs: DEFAULT_START_AT_MS, barsPerSeries: 150, snapshotId: 'cut' };
  const snapshot = await market.snapshot(asked);
  const markets = [...snapshot.markets.values()].map((found, index) => cut(found, bars[index] ?? 150));
  return { ...snapshot, markets: new Map(markets.map((found) => [found.symbol, found])) };
}

function cut(market: SymbolMarket, bars: number): SymbolMarket {
  const series = [...market.series].map(
    ([timeframe, full]) => [timeframe, sliceSeries(full, full.length - bars)] as const,
  );
  return { ...market, series: new Map(series) };
}
