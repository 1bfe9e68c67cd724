/** What an opening needs of its market: a symbol and an hour it may be opened in, a price that is sound and fresh, depth, fair funding. */
import type { Funding } from '#domain/market.ts';
import { percentText } from '#domain/percent.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import { deny } from './findings.ts';
import type { OpeningRule } from './opening-rule.ts';
import { isSoundPrice } from './prices.ts';
import { isTradingHour } from './trading-hours.ts';

const whitelisted: OpeningRule = ({ symbol }, { limits: { symbolWhitelist } }) =>
  symbolWhitelist === null || symbolWhitelist.includes(symbol)
    ? []
    : [deny('symbol_not_whitelisted', { message: `${symbol} is not on the whitelist` })];

const tradingHours: OpeningRule = (_proposal, { nowMs, limits }) =>
  isTradingHour(limits.tradingHours, nowMs)
    ? []
    : [deny('outside_hours', { message: `${isoTime(nowMs)} is outside the trading hours` })];

const dataSound: OpeningRule = ({ symbol }, { lastPricesQuote }) =>
  isSoundPrice(lastPricesQuote.get(symbol))
    ? []
    : [deny('data_unsound', { message: `no sound market data for ${symbol}` })];

/** The setup is read from 1h bars: after one of them it is another market, whatever its price. */
const PROPOSAL_HOLDS_MS = HOUR_MS;

/** What was thought about, waited for or resumed for too long opens nothing; the next cycle proposes anew. */
const proposalFresh: OpeningRule = ({ symbol, atMs }, { nowMs }) => {
  const value = nowMs - atMs;
  if (value <= PROPOSAL_HOLDS_MS) return [];
  const minutes = Math.round(value / MINUTE_MS);
  const limit = PROPOSAL_HOLDS_MS;
  const message = `${symbol} was proposed ${minutes} min ago, the limit is ${limit / MINUTE_MS} min`;
  return [deny('proposal_stale', { value, limit, message })];
};

/** A price from a bar stands until the next bar closes: its width comes on top. One of unknown age is too old. */
const dataFresh: OpeningRule = ({ symbol }, { lastPricesQuote, priceAgesMs, priceStepMs, limits }) => {
  if (!isSoundPrice(lastPricesQuote.get(symbol))) return [];
  const value = priceAgesMs.get(symbol);
  const limit = limits.maxPriceAgeMs + priceStepMs;
  if (value !== undefined && value <= limit) return [];
  const age = value === undefined ? 'of unknown age' : `${Math.ceil(value / 1_000)} s old`;
  const message = `the price of ${symbol} is ${age}, the limit is ${limit / 1_000} s`;
  return [deny('data_stale', { ...(value !== undefined && { value }), limit, message })];
};

const liquid: OpeningRule = ({ symbol }, { openInterestsQuote, limits: { minOpenInterestQuote: limit } }) => {
  if (limit === null) return [];
  const value = openInterestsQuote?.get(symbol);
  if (value === undefined || value === null || !Number.isFinite(value))
    return [
      deny('too_illiquid', {
        limit,
        message: `no open interest of ${symbol} is told, the minimum is ${limit}`,
      }),
    ];
  if (value >= limit) return [];
  const message = `open interest ${Math.floor(value)} of ${symbol} is under the minimum ${limit}`;
  return [deny('too_illiquid', { value, limit, message })];
};

/**
 * What a day of funding would cost, as a share of the loss at the stop. Nothing where funding is unknown or received:
 * it cannot loosen another rule.
 */
const fundingCost: OpeningRule = (proposal, { fundings, limits }, { takerFeeFraction }) => {
  const { symbol, side, entryPriceQuote, stopPriceQuote } = proposal;
  const funding = fundings.get(symbol) ?? null;
  if (funding === null || stopPriceQuote === null) return [];
  const entry = Number(entryPriceQuote);
  const stop = Number(stopPriceQuote);
  const paid = (side === 'long' ? 1 : -1) * dailyFundingFraction(funding) * entry;
  const value = paid / (Math.abs(entry - stop) + takerFeeFraction * (entry + stop));
  const limit = limits.fundingShareOfRisk;
  if (!(value > limit)) return [];
  const message = `a day of funding in ${symbol} costs a ${side} ${percentText(value)} of the loss at its stop, the limit is ${percentText(limit)}`;
  return [deny('funding_over_limit', { value, limit, message })];
};

/**
 * Fraction of notional a long pays in a day at the rate of the next settlement; negative where it receives.
 * No venue tells the interval with the rate: it is the longest of 8, 4 and 1 h that the next settlement lies on, so a
 * 4 h interval counts as 8 h in every other one.
 */
export function dailyFundingFraction({ rateFraction, nextAtMs }: Funding): number {
  const everyMs = [8 * HOUR_MS, 4 * HOUR_MS].find((interval) => nextAtMs % interval === 0) ?? HOUR_MS;
  return (rateFraction * DAY_MS) / everyMs;
}

export const MARKET_RULES: readonly OpeningRule[] = [
  whitelisted,
  tradingHours,
  dataSound,
  dataFresh,
  proposalFresh,
  liquid,
  fundingCost,
];
