/** A market that stands still: it tells one snapshot and the prices a run had, whatever has happened since. */
import { AppError } from '#domain/errors.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import type { SeenAtGate } from '#domain/observed.ts';
import type { MarketData, MarketStream, PriceTick } from '#exchanges/ports/market-data.ts';

/** `market` is asked for nothing but what was settled before, and the instruments of symbols the snapshot lacks. */
export function freezeMarket(
  market: MarketData,
  snapshot: MarketSnapshot,
  newerPrices: SeenAtGate['newerPrices'] = {},
): MarketData {
  const { source, finestTimeframe, fastTimeframe, asOfMs } = { ...market, ...snapshot };
  const latest = (symbol: string, kind: PriceTick['kind']): PriceTick | null => {
    const seen = snapshot.markets.get(symbol);
    if (kind !== 'last' || seen === undefined) return null;
    const own = { priceQuote: seen.ticker.lastQuote, atMs: seen.ticker.atMs };
    return { symbol, kind, ...(newerPrices[symbol] ?? own) };
  };
  const stream: MarketStream = {
    latest,
    onPrice: () => () => {},
    liquidations: () => null,
    health: () => ({ state: 'idle', lastPriceAtMs: asOfMs, ignored: 0 }),
  };
  return {
    ...{ source, finestTimeframe, fastTimeframe, stream },
    spanMs: { from: asOfMs, to: asOfMs },
    async instruments() {
      const listed = await market.instruments();
      const seen = [...snapshot.markets.values()].map(({ instrument }) => instrument);
      const known = new Set(seen.map(({ symbol }) => symbol));
      return [...seen, ...listed.filter(({ symbol }) => !known.has(symbol))];
    },
    snapshot: async () => snapshot,
    async candles({ symbol, timeframe }) {
      throw new AppError(
        'internal',
        `a market that is frozen was asked for ${timeframe} candles of ${symbol} beyond its snapshot`,
      );
    },
    fundingBetween: (symbol, fromMs, toMs) => market.fundingBetween(symbol, fromMs, Math.min(toMs, asOfMs)),
    close: async () => {},
  };
}
