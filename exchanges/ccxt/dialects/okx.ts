/**
 * OKX, swaps of an account in net mode, with isolated margin that each order names. Quantities are contracts. Conditional
 * orders are kept apart and become another order when they fire. The answer to a new order only says that it was taken in.
 * @see https://www.okx.com/docs-v5/en/ (read 2026-11-21)
 */
import type { Balances } from 'ccxt';
import { type DecimalText, decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { SECOND_MS } from '#domain/time.ts';
import type { VenueDialect } from '../venue-dialect.ts';
import { COMMON_DIALECT, triggerParams } from './common.ts';
import { okx } from './okx-api.ts';
import { OKX_CLIENT_IDS } from './okx-client-ids.ts';
import { OKX_FAILURES } from './okx-failures.ts';
import { fillsIn, fundingsIn, newestFills, wasForced } from './okx-history.ts';
import { cancel, conditionalOrders, findOrder, firedOrderId, openOrders } from './okx-orders.ts';

/** A request is good for this long after the time it was signed with, whatever we would like. */
const REQUEST_VALID_MS = 30 * SECOND_MS;
/** "Spot mode", in which nothing but spot can be traded. */
const SPOT_LEVEL = '1';

/** What OKX says of one currency of the account. */
interface OkxCurrency {
  readonly ccy: string;
  readonly eq: DecimalText;
  readonly isoEq: DecimalText | '';
  readonly isoUpl: DecimalText | '';
  readonly ordFrozen: DecimalText | '';
  readonly availEq: DecimalText | '';
  readonly availBal: DecimalText | '';
}

export const OKX_DIALECT: VenueDialect = {
  ...COMMON_DIALECT,
  wants: [
    'a sub-account of its own in futures mode, with net (one-way) positions and none of them on cross margin',
    'a passphrase (`EXCHANGE_PASSWORD`); an order without an answer stays open to doubt for 30 s, as long as a request is good there',
    'OKX forgets a cancelled order that never filled after two hours: it then reads as one that was never sent',
  ],
  lacks: [],
  // The real one too: a header of every request chooses.
  testHosts: ['www.okx.com'],
  failures: OKX_FAILURES,
  clientIds: OKX_CLIENT_IDS,
  onlyAcknowledges: true,
  positionQuery: { instType: 'SWAP' },

  prepare(exchange) {
    Object.assign(exchange.options, {
      defaultType: 'swap',
      fetchMarkets: { types: ['swap'] },
      // A list of one would bury the number of its refusal.
      createOrder: 'privatePostTradeOrder',
    });
    return REQUEST_VALID_MS;
  },
  maxMarketContracts(ownMarket) {
    // A stop that fires is held to a limit of its own.
    const { maxMktSz, maxStopSz } = (ownMarket ?? {}) as { maxMktSz?: string; maxStopSz?: string };
    const told = [maxMktSz, maxStopSz].map(Number).filter((size) => size > 0);
    return told.length === 0 ? undefined : Math.min(...told);
  },
  orderParams(request, venueClientId) {
    const margin = { tdMode: 'isolated' };
    if (request.triggerPriceQuote === null) return margin;
    // A wick of the last trade alone must not fire protection. The list of conditional orders has an id of its own.
    const byMark = request.type === 'stop_market' ? { slTriggerPxType: 'mark' } : { tpTriggerPxType: 'mark' };
    return { ...margin, ...triggerParams(request), ...byMark, algoClOrdId: venueClientId };
  },
  fetchOrder: findOrder,
  fetchOpenOrders: openOrders,
  cancelOrder: cancel,
  fetchConditionals: conditionalOrders,
  firedOrderId,

  fetchFills: fillsIn,
  fetchNewestFills: newestFills,
  fetchFundings: fundingsIn,
  wasForced,

  accountAmounts(told, quote) {
    const own = currencyOf(told, quote);
    if (!own) return null;
    // All margin is isolated here, so what is open is in the equity of isolated positions and nowhere else.
    const unrealised = own.isoUpl || '0';
    const margin = decimal(own.isoEq || '0').minus(unrealised);
    const free = [own.availEq, own.availBal].filter((text) => text !== '').map((text) => decimal(text));
    const [first = decimal(0), second = first] = free;
    return {
      balance: decimalText(decimal(own.eq).minus(unrealised)),
      unrealised,
      marginUsed: decimalText(sumDecimals([margin, own.ordFrozen || '0'])),
      available: decimalText(first.lt(second) ? first : second),
    };
  },
  // Each order names its margin.
  isolateMargin: async () => undefined,
  setLeverage: (exchange, symbol, leverage) =>
    exchange.setLeverage(leverage, symbol, { marginMode: 'isolated' }),
  accountName: async (exchange) => (await okx(exchange).privateGetAccountConfig()).data[0]?.uid ?? null,
  async keyRights(exchange) {
    const [config] = (await okx(exchange).privateGetAccountConfig()).data;
    if (config?.perm === undefined) return null;
    const rights = config.perm.split(',');
    return { mayWithdraw: rights.includes('withdraw'), mayTrade: rights.includes('trade') };
  },
  async accountObjection(exchange) {
    const [config] = (await okx(exchange).privateGetAccountConfig()).data;
    if (config?.acctLv === SPOT_LEVEL) return 'is in spot mode: set futures mode on the venue';
    if (config?.posMode !== 'net_mode')
      return 'keeps long and short of a symbol apart (hedge mode): set one-way (net) mode on the venue';
    const held = await exchange.fetchPositions(undefined, OKX_DIALECT.positionQuery);
    const cross = held.find(({ marginMode, contracts }) => marginMode === 'cross' && contracts !== 0);
    if (cross === undefined) return null;
    return `holds ${cross.symbol} with cross margin, where isolated margin alone is spoken: close it first`;
  },
};

function currencyOf(told: Balances, quote: string): OkxCurrency | undefined {
  const answer = told.info as { data?: readonly { details?: readonly OkxCurrency[] }[] };
  return answer.data?.[0]?.details?.find(({ ccy }) => ccy === quote);
}
