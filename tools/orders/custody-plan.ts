/**
 * What a desk's protection needs, from the venue's truth alone: each position exactly one live stop of its size and at
 * most one target, no protective order without a position (DESIGN §3, rule 2). Pure; `custody.ts` carries it out.
 */
import type { Position } from '#domain/account.ts';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';

export type Protection = 'stop' | 'target';

export type CustodyAction =
  | {
      readonly kind: 'place';
      readonly purpose: Protection;
      readonly position: Position;
      readonly triggerPriceQuote: string;
      /** The intent meant for this, when it was not sent or never arrived and fits the position as it is. */
      readonly meant: OrderIntent | null;
      readonly why: string;
    }
  | { readonly kind: 'cancel'; readonly order: Order; readonly why: string };

export interface CustodyFacts {
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
  /** Protective intents meant for the positions that lack an order, newest first: what to send, or at least its price. */
  readonly meantIntents: readonly OrderIntent[];
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  readonly fallbackStopFraction: number;
}

/** Placements come before cancels: a position is never without its old stop before it has the new one. */
export function planCustody(facts: CustodyFacts): CustodyAction[] {
  const actions = facts.positions.flatMap((position) =>
    isLeaving(position, facts)
      ? planLeaving(position, facts)
      : [...planProtection('stop', position, facts), ...planProtection('target', position, facts)],
  );
  for (const order of facts.openOrders) {
    if (!isProtective(order)) continue;
    const held = facts.positions.some((position) => protects(order, position));
    if (!held) actions.push({ kind: 'cancel', order, why: 'protects a position that is gone' });
  }
  return actions.sort((left, right) => Number(left.kind === 'cancel') - Number(right.kind === 'cancel'));
}

/** Whether an exit at market is at work for all of a position: a stop could do no more. */
function isLeaving(position: Position, { openOrders }: CustodyFacts): boolean {
  return openOrders.some(
    (order) =>
      order.purpose === 'exit' &&
      order.type === 'market' &&
      protects(order, position) &&
      remainingBase(order).gte(position.quantityBase),
  );
}

/** Nothing new is placed, the last stop stays, and what is left of an entry must not fill against the exit. */
function planLeaving(position: Position, facts: CustodyFacts): CustodyAction[] {
  const entries = facts.openOrders
    .filter((order) => order.symbol === position.symbol && order.purpose === 'entry')
    .map((order): CustodyAction => ({ kind: 'cancel', order, why: 'its position is being closed' }));
  const stops = planProtection('stop', position, facts);
  const hasNoFittingStop = stops.some(({ kind }) => kind === 'place');
  const targets = planProtection('target', position, facts).filter(({ kind }) => kind === 'cancel');
  return [...entries, ...(hasNoFittingStop ? [] : stops), ...targets];
}

function planProtection(purpose: Protection, position: Position, facts: CustodyFacts): CustodyAction[] {
  const live = facts.openOrders
    .filter((order) => order.purpose === purpose && protects(order, position))
    .sort(nearestFirst(purpose, position));
  const fitting = live.filter((order) => covers(order, position));
  // A stop of the right size does not stand for a nearer one of a wrong size: nothing here may loosen.
  const keep = purpose === 'stop' ? fitting.find((order) => isSamePrice(order, live[0])) : fitting[0];
  const cancels = live
    .filter((order) => order !== keep)
    .map(
      (order): CustodyAction => ({ kind: 'cancel', order, why: `a second ${purpose}, or of a wrong size` }),
    );
  if (keep !== undefined) return cancels;
  const own = meantFor(purpose, position, facts);
  const triggerPriceQuote =
    live[0]?.triggerPriceQuote ??
    own[0]?.request.triggerPriceQuote ??
    (purpose === 'stop' ? fallbackStop(position, facts) : null);
  if (triggerPriceQuote === null) return cancels;
  const fits = ({ status, request }: OrderIntent) =>
    isUnsent(status) &&
    isSamePrice(request, { triggerPriceQuote }) &&
    decimal(request.quantityBase).eq(position.quantityBase);
  const meant = live.length === 0 ? (own.find(fits) ?? null) : null;
  const why = live.length > 0 ? `${purpose} of the wrong size` : `${purpose} missing`;
  return [{ kind: 'place', purpose, position, triggerPriceQuote, meant, why }, ...cancels];
}

