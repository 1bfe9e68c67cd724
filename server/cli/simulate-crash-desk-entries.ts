/** The desk's part of a drill's timeline: from what it stored, what it said, and what went over the wire to its venue. */
import type { StoredAudit, StoredFill, StoredRun } from '#db/repositories/desk-story.ts';
import { decimalText, sumDecimals } from '#domain/decimal.ts';
import type { OrderRequest } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import type { LaidEntry } from './simulate-crash-book.ts';
import type { Happening } from './simulate-crash-timeline.ts';
import type { SaidLine, VenueCall } from './simulate-crash-witness.ts';
import { assetText } from './simulate-crash-words.ts';

/** Refused by the gate, while the book was laid. */
export function deniedEntries(laid: readonly LaidEntry[], begunWallMs: EpochMs): Happening[] {
  return laid
    .filter(({ verdict }) => verdict.outcome === 'denied')
    .map(({ symbol, why, verdict }) => ({
      at: { wallMs: begunWallMs },
      what: 'denied',
      detail: `${why}: ${verdict.findings.map(({ message }) => message).join('; ')}`,
      facts: { symbol },
    }));
}

export function callEntries(calls: readonly VenueCall[]): Happening[] {
  const sent = new Map(
    calls.flatMap(({ request }) => (request ? [[request.clientOrderId, request] as const] : [])),
  );
  const stops = new Map<string, string>();
  return calls.flatMap((call) =>
    call.request === null
      ? cancelEntries(call, sent.get(call.clientOrderId))
      : [sentEntry(call, call.request, stops)],
  );
}

/** `stops`: where the newest stop of each position stands. */
function sentEntry(call: VenueCall, request: OrderRequest, stops: Map<string, string>): Happening {
  const { symbol, side, purpose, quantityBase, priceQuote, triggerPriceQuote, type } = request;
  const asset = assetText(symbol);
  const isProtective = purpose === 'stop' || purpose === 'target';
  const answer = call.failure ?? call.order?.status ?? 'no answer';
  const took = call.answeredWallMs === null ? null : call.answeredWallMs - call.sentWallMs;
  const facts = { symbol, purpose, clientOrderId: call.clientOrderId, answer, tookMs: took };
  const at = { wallMs: isProtective ? (call.answeredWallMs ?? call.sentWallMs) : call.sentWallMs };
  if (!isProtective) {
    const price = priceQuote === null ? type : `${type} ${priceQuote}`;
    return {
      at,
      what: `${purpose}_sent`,
      detail: `${side} ${quantityBase} ${asset} ${price}: ${answer}`,
      facts,
    };
  }
  const trigger = triggerPriceQuote ?? 'trailing';
  const whose = `${asset} ${side === 'sell' ? 'long' : 'short'}`;
  const key = `${purpose} ${whose}`;
  const before = stops.get(key);
  const isLive = call.failure === null && call.order !== null;
  if (isLive) stops.set(key, trigger);
  if (purpose === 'stop' && isLive && before !== undefined && isNearer(side, before, trigger)) {
    const moved = { ...facts, fromQuote: before, toQuote: trigger };
    return { at, what: 'stop_tightened', detail: `${whose}: ${before} → ${trigger}`, facts: moved };
  }
  return { at, what: `${purpose}_placed`, detail: `${whose} at ${trigger}: ${answer}`, facts };
}

/** A stop of a long sells, and is nearer the higher it is. */
function isNearer(side: OrderRequest['side'], from: string, to: string): boolean {
  const gained = Number(to) - Number(from);
  return side === 'sell' ? gained > 0 : gained < 0;
}

function cancelEntries(call: VenueCall, cancelled: OrderRequest | undefined): Happening[] {
  const { symbol, clientOrderId, sentWallMs, answeredWallMs, failure, order } = call;
  const purpose = cancelled?.purpose ?? order?.purpose ?? 'order';
  const price = cancelled?.priceQuote ?? cancelled?.triggerPriceQuote ?? null;
  const which = `${purpose} ${assetText(symbol)}${price === null ? '' : ` at ${price}`}`;
  const facts = { symbol, purpose, clientOrderId };
  const sent: Happening = { at: { wallMs: sentWallMs }, what: 'cancel_sent', detail: which, facts };
  if (answeredWallMs === null) return [sent];
  const took = answeredWallMs - sentWallMs;
  const answer = failure ?? order?.status ?? 'unknown';
  const what = failure === null ? 'cancel_acknowledged' : 'cancel_failed';
  const acknowledged = {
    at: { wallMs: answeredWallMs },
    what,
    detail: `${which}: ${answer}`,
    facts: { ...facts, tookMs: took },
  };
  // Of protection that has served, or gave way to a nearer stop, one line is enough.
  return purpose === 'entry' ? [sent, acknowledged] : [acknowledged];
}

const TRIP_WORDS = 'the breaker has tripped';

