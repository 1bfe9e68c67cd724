/** Sends, finds, cancels and lists orders on a venue, conditional ones wherever the venue keeps them. */
import type { Order as CcxtOrder } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import { isOrderFinal, type Order, type OrderRequest } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Unreadable } from '#exchanges/ports/broker.ts';
import { requestObjection } from '#exchanges/request-objection.ts';
import type { AccountSettings } from './account-settings.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import type { FailureRule } from './failure-rule.ts';
import type { VenueMarket } from './market-list.ts';
import type { OrderList, OrderName } from './venue-dialect.ts';
import { failureRule } from './venue-failure.ts';
import { instrumentOf } from './venue-instrument.ts';
import { clientIdOf, isConditional, orderCall, orderOf } from './venue-order.ts';
import type { VenueSession } from './venue-session.ts';
import { refusalOf } from './wire-replies.ts';

export interface VenueOrders {
  /** All that comes before the order itself, once: `submit` finds it done. @throws AppError `order_rejected` */
  prepare(request: OrderRequest): Promise<void>;
  /** @throws AppError `order_rejected`, `order_turned_away`, `order_duplicate`, `order_outcome_unknown` */
  submit(request: OrderRequest): Promise<Order>;
  find(symbol: MarketSymbol, clientOrderId: string): Promise<Order | null>;
  /** By the venue's own id, as fills name it; null when the venue does not know it. */
  findByVenueId(symbol: MarketSymbol, venueOrderId: string): Promise<Order | null>;
  cancel(symbol: MarketSymbol, clientOrderId: string): Promise<Order>;
  /** Working orders of one symbol, or of all. */
  open(symbol: MarketSymbol | null): Promise<Order[]>;
  /** What the last list of all orders held beside those, in symbols the venue does not list. */
  unreadable(): readonly Unreadable[];
}

const FOREIGN_ID = /^venue-(.+)$/;

