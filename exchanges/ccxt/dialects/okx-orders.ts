/** Orders on OKX, plain ones and conditional ones, each kind with its own calls and ids. */
import type { Order as CcxtOrder, Dictionary, Exchange } from 'ccxt';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { OrderList, OrderName } from '../venue-dialect.ts';
import { listParams, ownText } from './common.ts';
import { allPages, okx } from './okx-api.ts';

/** Every kind of conditional order, as far as they can be asked for at once: none must stay unseen. */
const PENDING_KINDS = ['conditional,oco', 'trigger', 'move_order_stop'];

export async function findOrder(
  exchange: Exchange,
  symbol: MarketSymbol,
  name: OrderName,
  list: OrderList,
): Promise<CcxtOrder | null> {
  const api = okx(exchange);
  const instId = exchange.market(symbol).id;
  const isConditional = list === 'conditional';
  const [ours, own] = isConditional ? ['algoClOrdId', 'algoId'] : ['clOrdId', 'ordId'];
  const id =
    'clientOrderId' in name
      ? { [ours as string]: name.clientOrderId }
      : { [own as string]: name.venueOrderId };
  const { data } = isConditional
    ? await api.privateGetTradeOrderAlgo({ instId, ...id })
    : await api.privateGetTradeOrder({ instId, ...id });
  const [found] = data;
  return found ? orderTold(exchange, found, list) : null;
}

export async function openOrders(
  exchange: Exchange,
  symbol: MarketSymbol | undefined,
  list: OrderList,
): Promise<CcxtOrder[]> {
  const api = okx(exchange);
  const which = { instType: 'SWAP', ...(symbol !== undefined && { instId: exchange.market(symbol).id }) };
  const open =
    list === 'plain'
      ? await allPages((query) => api.privateGetTradeOrdersPending(query), which, 'ordId')
      : await Promise.all(
          PENDING_KINDS.map((ordType) =>
            allPages((query) => api.privateGetTradeOrdersAlgoPending(query), { ...which, ordType }, 'algoId'),
          ),
        );
  return open
    .flat()
    .filter((own) => isSpoken(exchange, own))
    .map((own) => orderTold(exchange, own, list));
}

export async function cancel(
  exchange: Exchange,
  symbol: MarketSymbol,
  venueOrderId: string,
  list: OrderList,
): Promise<void> {
  await exchange.cancelOrder(venueOrderId, symbol, listParams(list));
}

/** Those that fired: no other has become an order. */
export async function conditionalOrders(exchange: Exchange, symbol: MarketSymbol): Promise<CcxtOrder[]> {
  const query = { instType: 'SWAP', instId: exchange.market(symbol).id, ordType: 'conditional' };
  const { data } = await okx(exchange).privateGetTradeOrdersAlgoHistory({ ...query, state: 'effective' });
  return data.map((own) => orderTold(exchange, own, 'conditional'));
}

export function firedOrderId(order: CcxtOrder): string | null {
  const several = (order.info as { ordIdList?: readonly string[] } | undefined)?.ordIdList;
  return ownText(order, 'ordId') ?? several?.[0] ?? null;
}

/** Swaps settled in coins stand in the same lists; none of ours is among them. */
function isSpoken(exchange: Exchange, { instId }: Dictionary<unknown>): boolean {
  return exchange.safeMarket(String(instId)).linear === true;
}

/** A plain order that was a conditional one carries both numbers, of which ccxt takes the wrong one. */
function orderTold(exchange: Exchange, own: Dictionary<unknown>, list: OrderList): CcxtOrder {
  const order = okx(exchange).parseOrder(own, exchange.safeMarket(String(own.instId)));
  const isConditional = list === 'conditional';
  const clientOrderId = isConditional ? own.algoClOrdId : own.clOrdId;
  return {
    ...order,
    id: String(isConditional ? own.algoId : own.ordId),
    ...(typeof clientOrderId === 'string' && { clientOrderId }),
  };
}
