/** What ccxt makes common to all venues, taken at its word: where every dialect begins. Nobody trades by this alone. */
import type { Order as CcxtOrder, FundingHistory } from 'ccxt';
import { decimalText } from '#domain/decimal.ts';
import type { OrderRequest } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, SECOND_MS } from '#domain/time.ts';
import type { FundingTold, OrderList, OrderName, VenueDialect } from '../venue-dialect.ts';

const NEWEST_FILLS = 1_000;
/** What our idea of the venue's clock may be behind it: nothing of this moment may fall beyond the end of a reading. */
const CLOCK_DOUBT_MS = 5 * SECOND_MS;

export const COMMON_DIALECT: VenueDialect = {
  weightPerMinute: null,
  wants: [],
  lacks: ['a dialect of ours: how it takes client order ids and keeps stops has not been written down yet'],
  offers: [],
  isUntried: true,
  testHosts: [],
  failures: { rules: {}, otherwise: () => null, alreadySo: new Set(), tooOften: new Set() },
  clientIds: { toVenue: (clientOrderId) => clientOrderId, toOurs: (venueText) => venueText },
  orderTypes: ['market', 'limit', 'stop_market', 'take_profit_market'],
  orderLists: ['plain', 'conditional'],
  onlyAcknowledges: false,
  positionQuery: {},

  chooseTestNetwork(exchange) {
    if (exchange.urls.test === undefined) return false;
    exchange.setSandboxMode(true);
    return true;
  },
  prepare(exchange, receiveWindowMs) {
    exchange.options.recvWindow = receiveWindowMs;
    return receiveWindowMs;
  },
  maxMarketContracts: () => undefined,

  onlyReduces: ({ reduceOnly }) => reduceOnly === true,
  trailOf: () => null,
  orderParams: triggerParams,
  fetchOrder: (exchange, symbol, name, list) =>
    exchange.fetchOrder(venueIdOf(name) as string, symbol, { ...clientIdParams(name), ...listParams(list) }),
  fetchOpenOrders: (exchange, symbol, list) =>
    exchange.fetchOpenOrders(symbol, undefined, undefined, listParams(list)),
  async cancelOrder(exchange, symbol, venueOrderId, list) {
    await exchange.cancelOrder(venueOrderId, symbol, listParams(list));
  },
  fetchConditionals: (exchange, symbol) =>
    exchange.fetchOrders(symbol, undefined, undefined, listParams('conditional')),
  firedOrderId: () => null,

  fetchFills: (exchange, symbol, { fromMs, toMs, limit }) =>
    exchange.fetchMyTrades(symbol, fromMs, limit, untilParams(toMs)),
  // Without a start the venue tells the newest ones, with it the oldest.
  fetchNewestFills: (exchange, symbol) => exchange.fetchMyTrades(symbol, undefined, NEWEST_FILLS),
  async fetchFundings(exchange, symbol, { fromMs, toMs, limit }) {
    const told = await exchange.fetchFundingHistory(symbol, fromMs, limit, untilParams(toMs));
    return told.map(fundingTold);
  },
  wasForced: () => false,

  accountAmounts(told, quote) {
    const { total, used, free } = told[quote] ?? {};
    if (total === undefined) return null;
    // ccxt's total of a derivatives account already has the open profit in it.
    return {
      balance: decimalText(total),
      unrealised: '0',
      marginUsed: decimalText(used ?? 0),
      available: decimalText(free ?? 0),
    };
  },
  isolateMargin: async (exchange, symbol) =>
    exchange.has.setMarginMode && exchange.setMarginMode('isolated', symbol),
  setLeverage: async (exchange, symbol, leverage) =>
    exchange.has.setLeverage && exchange.setLeverage(leverage, symbol),
  accountName: async () => null,
  keyRights: async () => null,
  accountObjection: async () => null,
};

/** The price that fires a conditional order, under the name that makes it a stop or a target in ccxt. */
export function triggerParams({ type, triggerPriceQuote }: OrderRequest): Record<string, unknown> {
  if (triggerPriceQuote === null) return {};
  const name = type === 'stop_market' ? 'stopLossPrice' : 'takeProfitPrice';
  return { [name]: Number(triggerPriceQuote) };
}

/** The end of a reading as it is sent to a venue. */
export function pastClockDoubt(toMs: EpochMs): EpochMs {
  return toMs + CLOCK_DOUBT_MS;
}

export function venueIdOf(name: OrderName): string | undefined {
  return 'venueOrderId' in name ? name.venueOrderId : undefined;
}

export function listParams(list: OrderList): Record<string, unknown> {
  return list === 'conditional' ? { trigger: true } : {};
}

/** The venue's own text of a field, where ccxt's is a number or missing; null when there is none. */
export function ownText({ info }: Pick<CcxtOrder, 'info'>, field: string): string | null {
  const value = (info as Readonly<Record<string, unknown>> | undefined)?.[field];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function clientIdParams(name: OrderName): Record<string, unknown> {
  return 'clientOrderId' in name ? { clientOrderId: name.clientOrderId } : {};
}

function untilParams(toMs: number | null): Record<string, unknown> {
  return toMs === null ? {} : { until: pastClockDoubt(toMs) };
}

function fundingTold(payment: FundingHistory): FundingTold {
  return {
    id: String(payment.id),
    atMs: payment.timestamp ?? 0,
    symbol: payment.symbol as MarketSymbol,
    // The venue's own text of an income keeps every digit.
    receivedQuote: decimalText(ownText(payment, 'income') ?? payment.amount ?? 0),
    rateFraction: null,
  };
}
