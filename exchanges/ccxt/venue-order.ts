/** A venue's order in our words, and ours in the venue's. Pure: everything it needs comes in. */
import type { Order as CcxtOrder } from 'ccxt';
import { type DecimalText, decimal, decimalText, divideDecimals } from '#domain/decimal.ts';
import type { Order, OrderPurpose, OrderRequest, OrderStatus, OrderType } from '#domain/order.ts';
import type { VenueMarket } from './market-list.ts';
import type { VenueDialect } from './venue-dialect.ts';

/** An order that somebody placed without an id of his own, or one that is none of ours, is known by the venue's. */
const FOREIGN_ID = 'venue-';
const CLIENT_ID_LENGTH = 36;

export interface OrderFacts {
  readonly dialect: VenueDialect;
  readonly market: VenueMarket;
  /** Leverage of the symbol on this account: venues do not tell it with the order. */
  readonly leverage: number;
  /** For an order that told no time of its own. */
  readonly nowMs: number;
}

/** What ccxt's `createOrder` is called with for one of our orders. */
export interface OrderCall {
  readonly type: 'market' | 'limit';
  readonly amount: number;
  readonly price: number | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** `venueClientId` is the request's id in the venue's shape. */
export function orderCall(
  request: OrderRequest,
  venueClientId: string,
  { dialect, market, isHedged }: Pick<OrderFacts, 'dialect' | 'market'> & { readonly isHedged: boolean },
): OrderCall {
  const { type, timeInForce } = request;
  const params: Record<string, unknown> = { clientOrderId: venueClientId };
  if (request.reduceOnly) params.reduceOnly = true;
  if (isHedged) params.hedged = true;
  if (type === 'limit') params.timeInForce = timeInForce === 'post_only' ? 'PO' : timeInForce.toUpperCase();
  Object.assign(params, dialect.orderParams(request, venueClientId));
  return {
    type: type === 'limit' ? 'limit' : 'market',
    amount: Number(contractsOf(request.quantityBase, market)),
    price: request.priceQuote === null ? undefined : Number(request.priceQuote),
    params,
  };
}

export function contractsOf(quantityBase: DecimalText, market: VenueMarket): DecimalText {
  return decimalText(divideDecimals(decimal(quantityBase), decimal(market.contractSize ?? 1)));
}

export function baseOf(contracts: number, market: VenueMarket): DecimalText {
  return decimalText(decimal(contracts).times(decimal(market.contractSize ?? 1)));
}

export function orderOf(told: CcxtOrder, facts: OrderFacts): Order {
  const { dialect, market } = facts;
  const type = typeOf(told);
  const trail = type === 'trailing_stop' ? dialect.trailOf(told) : null;
  const isReducing = dialect.onlyReduces(told);
  const createdAtMs = told.timestamp ?? facts.nowMs;
  const filled = told.filled ?? 0;
  const status = statusOf(told);
  return {
    clientOrderId: clientIdOf(told, dialect),
    venueOrderId: told.id ?? '',
    symbol: market.symbol as Order['symbol'],
    side: told.side === 'sell' ? 'sell' : 'buy',
    type,
    purpose: purposeOf(type, isReducing),
    quantityBase: baseOf(told.amount ?? 0, market),
    priceQuote: type === 'limit' && told.price ? decimalText(told.price) : null,
    triggerPriceQuote:
      isConditional(type) && type !== 'trailing_stop' ? decimalText(triggerOf(told) ?? 0) : null,
    ...(trail && { trail }),
    reduceOnly: isReducing,
    timeInForce: told.postOnly ? 'post_only' : told.timeInForce === 'IOC' ? 'ioc' : 'gtc',
    leverage: Math.max(1, facts.leverage),
    status,
    filledBase: baseOf(filled, market),
    averagePriceQuote: filled > 0 && told.average ? decimalText(told.average) : null,
    feesQuote: null,
    createdAtMs,
    updatedAtMs: told.lastUpdateTimestamp ?? told.lastTradeTimestamp ?? createdAtMs,
    reason: REASONS[told.status ?? ''] ?? null,
  };
}

export function clientIdOf(
  told: Pick<CcxtOrder, 'clientOrderId' | 'id'>,
  { clientIds }: Pick<VenueDialect, 'clientIds'>,
): string {
  const own = told.clientOrderId ? clientIds.toOurs(told.clientOrderId) : null;
  return (own ?? `${FOREIGN_ID}${told.id}`).slice(0, CLIENT_ID_LENGTH);
}

export function isConditional(type: OrderType): boolean {
  return type !== 'market' && type !== 'limit';
}

const REASONS: Readonly<Record<string, string>> = {
  expired: 'it expired on the venue',
  rejected: 'the venue rejected it',
};

function statusOf({ status, filled = 0, amount = 0 }: CcxtOrder): OrderStatus {
  if (status === 'closed') return 'filled';
  if (status === 'rejected') return 'rejected';
  if (status === 'canceled' || status === 'expired')
    return filled >= amount && filled > 0 ? 'filled' : 'cancelled';
  return filled > 0 ? 'partially_filled' : 'pending';
}

function triggerOf(told: CcxtOrder): number | undefined {
  return told.triggerPrice ?? told.stopLossPrice ?? told.takeProfitPrice ?? undefined;
}

/** The kind of a conditional order stands in the venue's own words alone. */
function typeOf(told: CcxtOrder): OrderType {
  const own = told.info as Readonly<Record<string, unknown>> | undefined;
  const named = [own?.orderType, own?.origType, own?.type, told.type].map((name) => String(name ?? ''));
  if (named.some((name) => /trailing|move.?order.?stop/i.test(name))) return 'trailing_stop';
  if (told.takeProfitPrice || named.some((name) => /take.?profit/i.test(name))) return 'take_profit_market';
  if (triggerOf(told) || named.some((name) => /stop/i.test(name))) return 'stop_market';
  return told.type === 'limit' ? 'limit' : 'market';
}

/** A trailing stop is an exit beside the stop: where it will fire nobody knows before. */
function purposeOf(type: OrderType, isReducing: boolean): OrderPurpose {
  if (!isReducing) return 'entry';
  return type === 'stop_market' ? 'stop' : type === 'take_profit_market' ? 'target' : 'exit';
}
