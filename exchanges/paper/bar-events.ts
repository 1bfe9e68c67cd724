/** Which orders and liquidations a bar reaches, and in which order. Touching is compared on the bar's own floats. */
import type { Candle } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { awaitsTrigger, closableBase } from './order-life.ts';
import type { PaperBooks, PaperOrder, PaperPosition } from './paper-books.ts';
import { trailedTrigger } from './trail.ts';

/** From the open to the low, or from the open to the high. */
export type Leg = 'down' | 'up';

/** What may not happen any more: profits of a position that grew inside the bar, or anything but its stop. */
export type Barring = 'nothing' | 'profits' | 'all but stops';

export type BarEvent =
  | { readonly kind: 'liquidation'; readonly level: number; readonly order: null }
  | { readonly kind: 'limit' | 'trigger'; readonly level: number; readonly order: PaperOrder };

export interface BarQuestion {
  readonly books: PaperBooks;
  readonly symbol: MarketSymbol;
  readonly bar: Candle;
  readonly leg: Leg;
  readonly barring: Barring;
  /** Client ids that have had their turn. */
  readonly acted: ReadonlySet<string>;
}

/** Whether the bar does anything at all; most bars do not, and cost no more than this. */
export function isTouched(books: PaperBooks, symbol: MarketSymbol, bar: Candle): boolean {
  const position = books.positions[symbol];
  if (position && liquidationIn(position, bar) !== null) return true;
  return books.working.some(
    (order) =>
      order.symbol === symbol && (worksAtClose(order) || follows(order) || levelIn(order, bar) !== null),
  );
}

/** Whether every bar moves it, or may. */
export function follows(order: PaperOrder): boolean {
  return order.trail !== undefined && awaitsTrigger(order);
}

export function worksAtClose(order: PaperOrder): boolean {
  return order.type === 'market' || order.triggered;
}

/** The event nearest the open on this leg: at one level liquidation comes first, then stops, then the older order. */
export function nextEvent(question: BarQuestion): BarEvent | null {
  let next: BarEvent | null = null;
  for (const event of eventsOn(question)) if (!next || comesBefore(event, next, question.leg)) next = event;
  return next;
}

function comesBefore(event: BarEvent, other: BarEvent, leg: Leg): boolean {
  if (event.level !== other.level)
    return leg === 'down' ? event.level > other.level : event.level < other.level;
  return rank(event) < rank(other);
}

function rank(event: BarEvent): number {
  if (event.kind === 'liquidation') return 0;
  return isStop(event.order) ? 1 : 2;
}

function eventsOn({ books, symbol, bar, leg, barring, acted }: BarQuestion): readonly BarEvent[] {
  const events: BarEvent[] = [];
  const position = books.positions[symbol];
  const liquidation = position && legOfLoss(position) === leg ? liquidationIn(position, bar) : null;
  if (liquidation !== null) events.push({ kind: 'liquidation', level: liquidation, order: null });
  for (const order of books.working) {
    if (order.symbol !== symbol || legOf(order) !== leg || worksAtClose(order)) continue;
    if (acted.has(order.clientOrderId) || isStray(order, position) || isBarred(order, position, barring))
      continue;
    const level = levelIn(order, bar);
    if (level !== null) events.push({ kind: order.type === 'limit' ? 'limit' : 'trigger', level, order });
  }
  return events;
}

/** Reduce-only conditional orders the bar reaches that have nothing to close. */
export function strayTriggers(books: PaperBooks, symbol: MarketSymbol, bar: Candle): readonly PaperOrder[] {
  return books.working.filter(
    (order) =>
      order.symbol === symbol && isStray(order, books.positions[symbol]) && levelIn(order, bar) !== null,
  );
}

function isStray(order: PaperOrder, position: PaperPosition | undefined): boolean {
  return order.reduceOnly && awaitsTrigger(order) && closableBase(order.side, position).eq(0);
}

function isBarred(order: PaperOrder, position: PaperPosition | undefined, barring: Barring): boolean {
  if (barring === 'nothing') return false;
  const closes = closableBase(order.side, position).gt(0);
  return barring === 'profits' ? closes && !isStop(order) : !closes || !isStop(order);
}

function isStop({ type }: PaperOrder): boolean {
  return type === 'stop_market' || type === 'trailing_stop';
}

function legOf(order: PaperOrder): Leg {
  const buysLow = order.type === 'limit' || order.type === 'take_profit_market';
  return (order.side === 'buy') === buysLow ? 'down' : 'up';
}

function legOfLoss(position: PaperPosition): Leg {
  return position.side === 'long' ? 'down' : 'up';
}

/** The order's level where the bar reaches it. A limit has to be traded through, a trigger is fired by a touch. */
function levelIn(order: PaperOrder, bar: Candle): number | null {
  const text = order.priceQuote ?? order.triggerPriceQuote ?? trailedTrigger(order);
  if (text === null) return null;
  const level = Number(text);
  if (order.type === 'limit')
    return (order.side === 'buy' ? bar.low < level : bar.high > level) ? level : null;
  return (legOf(order) === 'down' ? bar.low <= level : bar.high >= level) ? level : null;
}

function liquidationIn(position: PaperPosition, bar: Candle): number | null {
  if (position.liquidationPriceQuote === null) return null;
  const level = Number(position.liquidationPriceQuote);
  return (position.side === 'long' ? bar.low <= level : bar.high >= level) ? level : null;
}