export function createVenueOrders(session: VenueSession, settings: AccountSettings): VenueOrders {
  const { exchange, exchangeId } = session;
  const dialect = dialectOf(exchangeId);
  let unreadable: readonly Unreadable[] = [];

  async function told(order: CcxtOrder, symbol: MarketSymbol): Promise<Order> {
    const leverage = await settings.leverageOf(symbol);
    const market = session.listed(symbol) ?? session.market(symbol);
    return orderOf(order, { dialect, market, leverage, nowMs: session.nowMs() });
  }

  /** What only reduces is tried in a symbol that is settling too: the venue decides. */
  function marketFor(request: OrderRequest): VenueMarket {
    const market = session.listed(request.symbol);
    if (market !== null && (request.reduceOnly || market.active !== false)) return market;
    throw rejected(`${exchangeId} has no tradable linear perpetual ${request.symbol}`, request);
  }

  /** The call that sends an order, with the account set for it. */
  async function prepared(request: OrderRequest) {
    const { symbol, leverage } = request;
    const market = marketFor(request);
    const venueClientId = dialect.clientIds.toVenue(request.clientOrderId);
    if (venueClientId === null) throw rejected(`${exchangeId} has no place for such an id`, request);
    if (!dialect.orderTypes.includes(request.type))
      throw rejected(`${request.type} orders are not spoken with ${exchangeId}`, request);
    // ccxt cuts what is off a step without a word: a price or an amount nobody asked for.
    const instrument = instrumentOf(market, exchange);
    const objection = requestObjection(request, instrument);
    if (objection !== null) throw rejected(objection, request);
    if (!request.reduceOnly && leverage > instrument.maxLeverage)
      throw rejected(
        `leverage ${leverage} exceeds the limit ${instrument.maxLeverage} for ${symbol}`,
        request,
      );
    if (!request.reduceOnly) await settings.prepareEntry(symbol, leverage);
    const isHedged = await settings.isHedged().catch((thrown: AppError) => {
      throw rejected(thrown.message, request);
    });
    return orderCall(request, venueClientId, { dialect, market, isHedged });
  }

  async function submit(request: OrderRequest): Promise<Order> {
    const { symbol, side, leverage } = request;
    const { type, amount, price, params } = await prepared(request);
    const market = marketFor(request);
    const send = () => session.send(() => exchange.createOrder(symbol, type, side, amount, price, params));
    const answer = await answered(request, send);
    // An answer may name the order and little more: what was asked stands where it is silent.
    const taken = { ...orderOf(answer, { dialect, market, leverage, nowMs: session.nowMs() }), ...request };
    return dialect.onlyAcknowledges ? asDecided(request, taken) : taken;
  }

  /** The venue took the order in and decides afterwards. What cannot be seen yet is no doubt: the order is known there. */
  async function asDecided(request: OrderRequest, taken: Order): Promise<Order> {
    const seen = await find(request.symbol, request.clientOrderId, [listOf(taken)]).catch(() => null);
    if (seen === null) return taken;
    const isTurnedAway = request.timeInForce === 'post_only' && seen.status === 'cancelled';
    if (seen.status !== 'rejected' && !(isTurnedAway && Number(seen.filledBase) === 0))
      return { ...seen, ...request };
    const { clientOrderId, symbol } = request;
    const why = isTurnedAway ? 'it would have taken at once' : (seen.reason ?? 'it said no reason');
    const message = `${exchangeId} took order ${clientOrderId} in ${symbol} in and then ended it: ${why}`;
    throw new AppError('order_rejected', message, { context: { exchangeId, clientOrderId, symbol } });
  }

  /** The venue refused our clock, so it has done nothing: the one failure after which the same order is sent again. */
  async function answered(request: OrderRequest, send: () => Promise<CcxtOrder>): Promise<CcxtOrder> {
    try {
      return await send();
    } catch (thrown) {
      if (failureRule(thrown, exchangeId).code !== 'clock_skew') throw sendFailure(thrown, request);
    }
    try {
      await session.resyncClock();
      return await send();
    } catch (thrown) {
      throw sendFailure(thrown, request);
    }
  }

  function rejected(words: string, { clientOrderId, symbol }: OrderRequest): AppError {
    return new AppError('order_rejected', `order ${clientOrderId} was not sent: ${words}`, {
      context: { exchangeId, clientOrderId, symbol },
    });
  }

  function sendFailure(thrown: unknown, { clientOrderId, symbol }: OrderRequest): AppError {
    const details = { cause: thrown, context: { exchangeId, clientOrderId, symbol } };
    // Our own refusal to call, such as a ban of this address: nothing has left.
    if (thrown instanceof AppError) {
      const own = thrown.code === 'venue_unavailable' ? 'order_turned_away' : 'order_rejected';
      return new AppError(own, `order ${clientOrderId} was not sent: ${thrown.message}`, details);
    }
    const rule = failureRule(thrown, exchangeId);
    const words = venueWords(thrown);
    if (rule.outcome === 'unknown')
      return new AppError(
        'order_outcome_unknown',
        `${exchangeId} left order ${clientOrderId} in ${symbol} without a clear answer (${words}): it is looked up`,
        details,
      );
    if (rule.code === 'venue_unavailable')
      return new AppError(
        'order_turned_away',
        `${exchangeId} turned order ${clientOrderId} in ${symbol} away: ${words}`,
        details,
      );
    const code = rule.code === 'order_duplicate' ? rule.code : 'order_rejected';
    return new AppError(
      code,
      `${exchangeId} rejected order ${clientOrderId} in ${symbol}: ${words}`,
      details,
    );
  }

  /** One look-up; null when the venue says it has no such order. */
  async function ask(symbol: MarketSymbol, name: OrderName, list: OrderList): Promise<CcxtOrder | null> {
    try {
      const what = `order ${Object.values(name)[0]} of ${symbol}`;
      return await session.call(what, () => dialect.fetchOrder(exchange, symbol, name, list), 'order');
    } catch (thrown) {
      if (ruleOf(thrown, exchangeId)?.code === 'order_not_found') return null;
      throw thrown;
    }
  }

  /** A conditional order that has fired is as far as the order it became. */
  async function asItStands(order: CcxtOrder, symbol: MarketSymbol): Promise<Order> {
    const known = await told(order, symbol);
    if (!isConditional(known.type) || order.status !== 'closed' || (order.filled ?? 0) > 0) return known;
    const firedId = dialect.firedOrderId(order);
    const fired = firedId === null ? null : await ask(symbol, { venueOrderId: firedId }, 'plain');
    if (fired === null)
      return { ...known, status: 'cancelled', reason: 'it fired and found nothing to close' };
    const { status, filledBase, averagePriceQuote, updatedAtMs } = await told(fired, symbol);
    return { ...known, status, filledBase, averagePriceQuote, updatedAtMs };
  }

  /** The conditional order that fired and became this one, which the venue may know under another id than ours. */
  async function firedInto(symbol: MarketSymbol, venueOrderId: string): Promise<CcxtOrder | null> {
    if (!dialect.orderLists.includes('conditional')) return null;
    const newest = await session.call(
      `conditional orders of ${symbol}`,
      () => dialect.fetchConditionals(exchange, symbol),
      'read',
    );
    return newest.find((order) => dialect.firedOrderId(order) === venueOrderId) ?? null;
  }

  /** Null for an id no order there can have. */
  function nameOf(clientOrderId: string): OrderName | null {
    const venueOrderId = FOREIGN_ID.exec(clientOrderId)?.[1];
    if (venueOrderId !== undefined) return { venueOrderId };
    const venueClientId = dialect.clientIds.toVenue(clientOrderId);
    return venueClientId === null ? null : { clientOrderId: venueClientId };
  }

  function listOf({ type }: Order): OrderList {
    return isConditional(type) && dialect.orderLists.includes('conditional') ? 'conditional' : 'plain';
  }

  async function find(
    symbol: MarketSymbol,
    clientOrderId: string,
    lists: readonly OrderList[] = dialect.orderLists,
  ): Promise<Order | null> {
    const name = nameOf(clientOrderId);
    if (name === null) return null;
    const seen = await Promise.all(lists.map((list) => ask(symbol, name, list)));
    // A conditional order that fired may stand in both: it is the one that was asked for.
    const found = seen.findLast((order) => order !== null);
    return found ? asItStands(found, symbol) : null;
  }

  async function cancel(symbol: MarketSymbol, clientOrderId: string): Promise<Order> {
    const known = await find(symbol, clientOrderId);
    if (known === null) throw notFound(symbol, clientOrderId);
    if (isOrderFinal(known.status)) return known;
    try {
      const what = `cancel of ${clientOrderId}`;
      const send = () => dialect.cancelOrder(exchange, symbol, known.venueOrderId, listOf(known));
      await session.call(what, send, 'order');
    } catch (thrown) {
      // It ended in between: what it has become is the answer.
      if (ruleOf(thrown, exchangeId)?.code !== 'order_not_found') throw thrown;
    }
    return (await find(symbol, clientOrderId)) ?? { ...known, status: 'cancelled' };
  }

  async function open(symbol: MarketSymbol | null): Promise<Order[]> {
    const of = symbol ?? 'all symbols';
    const read = (list: OrderList) =>
      session.call(
        `open orders of ${of}`,
        () => dialect.fetchOpenOrders(exchange, symbol ?? undefined, list),
        'guard',
      );
    const lists = await Promise.all(dialect.orderLists.map(read));
    const unique = [...new Map(lists.flat().map((order) => [clientIdOf(order, dialect), order])).values()];
    // Contracts settled in coins stand in the same list on some venues; none of ours is among them.
    const spoken = unique.filter((order) => exchange.markets?.[order.symbol ?? '']?.linear !== false);
    const isListed = (order: CcxtOrder) => session.listed(order.symbol ?? '') !== null;
    const unlisted = spoken.filter((order) => !isListed(order));
    if (symbol === null) unreadable = unlisted.map(unreadableOrder);
    if (unlisted.length > 0) session.relist();
    return Promise.all(spoken.filter(isListed).map((order) => told(order, order.symbol as MarketSymbol)));
  }

  return {
    prepare: async (request) => void (await prepared(request)),
    submit,
    find: (symbol, clientOrderId) => find(symbol, clientOrderId),
    async findByVenueId(symbol, venueOrderId) {
      const order = await ask(symbol, { venueOrderId }, 'plain');
      if (order === null) return null;
      const known = await told(order, symbol);
      const conditional = known.reduceOnly ? await firedInto(symbol, venueOrderId) : null;
      if (conditional === null) return known;
      const { clientOrderId, type, purpose, triggerPriceQuote } = await told(conditional, symbol);
      return { ...known, clientOrderId, type, purpose, triggerPriceQuote };
    },
    cancel,
    open,
    unreadable: () => unreadable,
  };
}

function unreadableOrder({ symbol, side, id }: CcxtOrder): Unreadable {
  return { symbol: symbol || 'an unnamed symbol', what: `an order to ${side} (${id})` };
}

function ruleOf(thrown: unknown, exchangeId: string): FailureRule | null {
  const cause = thrown instanceof AppError ? thrown.cause : thrown;
  return cause === undefined ? null : failureRule(cause, exchangeId);
}

/** The venue's text with its number; of a failure without a reply only its kind, since ccxt's text carries signed addresses. */
function venueWords(thrown: unknown): string {
  const reply = refusalOf(thrown);
  if (reply?.venueText) return `${reply.venueText} (${reply.venueCode ?? reply.httpStatus})`;
  if (reply) return `HTTP ${reply.httpStatus}`;
  return thrown instanceof Error ? thrown.name : 'no answer';
}

function notFound(symbol: MarketSymbol, clientOrderId: string): AppError {
  return new AppError('order_not_found', `there is no order ${clientOrderId} in ${symbol}`, {
    context: { symbol, clientOrderId },
  });
}
