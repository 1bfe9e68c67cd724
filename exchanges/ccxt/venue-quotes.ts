/** A venue's word of the moment: last price, funding and open interest, each remembered for a while. */
import { AppError } from '#domain/errors.ts';
import type { Funding, Ticker } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { createFreshCache } from './fresh-cache.ts';
import type { VenueStream } from './market-stream.ts';
import type { VenueSession } from './venue-session.ts';

const PRICE_FRESH_MS = 30 * SECOND_MS;
const DERIVATIVES_FRESH_MS = MINUTE_MS;
const HISTORY_PAGE = 100;

export interface VenueQuotes {
  /** The pushed price where there is one of now, else the venue's answer. */
  ticker(symbol: MarketSymbol): Promise<Ticker>;
  /** Null where the venue has no funding or does not say when it is due. */
  funding(symbol: MarketSymbol): Promise<Funding | null>;
  /** Null where the venue tells none. */
  openInterestQuote(symbol: MarketSymbol, lastQuote: number): Promise<number | null>;
  settlements(symbol: MarketSymbol, fromMs: EpochMs, toMs: EpochMs): Promise<FundingSettlement[]>;
}

export function createVenueQuotes(
  session: VenueSession,
  stream: Pick<VenueStream, 'ticker' | 'newestAtMs'> | null,
): VenueQuotes {
  const { exchange } = session;
  const clock = { nowMs: session.nowMs };
  const tickers = createFreshCache<Ticker>(clock, { freshForMs: PRICE_FRESH_MS });
  const fundings = createFreshCache<Funding | null>(clock, { freshForMs: DERIVATIVES_FRESH_MS });
  const interests = createFreshCache<number | null>(clock, { freshForMs: DERIVATIVES_FRESH_MS });

  async function askTicker(symbol: MarketSymbol): Promise<Ticker> {
    const told = await session.call(`ticker of ${symbol}`, () => exchange.fetchTicker(symbol));
    const lastQuote = told.last ?? told.close;
    if (lastQuote === undefined || !(lastQuote > 0)) throw noPrice(symbol, lastQuote);
    const quoteVolume24h = told.quoteVolume ?? null;
    return { lastQuote, atMs: told.timestamp ?? session.nowMs(), quoteVolume24h };
  }

  function noPrice(symbol: MarketSymbol, lastQuote: number | undefined): AppError {
    const message = `${session.exchangeId} tells ${lastQuote ?? 'no'} last price of ${symbol}: it must be positive`;
    return new AppError('market_data_unsound', message, { context: { symbol, lastQuote } });
  }

  async function askFunding(symbol: MarketSymbol): Promise<Funding | null> {
    const told = await session.callIfOffered('fetchFundingRate', `funding of ${symbol}`, () =>
      exchange.fetchFundingRate(symbol),
    );
    if (told === null) return null;
    const due = [told.fundingTimestamp, told.nextFundingTimestamp];
    const nextAtMs = due.find((atMs) => atMs !== undefined && atMs > session.nowMs());
    if (told.fundingRate === undefined || nextAtMs === undefined) return null;
    return { rateFraction: told.fundingRate, nextAtMs };
  }

  async function askOpenInterest(symbol: MarketSymbol, lastQuote: number): Promise<number | null> {
    const told = await session.callIfOffered('fetchOpenInterest', `open interest of ${symbol}`, () =>
      exchange.fetchOpenInterest(symbol),
    );
    if (told === null) return null;
    if (told.openInterestValue !== undefined) return told.openInterestValue;
    if (told.openInterestAmount === undefined) return null;
    return told.openInterestAmount * (session.market(symbol).contractSize ?? 1) * lastQuote;
  }

  async function settlements(
    symbol: MarketSymbol,
    fromMs: EpochMs,
    toMs: EpochMs,
  ): Promise<FundingSettlement[]> {
    const found: FundingSettlement[] = [];
    for (let afterMs = fromMs; afterMs < toMs; ) {
      const since = afterMs + 1;
      const page = await session.callIfOffered(
        'fetchFundingRateHistory',
        `funding history of ${symbol}`,
        () => exchange.fetchFundingRateHistory(symbol, since, HISTORY_PAGE),
      );
      for (const { timestamp: atMs, fundingRate: rateFraction } of page ?? []) {
        if (atMs === undefined || rateFraction === undefined || atMs <= afterMs) continue;
        afterMs = atMs;
        if (atMs <= toMs) found.push({ atMs, rateFraction });
      }
      if (afterMs < since) break;
    }
    return found;
  }

  return {
    async ticker(symbol) {
      const streamed = stream?.ticker(symbol);
      if (streamed) return streamed;
      // Where the stream has fallen silent, an answer from before its last word would turn the time back.
      const lastWordAtMs = stream?.newestAtMs(symbol) ?? undefined;
      return tickers.get(symbol, () => askTicker(symbol), lastWordAtMs);
    },
    funding: (symbol) => fundings.get(symbol, () => askFunding(symbol)),
    openInterestQuote: (symbol, lastQuote) => interests.get(symbol, () => askOpenInterest(symbol, lastQuote)),
    settlements,
  };
}
