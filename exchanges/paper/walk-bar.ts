/**
 * What happens to one symbol inside one closed bar, in the order that is worst for us. The bar is walked to the extreme
 * that hurts the position first, then to the other, then to the close; on each leg the level nearest the open acts
 * first. So the stop wins over the target, and the nearer of stop and liquidation comes first.
 */
import type { Big } from 'big.js';
import type { Candle } from '#domain/candle.ts';
import { decimal } from '#domain/decimal.ts';
import { isOrderFinal } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import {
  type BarEvent,
  follows,
  isTouched,
  type Leg,
  nextEvent,
  strayTriggers,
  worksAtClose,
} from './bar-events.ts';
import { fillResting, quoteTaker, takeLiquidity } from './fill-order.ts';
import { fillTimeMs } from './ledger.ts';
import { isBeyondLiquidation, liquidate } from './liquidation.ts';
import { closableBase, cutToPosition, keepOrder, workingOrder } from './order-life.ts';
import type { PaperOrder, Session } from './paper-books.ts';
import { roundAgainst } from './taker-price.ts';
import { trailedTo, trailedTrigger } from './trail.ts';

interface BarWalk {
  readonly session: Session;
  readonly symbol: MarketSymbol;
  readonly bar: Candle;
  readonly closeAtMs: EpochMs;
  /** Where the price comes from for what closes: a stop it is past there fills there. What opens comes from the open. */
  readonly fromQuote: number;
  /** Client ids of the orders that have had their turn in this bar. */
  readonly acted: Set<string>;
}

export function walkBar(session: Session, symbol: MarketSymbol, bar: Candle, closeAtMs: EpochMs): void {
  const { books } = session;
  books.marks[symbol] = {
    openAtMs: bar.openAtMs,
    closeQuote: bar.close,
    volumeBase: bar.volume,
    takenBase: '0',
  };
  if (!isTouched(books, symbol, bar)) return;
  const walk = { session, symbol, bar, closeAtMs, fromQuote: bar.open, acted: new Set<string>() };
  const held = books.positions[symbol];
  const first: Leg = held?.side === 'short' ? 'up' : 'down';
  const second: Leg = first === 'up' ? 'down' : 'up';
  const grewFirst = walkLeg(walk, first, false);
  const grew = walkLeg({ ...walk, fromQuote: extremeOf(first, bar) }, second, grewFirst);
  if (grew) stopWhatOpened(walk);
  followPrice(walk);
  endStrays(walk);
  workAtClose(walk);
}

/** Walks one leg and tells whether a position has been opened or increased inside the bar by its end. */
function walkLeg(walk: BarWalk, leg: Leg, grewBefore: boolean): boolean {
  let grew = grewBefore;
  for (;;) {
    const event = nextEvent({
      ...walk,
      books: walk.session.books,
      leg,
      barring: grew ? 'profits' : 'nothing',
    });
    if (!event) return grew;
    grew = act(walk, event) || grew;
  }
}

/**
 * A position opened inside the bar may have seen the rest of it: its stop or its liquidation is taken as well, coming
 * from the bar's good end, since the open lies before the entry.
 */
function stopWhatOpened(walk: BarWalk): void {
  const { books } = walk.session;
  for (;;) {
    const position = books.positions[walk.symbol];
    if (!position) return;
    const leg = position.side === 'long' ? 'down' : 'up';
    const event = nextEvent({ ...walk, books, leg, barring: 'all but stops' });
    if (!event) return;
    act({ ...walk, fromQuote: extremeOf(leg === 'down' ? 'up' : 'down', walk.bar) }, event);
  }
}

/**
 * Trailing stops follow to the bar's good end once its bad one has passed them by, and may fire on the way to the close.
 */
function followPrice(walk: BarWalk): void {
  const { session, symbol, bar } = walk;
  const { books, settings } = session;
  for (const given of books.working.filter((order) => order.symbol === symbol && follows(order))) {
    const best = given.side === 'sell' ? bar.high : bar.low;
    const order = keepOrder(books, trailedTo(given, best), settings);
    const trigger = trailedTrigger(order);
    if (trigger === null || walk.acted.has(order.clientOrderId)) continue;
    const isReached =
      given.side === 'sell' ? decimal(bar.close).lte(trigger) : decimal(bar.close).gte(trigger);
    if (isReached) act({ ...walk, fromQuote: best }, { kind: 'trigger', level: Number(trigger), order });
  }
}

