/**
 * What an entry that goes out over time does next, from its orders and the market alone. Pure: the same facts give the
 * same step after every restart, and `work-entries.ts` carries it out. It only ever buys less than was passed.
 *
 * A `limit` rests at the last price and earns the maker fee. When the market leaves it behind it follows, never further
 * than its reach. A `twap` sends one slice in each slot between start and deadline; what a slot has not filled is shared
 * among those after it. Neither crosses the spread at its deadline: what has not filled by then is given up.
 */
import type { Big } from 'big.js';
import type { Position } from '#domain/account.ts';
import {
  type DecimalText,
  decimal,
  decimalText,
  divideDecimals,
  roundToStep,
  sumDecimals,
} from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { IntentStatus } from '#domain/intent.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import type { AtRisk, TradingMode } from '#domain/trading-state.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { reachPrice } from './entry-orders.ts';
import type { EntryOrder } from './order-store.ts';

/** How the reason of an order begins that we have cancelled ourselves. */
export const WITHDRAWN = 'withdrawn: ';

export interface EntryFacts {
  readonly nowMs: EpochMs;
  /** Its orders so far, in their sequence. */
  readonly sent: readonly EntryOrder[];
  /** Null when they could not be read. */
  readonly positions: readonly Position[] | null;
  readonly instrument: Instrument;
  /** Null when it could not be read: then nothing is sent. */
  readonly tradingMode: TradingMode | null;
  /** What the market may hurt at this moment; absent where that is no side. */
  readonly atRisk?: AtRisk | undefined;
  /** The last sound price; null when there is none. */
  readonly lastQuote: DecimalText | null;
}

export type EntryStep =
  | { readonly kind: 'wait' }
  | ({ readonly kind: 'send' } & EntryTake)
  /** The order that rests gives way to this one, if the gate passes it. */
  | ({ readonly kind: 'follow'; readonly resting: EntryOrder } & EntryTake)
  | { readonly kind: 'withdraw'; readonly resting: EntryOrder; readonly why: string }
  | { readonly kind: 'end'; readonly why: string };

interface EntryTake {
  readonly quantityBase: DecimalText;
  readonly priceQuote: DecimalText;
  readonly timeInForce: 'ioc' | 'post_only';
}

/** How far the market has to have left a resting order behind before it follows. */
const FOLLOW_AFTER_FRACTION = 0.0005;
const RESTS_AT_LEAST_MS = 10 * SECOND_MS;
/** After the venue, or a person there, has taken an order away. */
const TURNED_AWAY_PAUSE_MS = 5 * SECOND_MS;
const MAX_TURNED_AWAY = 5;
const MAX_ORDERS = 60;
const SLICE_EVERY_MS = MINUTE_MS / 2;
const MAX_SLICES = 20;
/** A slice keeps this many times the venue's minimum, so that a falling price does not make it too small. */
const SLICE_MINIMUM_TIMES = 2;

const OUTCOME_OPEN: ReadonlySet<IntentStatus> = new Set(['sent', 'unknown']);

/** Into how many slices a `twap` is cut: one each half minute and at least two, while each is well over the venue's minimum. */
export function slicesFor(
  { quantityBase, priceQuote, durationMs }: { quantityBase: string; priceQuote: string; durationMs: number },
  { minNotionalQuote, minQuantityBase }: Instrument,
): number {
  const byTime = Math.max(2, Math.ceil(durationMs / SLICE_EVERY_MS));
  const times = (whole: Big, minimum: string) =>
    Number(minimum) > 0 ? Math.floor(Number(whole) / (Number(minimum) * SLICE_MINIMUM_TIMES)) : MAX_SLICES;
  const quantity = decimal(quantityBase);
  const bySize = Math.min(
    times(quantity.times(priceQuote), minNotionalQuote),
    times(quantity, minQuantityBase),
  );
  return Math.max(1, Math.min(byTime, bySize, MAX_SLICES));
}

/** Whether its order stands on the venue, as far as is known. */
export function isResting(status: IntentStatus): boolean {
  return status === 'acknowledged' || status === 'partially_filled';
}

export function filledOf(sent: readonly EntryOrder[]): Big {
  return sumDecimals(sent.map(({ order }) => order?.filledBase ?? '0'));
}

/** What of an entry the venue does not know of yet: it is neither filled nor resting there. */
export function unsentOf(entry: WorkingEntry, sent: readonly EntryOrder[]): Big {
  const onTheWay = sent.filter(({ intent: { status } }) => isResting(status) || OUTCOME_OPEN.has(status));
  const taken = onTheWay.map(({ intent, order }) =>
    decimal(intent.request.quantityBase).minus(order?.filledBase ?? '0'),
  );
  const left = decimal(entry.quantityBase).minus(filledOf(sent)).minus(sumDecimals(taken));
  return left.gt(0) ? left : decimal(0);
}

export function nextEntryStep(entry: WorkingEntry, facts: EntryFacts): EntryStep {
  const { sent, tradingMode, lastQuote } = facts;
  if (sent.some(({ intent }) => OUTCOME_OPEN.has(intent.status))) return { kind: 'wait' };
  const resting = sent.find(({ intent }) => isResting(intent.status));
  const why = whyOver(entry, facts);
  if (why !== null) return resting === undefined ? { kind: 'end', why } : { kind: 'withdraw', resting, why };
  if (tradingMode === null || lastQuote === null) return { kind: 'wait' };
  return entry.style === 'twap'
    ? nextSlice(entry, facts, lastQuote, resting)
    : nextRest(entry, facts, lastQuote, resting);
}

