/** How the markets of a snapshot move together. */
import type { SymbolMarket } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Timeframe } from '#domain/time.ts';
import { chooseTimeframe } from './choose-timeframe.ts';
import { returnCorrelation } from './correlation.ts';

const CORRELATION_TIMEFRAME: Timeframe = '1h';
/** A week of hours, and at least a day and a half of them. */
const CORRELATED_RETURNS = { maxReturns: 168, minReturns: 36 };

/**
 * Correlation of the last 168 hourly returns of two markets (or of the next coarser bars both have), aligned by open
 * time, -1..1: 1 for a market with itself, null with fewer than 36 common returns or where one did not move.
 */
export function marketCorrelation(market: SymbolMarket, other: SymbolMarket): number | null {
  if (other.symbol === market.symbol) return 1;
  const ofMarket = measured.get(market) ?? new WeakMap<SymbolMarket, number | null>();
  measured.set(market, ofMarket);
  const known = ofMarket.get(other);
  if (known !== undefined) return known;
  const correlation = measureCorrelation(market, other);
  ofMarket.set(other, correlation);
  return correlation;
}

/** A run asks for the same two at its gate and again before each order; a frozen market does not change. */
const measured = new WeakMap<SymbolMarket, WeakMap<SymbolMarket, number | null>>();

function measureCorrelation(market: SymbolMarket, other: SymbolMarket): number | null {
  const common = [...market.series.keys()].filter((timeframe) => other.series.has(timeframe));
  const timeframe = chooseTimeframe(common, CORRELATION_TIMEFRAME);
  const series = timeframe === null ? undefined : market.series.get(timeframe);
  const otherSeries = timeframe === null ? undefined : other.series.get(timeframe);
  if (series === undefined || otherSeries === undefined) return null;
  return returnCorrelation(series, otherSeries, CORRELATED_RETURNS);
}

/** Correlations of pairs of symbols, -1..1; a pair nobody could measure is absent. */
export type Correlations = ReadonlyMap<string, number>;

/** The same for a pair and its reverse. */
export function pairOf(left: MarketSymbol, right: MarketSymbol): string {
  return left < right ? `${left} ${right}` : `${right} ${left}`;
}

/** Of each of these symbols with each of the others, as far as the snapshot's bars tell. */
export function correlationsOf(
  markets: ReadonlyMap<MarketSymbol, SymbolMarket>,
  symbols: Iterable<MarketSymbol>,
  others: Iterable<MarketSymbol>,
): Correlations {
  const told = new Map<string, number>();
  const partners = [...others];
  for (const symbol of symbols)
    for (const partner of partners) {
      const pair = pairOf(symbol, partner);
      const [one, other] = [symbol, partner].sort().map((name) => markets.get(name));
      if (symbol === partner || told.has(pair) || one === undefined || other === undefined) continue;
      const value = marketCorrelation(one, other);
      if (value !== null) told.set(pair, value);
    }
  return told;
}
