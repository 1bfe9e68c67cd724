/**
 * Bybit, USDT perpetuals of a unified account in one-way mode. A conditional order stays one order, with one id, before
 * and after it fires. The answer to a new order only says that it was taken in.
 * @see https://bybit-exchange.github.io/docs/v5/intro (read 2026-11-21)
 */
import type { Balances } from 'ccxt';
import { type DecimalText, decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { VenueDialect } from '../venue-dialect.ts';
import { type BybitApi, type BybitMarginAnswer, bybit } from './bybit-api.ts';
import { BYBIT_FAILURES } from './bybit-failures.ts';
import { fillsIn, fundingsIn, newestFills } from './bybit-history.ts';
import { cancel, findOrder, openOrders } from './bybit-orders.ts';
import { COMMON_DIALECT, triggerParams } from './common.ts';

const CLIENT_ID = /^[A-Za-z0-9_-]{1,36}$/;
/** From this one on an account is a unified one. */
const FIRST_UNIFIED_STATUS = 3;

/** What Bybit says of one coin of the account. */
interface BybitCoin {
  readonly coin: string;
  readonly walletBalance: DecimalText;
  readonly unrealisedPnl: DecimalText;
  readonly locked: DecimalText;
  readonly totalPositionIM: DecimalText;
  readonly totalOrderIM: DecimalText;
  /** May be lost in trading, and is not there for margin. */
  readonly bonus: DecimalText;
}

export const BYBIT_DIALECT: VenueDialect = {
  ...COMMON_DIALECT,
  wants: [
    'a unified account of its own, whose margin mode the first entry sets to isolated for the whole account',
    'one-way mode, and symbols settled in USDT',
    'a fill is told once the log of transactions says what it realised, which may be a moment later',
  ],
  lacks: [],
  testHosts: ['api-testnet.bybit.com'],
  failures: BYBIT_FAILURES,
  clientIds: {
    toVenue: (clientOrderId) => (CLIENT_ID.test(clientOrderId) ? clientOrderId : null),
    toOurs: (venueText) => (CLIENT_ID.test(venueText) ? venueText : null),
  },
  orderLists: ['plain'],
  onlyAcknowledges: true,

  prepare(exchange, receiveWindowMs) {
    Object.assign(exchange.options, {
      recvWindow: receiveWindowMs,
      defaultType: 'swap',
      defaultSubType: 'linear',
      fetchMarkets: { types: ['linear'] },
    });
    return receiveWindowMs;
  },
  maxMarketContracts(ownMarket) {
    const filter = (ownMarket as { lotSizeFilter?: { maxMktOrderQty?: string } } | undefined)?.lotSizeFilter;
    return filter?.maxMktOrderQty === undefined ? undefined : Number(filter.maxMktOrderQty);
  },
  // A wick of the last trade alone must not fire protection.
  orderParams: (request) =>
    request.triggerPriceQuote === null ? {} : { ...triggerParams(request), triggerBy: 'MarkPrice' },
  fetchOrder: (exchange, symbol, name) => findOrder(exchange, symbol, name),
  fetchOpenOrders: (exchange, symbol) => openOrders(exchange, symbol),
  cancelOrder: cancel,
  fetchConditionals: async () => [],

  fetchFills: fillsIn,
  fetchNewestFills: newestFills,
  fetchFundings: fundingsIn,
  wasForced: ({ info }) => ['BustTrade', 'AdlTrade'].includes((info as { execType?: string }).execType ?? ''),

  accountAmounts(told, quote) {
    const own = coinOf(told, quote);
    if (!own) return null;
    const marginUsed = sumDecimals([own.totalPositionIM || '0', own.totalOrderIM || '0']);
    const unrealised = decimal(own.unrealisedPnl || '0');
    // With isolated margin open profit pays for nothing; an open loss is taken off although it need not be.
    const available = decimal(own.walletBalance)
      .minus(marginUsed)
      .minus(own.locked || '0')
      .minus(own.bonus || '0')
      .plus(unrealised.lt(0) ? unrealised : 0);
    return {
      balance: own.walletBalance,
      unrealised: decimalText(unrealised),
      marginUsed: decimalText(marginUsed),
      available: decimalText(available.lt(0) ? 0 : available),
    };
  },
  // One mode for the whole account: it is left alone where it is so already.
  async isolateMargin(exchange, symbol) {
    const { result } = await bybit(exchange).privateGetV5AccountInfo();
    if (result.marginMode === 'ISOLATED_MARGIN') return;
    const answer = (await exchange.setMarginMode('isolated', symbol)) as BybitMarginAnswer;
    const [refused] = answer.result?.reasons ?? [];
    // What could not be changed is told in an answer of success too.
    if (refused) throw new AppError('venue_unavailable', `bybit keeps its margin mode: ${refused.reasonMsg}`);
  },
  setLeverage: (exchange, symbol, leverage) => exchange.setLeverage(leverage, symbol),
  accountName: async (exchange) => (await keyOf(bybit(exchange))).userID?.toString() ?? null,
  async keyRights(exchange) {
    const { readOnly, permissions = {} } = await keyOf(bybit(exchange));
    const { Wallet = [], ContractTrade = [], Derivatives = [] } = permissions;
    const hasTrading = ContractTrade.includes('Order') || Derivatives.includes('DerivativesTrade');
    return { mayWithdraw: Wallet.includes('Withdraw'), mayTrade: Number(readOnly) === 0 && hasTrading };
  },
  async accountObjection(exchange, symbols) {
    const other = symbols.find((symbol) => !symbol.endsWith(':USDT'));
    if (other !== undefined)
      return `would have to trade ${other}: only symbols settled in USDT are spoken here`;
    const { result } = await bybit(exchange).privateGetV5AccountInfo();
    if (Number(result.unifiedMarginStatus) < FIRST_UNIFIED_STATUS)
      return 'is a classic one, whose orders are told in other ways: upgrade it to a unified trading account';
    for (const symbol of symbols.filter((one) => exchange.markets?.[one] !== undefined)) {
      const modes = await exchange.fetchPositions([symbol]);
      if (modes.some(({ hedged }) => hedged))
        return `keeps long and short of ${symbol} apart (hedge mode): set one-way mode on the venue`;
    }
    return null;
  },
};

function coinOf(told: Balances, quote: string): BybitCoin | undefined {
  const answer = told.info as { result?: { list?: readonly { coin: readonly BybitCoin[] }[] } };
  return answer.result?.list?.flatMap(({ coin }) => coin).find(({ coin }) => coin === quote);
}

async function keyOf(api: BybitApi) {
  return (await api.privateGetV5UserQueryApi()).result;
}