export function saidEntries(lines: readonly SaidLine[]): Happening[] {
  return lines
    .filter(({ level, message }) => level !== 'info' || message === TRIP_WORDS)
    .map(({ wallMs, message, fields }) => {
      const what = message === TRIP_WORDS ? 'trip_told' : 'desk_said';
      const reasons = messagesOf(fields.reasons);
      const told =
        reasons ??
        Object.entries(fields)
          .flatMap(([name, value]) => brief(name, value))
          .join(', ');
      return { at: { wallMs }, what, detail: told === '' ? message : `${message}: ${told}` };
    });
}

function brief(name: string, value: unknown): string[] {
  if (value instanceof Error) return [value.message];
  if (name === 'deskId' || name === 'recovery' || value === null || value === undefined) return [];
  if (typeof value === 'object') return [`${name} ${JSON.stringify(value).slice(0, 120)}`];
  return [`${name} ${String(value)}`];
}

function messagesOf(reasons: unknown): string | null {
  if (!Array.isArray(reasons)) return null;
  return reasons.map((reason: { message?: unknown }) => String(reason?.message ?? reason)).join('; ');
}

/** Every change the desk has written to its audit log; of a stored event with all that is in it. */
export function auditEntries(audits: readonly StoredAudit[]): Happening[] {
  return audits.map(({ atMs, actor, action, details }) => {
    const known = (details ?? {}) as Readonly<Record<string, unknown>>;
    const at = { wallMs: atMs };
    if (action === 'breaker.event')
      return { at, what: 'event_stored', detail: eventText(known), facts: { event: known } };
    const reason = messagesOf(known.reasons) ?? (typeof known.reason === 'string' ? known.reason : '');
    const to = typeof known.to === 'string' ? known.to : null;
    const ends = ENDS_WITH[String(known.endsBy)] ?? '';
    const change = to === null ? `by ${actor}` : `${to} by ${actor}${to === 'halted' ? ends : ''}`;
    const what =
      (action.startsWith('trading.') ? STATE_STORED[to ?? ''] : undefined) ?? action.replaceAll('.', '_');
    return { at, what, detail: reason === '' ? change : `${change}: ${reason}`, facts: { actor, action } };
  });
}

const ENDS_WITH: Readonly<Record<string, string>> = {
  person: ' until a person arms',
  recovery: ' until the market is back',
};

const STATE_STORED: Readonly<Record<string, string>> = {
  halted: 'halt_stored',
  reducing: 'reducing_stored',
  active: 'rearmed',
};

function eventText(event: Readonly<Record<string, unknown>>): string {
  const actions = Array.isArray(event.actions)
    ? (event.actions as { name?: unknown; detail?: unknown }[])
    : [];
  const done = actions.map(({ name, detail }) =>
    name === 'halted' ? 'halted' : `${String(name)} (${String(detail)})`,
  );
  const snapshot = Object.entries(event).find(
    ([name, value]) => /snapshot/i.test(name) && value != null,
  )?.[1];
  const id = typeof snapshot === 'string' ? ` ${snapshot}` : '';
  const parts = [messagesOf(event.reasons) || 'no new reason', done.join(', ') || 'no action'];
  if (snapshot !== undefined) parts.push(`with its snapshot${id}`);
  return `${String(event.level)}: ${parts.join('; ')}`;
}

/** What filled once time ran, one line for each order. */
export function fillEntries(fills: readonly StoredFill[], begunAtMs: EpochMs): Happening[] {
  const orders = new Map<string, StoredFill[]>();
  for (const fill of fills) {
    if (fill.atMs <= begunAtMs) continue;
    orders.set(fill.clientOrderId, [...(orders.get(fill.clientOrderId) ?? []), fill]);
  }
  return [...orders.values()].flatMap((parts) => {
    const last = parts.at(-1);
    if (last === undefined) return [];
    const { symbol, side, purpose, priceQuote, atMs } = last;
    const quantityBase = decimalText(sumDecimals(parts.map((part) => part.quantityBase)));
    const fees = sumDecimals(parts.map((part) => part.feeQuote));
    const gross = sumDecimals(parts.map((part) => part.realisedQuote));
    const realisedQuote = decimalText(gross.minus(fees).round(2));
    const result = purpose === 'entry' ? '' : `, ${realisedQuote} after its fee`;
    const detail = `${side} ${quantityBase} ${assetText(symbol)} at ${priceQuote}${result}`;
    const facts = { symbol, purpose, priceQuote, quantityBase, realisedQuote };
    return [{ at: { marketMs: atMs }, what: `${purpose}_filled`, detail, facts }];
  });
}

export function cycleEntries(runs: readonly StoredRun[]): Happening[] {
  return runs
    .filter(({ kind, finishedAtMs }) => kind === 'cycle' && finishedAtMs !== null)
    .map(({ runId, outcome, reason, level, finishedAtMs }) => ({
      at: { wallMs: finishedAtMs ?? 0 },
      what: 'cycle',
      detail: `${outcome ?? 'ended'}${level === null ? '' : ` at ${level}`}: ${reason ?? ''}`,
      facts: { runId, outcome, level },
    }));
}