/** Only now, since what they reach for may have been opened on the second leg. */
function endStrays({ session, symbol, bar, closeAtMs }: BarWalk): void {
  const { books, settings } = session;
  for (const order of strayTriggers(books, symbol, bar))
    cutToPosition(books, order, fillTimeMs(closeAtMs, order.createdAtMs), settings);
}

/** Lets one event happen; true when a position has grown by it. */
function act(walk: BarWalk, event: BarEvent): boolean {
  const { session, symbol, fromQuote, closeAtMs } = walk;
  if (event.kind === 'liquidation') {
    liquidate(session, symbol, decimal(fromQuote), closeAtMs - 1);
    return false;
  }
  const { order } = event;
  walk.acted.add(order.clientOrderId);
  const before = signedBase(walk);
  const atMs = fillTimeMs(closeAtMs, order.createdAtMs);
  if (event.kind === 'limit') fillResting(session, order, withinBar(walk, order), atMs);
  else fire(walk, order, atMs);
  return hasGrown(before, signedBase(walk));
}

/** A conditional order becomes a market order; one that could only be filled past liquidation never gets that far. */
function fire(walk: BarWalk, given: PaperOrder, atMs: EpochMs): void {
  const { session, symbol } = walk;
  const { books, settings } = session;
  const fired = keepOrder(books, { ...given, triggered: true }, settings);
  const order = cutToPosition(books, fired, atMs, settings);
  if (isOrderFinal(order.status)) return;
  const position = books.positions[symbol];
  const closes = closableBase(order.side, position).gt(0);
  const reference = triggerReference(order, closes ? walk.fromQuote : walk.bar.open);
  const execution = quoteTaker(session, order, reference);
  if (position && closes && execution && isBeyondLiquidation(position, execution.priceQuote))
    liquidate(session, symbol, reference, atMs);
  const current = workingOrder(books, order.clientOrderId);
  if (current) takeLiquidity(session, current, reference, atMs);
}

/** A stop fills where the price comes from when that is past it already; a target never better than its trigger. */
function triggerReference(order: PaperOrder, fromQuote: number): Big {
  const from = decimal(fromQuote);
  const trigger = decimal(order.triggerPriceQuote ?? trailedTrigger(order) ?? from);
  const isPassed = order.side === 'sell' ? from.lt(trigger) : from.gt(trigger);
  return order.type !== 'take_profit_market' && isPassed ? from : trigger;
}

function extremeOf(leg: Leg, bar: Candle): number {
  return leg === 'down' ? bar.low : bar.high;
}

/** The limit, unless the whole bar lay beyond it: then the bar's worst price, which no fill in it could exceed. */
function withinBar(walk: BarWalk, order: PaperOrder): Big {
  const limit = decimal(order.priceQuote ?? walk.bar.close);
  const worst = decimal(order.side === 'buy' ? walk.bar.high : walk.bar.low);
  const outside = order.side === 'buy' ? limit.gt(worst) : limit.lt(worst);
  return outside ? roundAgainst(order.side, worst, walk.session.instrument) : limit;
}

/** What is left of market orders, and of conditional ones that have fired, goes on at the close. */
function workAtClose(walk: BarWalk): void {
  const { session, symbol, bar, closeAtMs } = walk;
  const left = session.books.working.filter((order) => order.symbol === symbol && worksAtClose(order));
  for (const { clientOrderId } of left) {
    const order = workingOrder(session.books, clientOrderId);
    if (order) takeLiquidity(session, order, decimal(bar.close), fillTimeMs(closeAtMs, order.createdAtMs));
  }
}

function signedBase(walk: BarWalk): Big {
  const position = walk.session.books.positions[walk.symbol];
  if (!position) return decimal(0);
  return decimal(position.quantityBase).times(position.side === 'long' ? 1 : -1);
}

/** Whether the position is larger than before, or has turned. */
function hasGrown(before: Big, after: Big): boolean {
  if (after.eq(0)) return false;
  return before.times(after).lt(0) || after.abs().gt(before.abs());
}
