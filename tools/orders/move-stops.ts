/** Carries out the exit rules: the nearer stop is placed first, and custody then takes the old one away. */
import type { Position } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import type { ExitRules } from '../risk/exit-rules.ts';
import { type CustodyNote, custodyRunOf, tightenStop } from './custody.ts';
import { protects } from './custody-plan.ts';
import { nextStop } from './exit-moves.ts';
import { protectionOf } from './meant-protection.ts';
import type { SendingParts } from './send-intent.ts';

export interface MoveParts extends SendingParts {
  readonly deskId: string;
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  readonly exitRules: ExitRules;
}

interface Venue {
  readonly positions: readonly Position[];
  readonly openOrders: readonly Order[];
}

/** How often a move to one price is sent at once; one that is still refused is not repeated every second. */
const MOVE_ATTEMPTS = 3;
const TRY_AGAIN_AFTER_MS = MINUTE_MS;

/** Moves the stops of the positions in profit that custody has left as they are; `busy` are the symbols it has not. */
export async function moveStops(
  { positions, openOrders }: Venue,
  busy: ReadonlySet<MarketSymbol>,
  parts: MoveParts,
): Promise<CustodyNote[]> {
  const notes: CustodyNote[] = [];
  for (const position of positions) {
    if (busy.has(position.symbol) || !isInProfit(position)) continue;
    const note = await moveStop(position, openOrders, parts);
    if (note !== null) notes.push(note);
  }
  return notes;
}

async function moveStop(
  position: Position,
  openOrders: readonly Order[],
  parts: MoveParts,
): Promise<CustodyNote | null> {
  const own = openOrders.filter((order) => protects(order, position));
  const stopQuote = own.find(({ purpose }) => purpose === 'stop')?.triggerPriceQuote ?? null;
  const instrument = parts.instruments.get(position.symbol);
  // A trailing exit that a person has put beside the stop may rest for days.
  const isLeaving = own.some(({ purpose, type }) => purpose === 'exit' && type !== 'trailing_stop');
  if (stopQuote === null || instrument === undefined || isLeaving) return null;
  const stops = (await protectionOf(position, parts)).filter(({ request }) => request.purpose === 'stop');
  if (stops.some(isUnanswered)) return null;
  const firstStopQuote = stops.at(-1)?.request.triggerPriceQuote ?? stopQuote;
  const toQuote = nextStop({ position, stopQuote, firstStopQuote, instrument }, parts.exitRules);
  if (toQuote === null) return null;
  const earlier = stops.filter(
    ({ runId, request }) => runId === custodyRunOf(position) && request.triggerPriceQuote === toQuote,
  );
  if (earlier.length >= MOVE_ATTEMPTS && isRecent(earlier[0], parts)) return null;
  const occasion = `exit ${toQuote} ${earlier.length}`;
  return tightenStop(parts.deskId, position, { occasion, fromQuote: stopQuote, toQuote }, parts);
}

function isInProfit({ side, markPriceQuote, entryPriceQuote }: Position): boolean {
  const gained = decimal(markPriceQuote).minus(entryPriceQuote);
  return side === 'long' ? gained.gt(0) : gained.lt(0);
}

function isRecent(newest: OrderIntent | undefined, { clock }: MoveParts): boolean {
  return newest !== undefined && clock.nowMs() - newest.createdAtMs < TRY_AGAIN_AFTER_MS;
}

/** A second one beside a stop that may yet arrive would be one too many. */
function isUnanswered({ status }: OrderIntent): boolean {
  return status === 'sent' || status === 'unknown';
}
