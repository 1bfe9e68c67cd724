/**
 * What a desk's protection needs, from the venue's truth alone: each position exactly one live stop of its size and at
 * most one target, no protective order without a position (DESIGN §3, rule 2). A position larger than the venue's largest
 * order has its stop in as many orders as it takes, all at one price. Pure; `custody.ts` carries it out.
 */
import type { Position } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, roundToStep, sumDecimals } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';
import { piecesOf } from './pieces.ts';

export type Protection = 'stop' | 'target';

export type CustodyAction =
  | {
      readonly kind: 'place';
      readonly purpose: Protection;
      readonly position: Position;
      readonly triggerPriceQuote: string;
      /** All of the position, or one piece of it. */
      readonly quantityBase: DecimalText;
      /** Whether stops stand that cover all of the position meanwhile, if at another price or in other sizes. */
      readonly isCovered: boolean;
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

/**
 * Stops are placed first and targets next; cancels come last: a position is never without its old stop before it has the
 * new one. A target without an answer, or turned away for load, waits a minute for its next try.
 */
export function planCustody(facts: CustodyFacts, nowMs: EpochMs): CustodyAction[] {
  const actions = facts.positions.flatMap((position) => {
    if (isLeaving(position, facts)) return planLeaving(position, facts);
    const stops = planProtection('stop', position, facts);
    return isTargetResting(position, facts, nowMs)
      ? stops
      : [...stops, ...planProtection('target', position, facts)];
  });
  for (const order of facts.openOrders) {
    if (!isProtective(order) && !(order.type === 'trailing_stop' && order.reduceOnly)) continue;
    const held = facts.positions.some((position) => protects(order, position));
    if (!held) actions.push({ kind: 'cancel', order, why: 'protects a position that is gone' });
  }
  return actions.sort((left, right) => turnOf(left) - turnOf(right));
}

function turnOf(action: CustodyAction): number {
  if (action.kind === 'cancel') return 2;
  return action.purpose === 'stop' ? 0 : 1;
}

/** Whether the newest target, none of which stands, was sent in vain a moment ago. */
function isTargetResting(position: Position, facts: CustodyFacts, nowMs: EpochMs): boolean {
  const isTarget = (order: Pick<OrderRequest, 'purpose' | 'symbol' | 'side' | 'reduceOnly'>) =>
    order.purpose === 'target' && protects(order, position);
  if (facts.openOrders.some(isTarget)) return false;
  const newest = facts.meantIntents.find(({ request }) => isTarget(request));
  return (
    newest !== undefined &&
    TARGET_WAITS.has(newest.status) &&
    nowMs - newest.updatedAtMs < TARGET_TRIES_EVERY_MS
  );
}

/** Whether an exit at market is at work for all of a position: a stop could do no more. */
function isLeaving(position: Position, { openOrders }: CustodyFacts): boolean {
  const exits = openOrders.filter(
    (order) => order.purpose === 'exit' && order.type === 'market' && protects(order, position),
  );
  return sumDecimals(exits.map(remainingBase)).gte(position.quantityBase);
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
  const { kept, missing } = keepWhatFits(purpose, live, position, facts);
  const cancels = live
    .filter((order) => !kept.includes(order))
    .map(
      (order): CustodyAction => ({ kind: 'cancel', order, why: `a second ${purpose}, or of a wrong size` }),
    );
  if (missing.length === 0) return cancels;
  const own = meantFor(purpose, position, facts);
  const triggerPriceQuote =
    live[0]?.triggerPriceQuote ??
    own[0]?.request.triggerPriceQuote ??
    (purpose === 'stop' ? fallbackStop(position, facts) : null);
  if (triggerPriceQuote === null) return cancels;
  const unsent =
    live.length === 0
      ? own.filter(({ status, request }) => isUnsent(status) && isSamePrice(request, { triggerPriceQuote }))
      : [];
  const isCovered = live.some(closesAll) || sumDecimals(live.map(remainingBase)).gte(position.quantityBase);
  const lacking = unsent.length > 0 ? 'as its entry planned' : `${purpose} missing`;
  const why = live.length > 0 ? `${purpose} of the wrong size` : lacking;
  const places = missing.map((quantityBase): CustodyAction => {
    const fitting = unsent.findIndex(({ request }) => decimal(request.quantityBase).eq(quantityBase));
    const [meant = null] = fitting < 0 ? [] : unsent.splice(fitting, 1);
    return { kind: 'place', purpose, position, triggerPriceQuote, quantityBase, isCovered, meant, why };
  });
  return [...places, ...cancels];
}

interface Fit {
  readonly kept: readonly Order[];
  /** Sizes of the orders that are missing beside those. */
  readonly missing: readonly DecimalText[];
}

/**
 * The live orders that stay, all at one price. A stop of the right size does not stand for a nearer one of a wrong size:
 * nothing here may loosen. Of targets the nearest that is whole stays.
 */
function keepWhatFits(
  purpose: Protection,
  live: readonly Order[],
  position: Position,
  { instruments }: CustodyFacts,
): Fit {
  const pieces = piecesOf(position.quantityBase, instruments.get(position.symbol));
  const [nearest = { kept: [], missing: pieces }, ...farther] = live
    .filter((order, i) => !isSamePrice(order, live[i - 1]))
    .map((first) =>
      fitAt(
        live.filter((order) => isSamePrice(order, first)),
        position,
        pieces,
      ),
    );
  if (purpose === 'stop') return nearest;
  return [nearest, ...farther].find(({ missing }) => missing.length === 0) ?? nearest;
}

function fitAt(orders: readonly Order[], position: Position, pieces: readonly DecimalText[]): Fit {
  const whole = orders.find((order) => covers(order, position));
  if (whole !== undefined) return { kept: [whole], missing: [] };
  const free = [...orders];
  const kept: Order[] = [];
  const missing: DecimalText[] = [];
  for (const piece of pieces) {
    const index = free.findIndex((order) => remainingBase(order).eq(piece));
    if (index < 0) missing.push(piece);
    else kept.push(...free.splice(index, 1));
  }
  return { kept, missing };
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

const TARGET_TRIES_EVERY_MS = MINUTE_MS;
/** No target stands and none was refused. */
const TARGET_WAITS: ReadonlySet<IntentStatus> = new Set(['settled', 'unknown']);
const TARGET_IS_OVER: ReadonlySet<IntentStatus> = new Set(['cancelled', 'rejected', 'filled']);

/** Planned, or sent into nothing: the venue was just asked and does not know it. */
function isUnsent(status: IntentStatus): boolean {
  return status === 'planned' || status === 'sent';
}

function isSamePrice(left: Pick<Order, 'triggerPriceQuote'>, right: typeof left | undefined): boolean {
  return right !== undefined && Number(left.triggerPriceQuote ?? 0) === Number(right.triggerPriceQuote ?? 0);
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

/** Whether an order closes all of the position and no more. */
function covers(order: Order, { quantityBase }: Position): boolean {
  return closesAll(order) || remainingBase(order).eq(quantityBase);
}

/** One without a size of its own closes whatever is held. */
function closesAll({ quantityBase }: Order): boolean {
  return decimal(quantityBase).eq(0);
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