/**
 * Our intents for this protection, the price to use first. Of stops that is the nearest one the venue did not refuse: a
 * stop always comes back. Of targets the newest decides: one that was taken away, refused or has filled stays away.
 */
function meantFor(purpose: Protection, position: Position, { meantIntents }: CustodyFacts): OrderIntent[] {
  const own = meantIntents.filter(
    ({ request }) => request.purpose === purpose && protects(request, position),
  );
  if (purpose === 'target') return own[0] !== undefined && TARGET_IS_OVER.has(own[0].status) ? [] : own;
  const nearest = nearestFirst(purpose, position);
  return own.sort(
    (left, right) =>
      Number(left.status === 'rejected') - Number(right.status === 'rejected') ||
      nearest(left.request, right.request),
  );
}

const TARGET_IS_OVER: ReadonlySet<IntentStatus> = new Set(['cancelled', 'rejected', 'filled']);

/** Planned, or sent into nothing: the venue was just asked and does not know it. */
function isUnsent(status: IntentStatus): boolean {
  return status === 'planned' || status === 'sent';
}

function isSamePrice(left: Pick<Order, 'triggerPriceQuote'>, right: typeof left | undefined): boolean {
  return Number(left.triggerPriceQuote ?? 0) === Number(right?.triggerPriceQuote ?? 0);
}

/** Whether an order can only reduce this position. */
export function protects(
  order: { symbol: MarketSymbol; side: Order['side']; reduceOnly: boolean },
  position: Position,
): boolean {
  return (
    order.symbol === position.symbol &&
    order.reduceOnly &&
    order.side === (position.side === 'long' ? 'sell' : 'buy')
  );
}

function isProtective(order: Order): boolean {
  return order.purpose === 'stop' || order.purpose === 'target';
}

/** Whether an order closes all of the position and no more; one without a size of its own closes whatever is held. */
function covers(order: Order, { quantityBase }: Position): boolean {
  return decimal(order.quantityBase).eq(0) || remainingBase(order).eq(quantityBase);
}

function remainingBase(order: Order): ReturnType<typeof decimal> {
  return decimal(order.quantityBase).minus(order.filledBase);
}

/** Of two triggers the one nearer to the position's price first: it loses less, or takes its profit sooner. */
function nearestFirst(
  purpose: Protection,
  position: Position,
): (left: Pick<Order, 'triggerPriceQuote'>, right: Pick<Order, 'triggerPriceQuote'>) => number {
  const sign = (position.side === 'long') === (purpose === 'stop') ? -1 : 1;
  return (left, right) => sign * (Number(left.triggerPriceQuote ?? 0) - Number(right.triggerPriceQuote ?? 0));
}

/**
 * A stop for a position nobody planned one for, such as one opened by hand on the venue: `fallbackStopFraction` from
 * the entry, or half-way to the liquidation price where that lies nearer.
 */
function fallbackStop(position: Position, { instruments, fallbackStopFraction }: CustodyFacts): string {
  const { entryPriceQuote, liquidationPriceQuote } = position;
  const isLong = position.side === 'long';
  const usual = decimal(entryPriceQuote).times(isLong ? 1 - fallbackStopFraction : 1 + fallbackStopFraction);
  const halfWay = decimal(entryPriceQuote)
    .plus(liquidationPriceQuote ?? entryPriceQuote)
    .times('0.5');
  const isTooFar = liquidationPriceQuote !== null && (isLong ? usual.lt(halfWay) : usual.gt(halfWay));
  const price = isTooFar ? halfWay : usual;
  const tick = instruments.get(position.symbol)?.tickSizeQuote;
  return decimalText(tick === undefined ? price : roundToStep(price, tick, isLong ? 'up' : 'down'));
}
