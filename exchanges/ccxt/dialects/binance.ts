/**
 * Binance USD-M futures. Conditional orders are kept apart and become another order when they fire; numbers below zero
 * are its word that nothing was done.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code (read 2026-11-21)
 */
import type { Balances, Exchange } from 'ccxt';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { Trail } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import {
  AUTH,
  CLOCK,
  DUPLICATE,
  type FailureRule,
  NO_SYMBOL,
  NOT_FOUND,
  REJECTED,
  TURNED_AWAY,
  UNKNOWN,
} from '../failure-rule.ts';
import type { FundingTold, HistorySpan, VenueDialect } from '../venue-dialect.ts';
import { COMMON_DIALECT, ownText, pastClockDoubt, triggerParams } from './common.ts';

interface BinanceApi extends Exchange {
  fapiPrivateGetIncome(query: Readonly<Record<string, unknown>>): Promise<readonly BinanceIncome[]>;
  sapiGetAccountApiRestrictions(): Promise<Readonly<Record<string, unknown>>>;
  fapiPrivateV3GetBalance(): Promise<readonly { readonly accountAlias?: string }[]>;
}

interface BinanceIncome {
  readonly symbol: string;
  readonly income: string;
  readonly time: string;
  /** Unique among incomes of one type. */
  readonly tranId: string;
}

/** What Binance says of one asset of the account. */
interface BinanceAsset {
  readonly asset: string;
  readonly walletBalance: string;
  readonly unrealizedProfit: string;
  readonly initialMargin: string;
  readonly availableBalance: string;
}

/** The id of an order of its own begins with this when it liquidates, or takes a position to spread a loss. */
const FORCED_ID = /^(autoclose|adl_autoclose|settlement_autoclose)/;

/** Numbers whose meaning ccxt's class does not give, above all behind another base URL. */
export const BINANCE_RULES: Readonly<Record<number, FailureRule>> = {
  [-1000]: UNKNOWN,
  [-1001]: UNKNOWN,
  [-1002]: AUTH,
  [-1003]: TURNED_AWAY,
  [-1006]: UNKNOWN,
  [-1007]: UNKNOWN,
  [-1008]: TURNED_AWAY,
  [-1015]: TURNED_AWAY,
  [-1016]: TURNED_AWAY,
  [-1021]: CLOCK,
  [-1022]: AUTH,
  [-1121]: NO_SYMBOL,
  [-2011]: NOT_FOUND,
  [-2013]: NOT_FOUND,
  [-2014]: AUTH,
  [-2015]: AUTH,
  [-4111]: DUPLICATE,
  [-4116]: DUPLICATE,
};

