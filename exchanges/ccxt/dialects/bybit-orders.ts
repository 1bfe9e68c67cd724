/** Orders on Bybit: all kinds in one list of what is open, one of what has just ended, and a history. */
import type { Order as CcxtOrder, Dictionary, Exchange } from 'ccxt';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { OrderName } from '../venue-dialect.ts';
import { allPages, bybit } from './bybit-api.ts';

const PAGE = 50;

/**
 * Open ones first, then what ended lately, then the history: an order goes that way and never back, so one that exists
 * is seen wherever it is when it is asked for.
 */
export async function findOrder(
  exchange: Exchange,
  symbol: MarketSymbol,
  name: OrderName,
): Promise<CcxtOrder | null> {
  const api = bybit(exchange);
  const id = 'clientOrderId' in name ? { orderLinkId: name.clientOrderId } : { orderId: name.venueOrderId };
  const query = { category: 'linear', symbol: exchange.market(symbol).id, ...id };
  const places = [
    () => api.privateGetV5OrderRealtime(query),
    () => api.privateGetV5OrderRealtime({ ...query, openOnly: 1 }),
    () => api.privateGetV5OrderHistory(query),
  ];
  for (const ask of places) {
    const [found] = (await ask()).result.list;
    if (found) return orderTold(exchange, found);
  }
  return null;
}

export async function openOrders(exchange: Exchange, symbol: MarketSymbol | undefined): Promise<CcxtOrder[]> {
  const api = bybit(exchange);
  const which = symbol === undefined ? { settleCoin: 'USDT' } : { symbol: exchange.market(symbol).id };
  const query = { category: 'linear', ...which, limit: PAGE };
  const open = await allPages((page) => api.privateGetV5OrderRealtime(page), query);
  return open.map((order) => orderTold(exchange, order));
}

export async function cancel(exchange: Exchange, symbol: MarketSymbol, venueOrderId: string): Promise<void> {
  await exchange.cancelOrder(venueOrderId, symbol);
}

function orderTold(exchange: Exchange, own: Dictionary<unknown>): CcxtOrder {
  const order = bybit(exchange).parseOrder(
    own,
    exchange.safeMarket(String(own.symbol), undefined, undefined, 'swap'),
  );
  // ccxt calls it closed, which is what an order filled to the end is called.
  return own.orderStatus === 'PartiallyFilledCanceled' ? { ...order, status: 'canceled' } : order;
}
