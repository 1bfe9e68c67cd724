import type { CandleSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { JudgeCut } from './risk-cuts.ts';
import { simulateOutcome } from './simulate-outcome.ts';
import type { AssumedCosts } from './trading-costs.ts';

/**
 * Judges cuts on the candles of one frozen market: none of them closed after it, so none is from a future the run did
 * not have. Fees, spread and impact are taken off; funding is not, as a snapshot keeps no settlements. A cut older than
 * every series, or in a symbol without sound data, is not judged.
 */
export function judgeOn(markets: ReadonlyMap<MarketSymbol, SymbolMarket>, assumed: AssumedCosts): JudgeCut {
  return ({ proposal, cutBase }) => {
    const market = markets.get(proposal.symbol);
    const bars = market === undefined ? null : finestSince(market, proposal.atMs);
    if (market === undefined || bars === null) return null;
    const { takerFeeFraction, tickSizeQuote } = market.instrument;
    const terms = { ...assumed, takerFeeFraction, tickSizeQuote, fundings: [] };
    const outcome = simulateOutcome({ ...proposal, quantityBase: cutBase }, bars, terms);
    if (outcome === null) return null;
    const { netQuote, exitAtMs, status } = outcome;
    return { netQuote, exitAtMs, isDecided: status !== 'open' };
  };
}

/** The finest bars that reach back to the decision; null where none do. */
function finestSince({ series }: SymbolMarket, atMs: EpochMs): CandleSeries | null {
  const reaching = [...series.values()].filter(({ openAtMs }) => (openAtMs[0] ?? Number.NaN) <= atMs);
  const byWidth = reaching.sort((one, other) => TIMEFRAME_MS[one.timeframe] - TIMEFRAME_MS[other.timeframe]);
  return byWidth[0] ?? null;
}