export const BINANCE_DIALECT: VenueDialect = {
  ...COMMON_DIALECT,
  // REQUEST_WEIGHT of GET /fapi/v1/exchangeInfo, read 2026-11-21.
  weightPerMinute: 2_400,
  wants: [
    'a sub-account of its own; margin is set to isolated for a symbol before its first entry',
    'one-way and hedge mode are both spoken',
  ],
  lacks: [],
  isUntried: false,
  failures: {
    rules: BINANCE_RULES,
    otherwise: (venueCode) => (venueCode < 0 ? REJECTED : null),
    alreadySo: new Set([-4046, -4059]),
    tooOften: new Set(),
  },
  orderTypes: [...COMMON_DIALECT.orderTypes, 'trailing_stop'],
  // Its sandbox for futures has ended; the demo mode is its successor.
  chooseTestNetwork(exchange) {
    exchange.enableDemoTrading(true);
    return true;
  },
  orderParams: (request) => ({
    ...triggerParams(request),
    ...(request.trail && trailParams(request.trail)),
    // A wick of the last trade alone must not fire what rests.
    ...((request.triggerPriceQuote !== null || request.trail) && { workingType: 'MARK_PRICE' }),
  }),
  // In hedge mode an order carries the side of its position instead of `reduceOnly`.
  onlyReduces(order) {
    if (order.reduceOnly || isYes((order.info as { closePosition?: unknown } | undefined)?.closePosition))
      return true;
    const held = ownText(order, 'positionSide');
    return (held === 'LONG' && order.side === 'sell') || (held === 'SHORT' && order.side === 'buy');
  },
  trailOf(order) {
    const rate = ownText(order, 'callbackRate');
    if (rate === null) return null;
    const activation = ownText(order, 'activatePrice');
    return {
      callbackFraction: decimal(rate).times('0.01').toNumber(),
      activationPriceQuote: activation === null || Number(activation) === 0 ? null : decimalText(activation),
    };
  },
  firedOrderId(order) {
    const id = ownText(order, 'actualOrderId');
    return id === '0' ? null : id;
  },
  async fetchFundings(exchange, symbol, span) {
    const fundings = await COMMON_DIALECT.fetchFundings(exchange, symbol, span);
    // A symbol is asked about for its open position, which has not been cleared.
    return symbol === undefined ? withClearances(fundings, exchange as BinanceApi, span) : fundings;
  },
  wasForced: (_trade, clientOrderId) => clientOrderId !== null && FORCED_ID.test(clientOrderId),
  accountAmounts(told, quote) {
    const own = assetOf(told, quote);
    if (!own) return COMMON_DIALECT.accountAmounts(told, quote);
    const { walletBalance, unrealizedProfit, initialMargin, availableBalance } = own;
    return {
      balance: walletBalance,
      unrealised: unrealizedProfit,
      marginUsed: initialMargin,
      available: availableBalance,
    };
  },
  async accountName(exchange) {
    const balances = await (exchange as BinanceApi).fapiPrivateV3GetBalance();
    return balances[0]?.accountAlias ?? null;
  },
  async keyRights(exchange) {
    const rights = await (exchange as BinanceApi).sapiGetAccountApiRestrictions();
    return {
      mayWithdraw: isYes(rights.enableWithdrawals),
      mayTrade: rights.enableFutures === undefined || isYes(rights.enableFutures),
    };
  },
};

/** With what a liquidation took beyond its fill's fee, or the insurance fund gave: both are in the balance. */
async function withClearances(
  fundings: readonly FundingTold[],
  exchange: BinanceApi,
  { fromMs, toMs, limit }: HistorySpan,
): Promise<readonly FundingTold[]> {
  const told = await exchange.fapiPrivateGetIncome({
    ...{ incomeType: 'INSURANCE_CLEAR', startTime: fromMs, limit },
    ...(toMs !== null && { endTime: pastClockDoubt(toMs) }),
  });
  const clearances = told.map(
    ({ symbol, income, time, tranId }): FundingTold => ({
      ...{
        id: `clearance-${tranId}`,
        atMs: Number(time),
        receivedQuote: decimalText(income),
        rateFraction: 0,
      },
      symbol: exchange.safeSymbol(symbol, undefined, undefined, 'swap') as MarketSymbol,
    }),
  );
  // Where one list goes on beyond its page, nothing later of the other may be told before it.
  const ends = [fundings, clearances].map((list) =>
    list.length >= limit ? Math.max(...list.map(({ atMs }) => atMs)) : Number.POSITIVE_INFINITY,
  );
  return [...fundings, ...clearances]
    .filter(({ atMs }) => atMs <= Math.min(...ends))
    .sort((left, right) => left.atMs - right.atMs);
}

/** The venue takes percents, and its new end point the activation price under a name ccxt does not use. */
function trailParams({ callbackFraction, activationPriceQuote }: Trail): Readonly<Record<string, string>> {
  const percents = { trailingPercent: decimalText(decimal(callbackFraction).times(100)) };
  return activationPriceQuote === null ? percents : { ...percents, activatePrice: activationPriceQuote };
}

function assetOf(told: Balances, quote: string): BinanceAsset | undefined {
  const assets = (told.info as { assets?: readonly BinanceAsset[] } | undefined)?.assets;
  return Array.isArray(assets) ? assets.find(({ asset }) => asset === quote) : undefined;
}

function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}