function whyOver(entry: WorkingEntry, facts: EntryFacts): string | null {
  const { sent, tradingMode, nowMs, positions } = facts;
  const filled = filledOf(sent);
  const told = `${decimalText(filled)} of ${entry.quantityBase} filled`;
  if (tradingMode !== null && tradingMode !== 'active') return `trading is ${tradingMode}; ${told}`;
  const { symbol, side } = entry.proposal;
  if (facts.atRisk?.sides.includes(side)) return `no new ${side}: ${facts.atRisk.message}; ${told}`;
  const held = positions?.find((position) => position.symbol === symbol && position.side === side);
  if (filled.gt(0) && positions !== null && held === undefined) return `its position is closed; ${told}`;
  // A stop, a target or a person has taken some of it: what is held may be another position by now.
  if (held !== undefined && filled.gt(held.quantityBase)) return `its position has been reduced; ${told}`;
  if (filled.gt(0) && isTooSmall(decimal(entry.quantityBase).minus(filled), facts)) return told;
  if (nowMs >= entry.deadlineAtMs) return `its deadline has come; ${told}`;
  const turnedAway = sent.filter((one) => isTurnedAway(one, entry));
  if (turnedAway.length >= MAX_TURNED_AWAY)
    return `turned away ${turnedAway.length} times, last: ${turnedAway.at(-1)?.intent.reason}; ${told}`;
  return sent.length >= MAX_ORDERS ? `it has sent ${sent.length} orders; ${told}` : null;
}

/** Whether what is left cannot be sent any more. */
function isTooSmall(left: Big, { instrument, lastQuote }: EntryFacts): boolean {
  if (left.lt(instrument.minQuantityBase)) return true;
  return lastQuote !== null && left.times(lastQuote).lt(instrument.minNotionalQuote);
}

function nextRest(
  entry: WorkingEntry,
  facts: EntryFacts,
  lastQuote: DecimalText,
  resting: EntryOrder | undefined,
): EntryStep {
  const { sent, nowMs } = facts;
  const newest = sent.at(-1);
  const take: EntryTake = {
    quantityBase: decimalText(decimal(entry.quantityBase).minus(filledOf(sent))),
    priceQuote: restPrice(entry, facts, lastQuote),
    timeInForce: 'post_only',
  };
  if (resting !== undefined) {
    const hasRested = nowMs - resting.intent.createdAtMs >= RESTS_AT_LEAST_MS;
    return hasRested && isLeftBehind(resting, take.priceQuote, entry)
      ? { kind: 'follow', resting, ...take }
      : { kind: 'wait' };
  }
  const isPaused =
    newest !== undefined &&
    isTurnedAway(newest, entry) &&
    nowMs - newest.intent.updatedAtMs < TURNED_AWAY_PAUSE_MS;
  return isPaused ? { kind: 'wait' } : { kind: 'send', ...take };
}

/** Rejected, or taken off the book by somebody else than us; a slice ends by itself. */
function isTurnedAway({ intent, order }: EntryOrder, { style }: WorkingEntry): boolean {
  if (intent.status === 'rejected') return true;
  const isTaken = style === 'limit' && intent.status === 'cancelled' && order !== null;
  return isTaken && intent.reason?.startsWith(WITHDRAWN) !== true;
}

/** The last price, a tick further off for each order that could not rest there, and never past the reach. */
function restPrice(entry: WorkingEntry, { sent, instrument }: EntryFacts, lastQuote: string): DecimalText {
  const { proposal } = entry;
  const isLong = proposal.side === 'long';
  const { tickSizeQuote } = instrument;
  const turnedAway = sent.filter((one) => isTurnedAway(one, entry)).length;
  const back = decimal(tickSizeQuote).times(isLong ? -turnedAway : turnedAway);
  const wanted = roundToStep(decimal(lastQuote).plus(back), tickSizeQuote, isLong ? 'down' : 'up');
  const reach = decimal(reachPrice(proposal, tickSizeQuote));
  const isPast = isLong ? wanted.gt(reach) : wanted.lt(reach);
  return decimalText(isPast ? reach : wanted);
}

function isLeftBehind({ intent }: EntryOrder, wantedQuote: string, { proposal }: WorkingEntry): boolean {
  const rests = decimal(intent.request.priceQuote ?? wantedQuote);
  const gap = decimal(wantedQuote)
    .minus(rests)
    .times(proposal.side === 'long' ? 1 : -1);
  return gap.gte(rests.times(decimal(FOLLOW_AFTER_FRACTION)));
}

function nextSlice(
  entry: WorkingEntry,
  { sent, nowMs, instrument }: EntryFacts,
  lastQuote: DecimalText,
  resting: EntryOrder | undefined,
): EntryStep {
  if (resting !== undefined) return { kind: 'wait' };
  const { startedAtMs, deadlineAtMs, slices, proposal } = entry;
  const slotMs = (deadlineAtMs - startedAtMs) / slices;
  const slot = Math.min(slices - 1, Math.floor((nowMs - startedAtMs) / slotMs));
  const newest = sent.at(-1)?.intent;
  if (newest !== undefined && newest.createdAtMs >= startedAtMs + slot * slotMs) return { kind: 'wait' };
  const left = decimal(entry.quantityBase).minus(filledOf(sent));
  const share = divideDecimals(left, decimal(slices - slot), 18, 'down');
  return {
    kind: 'send',
    quantityBase: decimalText(roundToStep(share, instrument.quantityStepBase, 'down')),
    priceQuote: reachPrice({ side: proposal.side, entryPriceQuote: lastQuote }, instrument.tickSizeQuote),
    timeInForce: 'ioc',
  };
}
