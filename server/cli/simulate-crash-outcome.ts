/** What a drill came to: how fast the desk was, which of the bounds a trip has to keep it kept, and what it cost. */
import type { StoredAudit, StoredFill } from '#db/repositories/desk-story.ts';
import type { Account, ProtectedPosition } from '#domain/account.ts';
import { sumDecimals } from '#domain/decimal.ts';
import { isOrderFinal } from '#domain/order.ts';
import type { EpochMs } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { FallMeasure } from './simulate-crash-falls.ts';
import type { MarketStory } from './simulate-crash-story.ts';
import type { SaidLine, VenueCall } from './simulate-crash-witness.ts';

export interface EquitySample {
  readonly atMs: EpochMs;
  readonly equityQuote: string;
}

export interface DrillEvidence {
  readonly story: MarketStory;
  readonly calls: readonly VenueCall[];
  readonly lines: readonly SaidLine[];
  readonly audits: readonly StoredAudit[];
  readonly fills: readonly Pick<StoredFill, 'clientOrderId' | 'quantityBase' | 'atMs'>[];
  /** When the wall came to an instant of market time. */
  readonly wallAt: (marketMs: EpochMs) => number | null;
  /** The account as the guard saw it, from the laid book to the end. */
  readonly equity: readonly EquitySample[];
  readonly account: Account | null;
  readonly positions: readonly ProtectedPosition[];
  readonly state: TradingState;
  /** When the price that tripped could be known; null where nothing tripped. */
  readonly crossedWallMs: number | null;
}

export interface Bound {
  readonly bound: string;
  /** Null where there was nothing to hold it by. */
  readonly held: boolean | null;
  readonly detail: string;
}

export interface DrillOutcome {
  /** Whether the desk was halted by the breaker. */
  readonly tripped: boolean;
  /** From the price that tripped, by the wall. */
  readonly toldAfterMs: number | null;
  readonly haltedAfterMs: number | null;
  readonly bounds: readonly Bound[];
  readonly deepestFalls: readonly FallMeasure[];
  readonly equity: {
    readonly quote: string | null;
    readonly beforeQuote: string | null;
    readonly afterQuote: string | null;
    /** Of the highest before it, as the guard saw it once a second. */
    readonly worstDrawdownFraction: number;
    readonly worstAtMs: EpochMs | null;
  };
  readonly left: {
    readonly positions: readonly ProtectedPosition[];
    readonly restingEntries: readonly string[];
  };
  readonly trading: TradingState;
}

const CANCEL_WITHIN_MS = 5_000;

export function outcomeOf(evidence: DrillEvidence): DrillOutcome {
  const { story, lines, audits, crossedWallMs, equity, account, positions, state } = evidence;
  const told = lines.find(({ message }) => message === 'the breaker has tripped')?.wallMs ?? null;
  const halts = haltsIn(audits);
  const halted = halts[0]?.fromWallMs ?? null;
  const since = (wallMs: number | null) =>
    wallMs === null || crossedWallMs === null ? null : Math.round(wallMs - crossedWallMs);
  return {
    tripped: halted !== null,
    toldAfterMs: since(told),
    haltedAfterMs: since(halted),
    bounds: [cancelBound(evidence, halted), orderBound(evidence, halts)],
    deepestFalls: story.deepest,
    equity: {
      quote: account?.quote ?? null,
      beforeQuote: equity[0]?.equityQuote ?? null,
      afterQuote: account?.equityQuote ?? equity.at(-1)?.equityQuote ?? null,
      ...worstDrawdown(equity),
    },
    left: {
      positions,
      restingEntries: restsOf(evidence)
        .filter(({ until }) => until === null)
        .map(({ id }) => id),
    },
    trading: state,
  };
}

interface Halt {
  readonly fromWallMs: number;
  /** Null while it lasts. */
  readonly untilWallMs: number | null;
}

/** When the desk was halted, as it was stored. */
function haltsIn(audits: readonly StoredAudit[]): Halt[] {
  const halts: Halt[] = [];
  for (const { details, atMs } of audits) {
    const to = (details as { to?: unknown } | null)?.to;
    const last = halts.at(-1);
    const lasts = last !== undefined && last.untilWallMs === null;
    if (to === 'halted' && !lasts) halts.push({ fromWallMs: atMs, untilWallMs: null });
    if (to === 'active' && lasts) halts[halts.length - 1] = { ...last, untilWallMs: atMs };
  }
  return halts;
}

interface Rest {
  readonly id: string;
  readonly fromWallMs: number;
  /** Null where it rests to the end. */
  readonly until: number | null;
}

/** The entries that stood on the venue after they were sent, and until when: cancelled by its own answer, or filled. */
function restsOf({ calls, fills, wallAt }: Pick<DrillEvidence, 'calls' | 'fills' | 'wallAt'>): Rest[] {
  const rests: Rest[] = [];
  for (const { clientOrderId: id, request, order, answeredWallMs, sentWallMs } of calls) {
    if (request?.purpose !== 'entry' || order === null || isOrderFinal(order.status)) continue;
    const cancelled = calls.find(
      (call) => call.kind === 'cancel' && call.clientOrderId === id && isOver(call),
    );
    const parts = fills.filter(({ clientOrderId }) => clientOrderId === id);
    const isFilled = sumDecimals(parts.map(({ quantityBase }) => quantityBase)).gte(request.quantityBase);
    const filledWallMs = isFilled ? wallAt(Math.max(...parts.map(({ atMs }) => atMs))) : null;
    const until = cancelled?.answeredWallMs ?? filledWallMs;
    rests.push({ id, fromWallMs: answeredWallMs ?? sentWallMs, until });
  }
  return rests;
}

function isOver({ order }: VenueCall): boolean {
  return order !== null && isOrderFinal(order.status);
}

function cancelBound(evidence: DrillEvidence, halted: number | null): Bound {
  const { crossedWallMs } = evidence;
  const bound = 'every resting entry is cancelled within 5 s of the price that trips';
  if (crossedWallMs === null || halted === null) return { bound, held: null, detail: 'nothing tripped' };
  const rests = restsOf(evidence).filter(
    ({ fromWallMs, until }) => fromWallMs <= halted && (until ?? halted) >= crossedWallMs,
  );
  if (rests.length === 0) return { bound, held: null, detail: 'nothing rested when the price crossed' };
  const open = rests.filter(({ until }) => until === null);
  if (open.length > 0)
    return { bound, held: false, detail: `${open.map(({ id }) => id).join(', ')} still rested at the end` };
  const lastMs = Math.max(...rests.map(({ until }) => (until ?? crossedWallMs) - crossedWallMs));
  const detail = `${rests.length} rested no more, the last after ${(lastMs / 1_000).toFixed(2)} s`;
  return { bound, held: lastMs <= CANCEL_WITHIN_MS, detail };
}

function orderBound({ calls }: DrillEvidence, halts: readonly Halt[]): Bound {
  const bound = 'nothing is opened while the desk is halted';
  if (halts.length === 0) return { bound, held: null, detail: 'nothing was halted' };
  const opened = calls.filter(
    ({ request, sentWallMs }) =>
      request?.reduceOnly === false &&
      halts.some(
        ({ fromWallMs, untilWallMs }) =>
          sentWallMs > fromWallMs && sentWallMs < (untilWallMs ?? Number.POSITIVE_INFINITY),
      ),
  );
  const detail =
    opened.length === 0
      ? 'no order that opens was sent'
      : opened.map(({ clientOrderId }) => clientOrderId).join(', ');
  return { bound, held: opened.length === 0, detail };
}

function worstDrawdown(equity: readonly EquitySample[]) {
  let peak = 0;
  let worst = { worstDrawdownFraction: 0, worstAtMs: null as EpochMs | null };
  for (const { atMs, equityQuote } of equity) {
    const now = Number(equityQuote);
    peak = Math.max(peak, now);
    const fraction = peak > 0 ? 1 - now / peak : 0;
    if (fraction > worst.worstDrawdownFraction) worst = { worstDrawdownFraction: fraction, worstAtMs: atMs };
  }
  return worst;
}
