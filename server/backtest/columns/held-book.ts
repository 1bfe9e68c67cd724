/** The paper account in plain numbers: what a bar may do to it, and what it is worth at a bar's close. */
import type { EpochMs } from '#domain/time.ts';
import { positionViews } from '#exchanges/paper/margin.ts';
import type { PaperBooks, PaperOrder } from '#exchanges/paper/paper-books.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { firstMoveProfit } from '#tools/columns/stop-moves.ts';
import { nextStop, type StopFacts } from '#tools/orders/exit-moves.ts';
import type { ExitRules } from '#tools/risk/exit-rules.ts';

/** A position with its stop and its target standing. */
export interface HeldPosition {
  /** Place of its symbol. */
  readonly at: number;
  /** 1 long, −1 short. */
  readonly side: 1 | -1;
  readonly quantityBase: number;
  readonly costQuote: number;
  readonly openedAtMs: EpochMs;
  /** A low at or under the one, or a high at or over the other, acts. */
  readonly floorQuote: number;
  readonly ceilingQuote: number;
  /** The open profit in quote for a unit from which its stop may have to move. */
  readonly movesFromQuote: number;
  readonly entryQuote: number;
  readonly stopFacts: StopFacts;
  readonly settlements: readonly FundingSettlement[];
  /** The next settlement it will pay. */
  nextSettlement: number;
}

export interface HeldBook {
  balanceQuote: number;
  readonly positions: readonly HeldPosition[];
  /** Whether something stands or goes on that every bar may move. */
  readonly isBusy: boolean;
  /** Whether custody is at work: a position is held that is not among these. */
  readonly isUnguarded: boolean;
}

export interface BookFacts {
  readonly placeOf: (symbol: string) => number;
  readonly settlementsOf: (symbol: string) => readonly FundingSettlement[];
  readonly instrumentOf: (symbol: string) => StopFacts['instrument'];
  /** The trigger of the position's first stop; null where nobody knows. */
  readonly firstStopOf: (positionId: string) => string | null;
  readonly exitRules: ExitRules;
  /** Whether entries go out over time. */
  readonly hasEntries: boolean;
}

export function heldBook(books: PaperBooks, facts: BookFacts): HeldBook {
  const views = positionViews(books);
  const positions = views.map((view) => heldPosition(view, books, facts));
  const guarded = new Set(views.map(({ symbol }) => symbol));
  const isUnguarded = positions.some((position) => position === null);
  const isBusy =
    isUnguarded ||
    facts.hasEntries ||
    books.working.some((order) => !isQuiet(order) || !guarded.has(order.symbol));
  return {
    balanceQuote: Number(books.balanceQuote),
    positions: positions.filter((position) => position !== null),
    ...{ isBusy, isUnguarded },
  };
}

/** Null where a stop or a target is missing: custody is at work. */
function heldPosition(
  view: ReturnType<typeof positionViews>[number],
  books: PaperBooks,
  facts: BookFacts,
): HeldPosition | null {
  const { symbol, side, entryPriceQuote, markPriceQuote } = view;
  const paper = books.positions[symbol];
  const own = books.working.filter((order) => order.symbol === symbol);
  const stop = own.find(({ purpose }) => purpose === 'stop')?.triggerPriceQuote ?? null;
  const target = own.find(({ purpose }) => purpose === 'target')?.triggerPriceQuote ?? null;
  const firstStop = facts.firstStopOf(view.positionId);
  if (paper === undefined || stop === null || target === null || firstStop === null) return null;
  const stopFacts: StopFacts = {
    ...{ position: { side, entryPriceQuote, markPriceQuote }, stopQuote: stop, firstStopQuote: firstStop },
    instrument: facts.instrumentOf(symbol),
  };
  const liquidation = paper.liquidationPriceQuote;
  const worst = side === 'long' ? 0 : Number.POSITIVE_INFINITY;
  const losing = [Number(stop), liquidation === null ? worst : Number(liquidation)];
  const settlements = facts.settlementsOf(symbol);
  const unpaid = settlements.findIndex(({ atMs }) => atMs > paper.fundedToMs);
  return {
    ...{ at: facts.placeOf(symbol), side: side === 'long' ? 1 : -1, settlements, stopFacts },
    ...{ quantityBase: Number(paper.quantityBase), costQuote: Number(paper.costQuote) },
    openedAtMs: paper.openedAtMs,
    floorQuote: side === 'long' ? Math.max(...losing) : Number(target),
    ceilingQuote: side === 'long' ? Number(target) : Math.min(...losing),
    movesFromQuote: firstMoveProfit(stopFacts, facts.exitRules),
    entryQuote: Number(entryPriceQuote),
    nextSettlement: unpaid < 0 ? settlements.length : unpaid,
  };
}

/** Only waits for its trigger, and stands where it was put. */
function isQuiet({ reduceOnly, triggered, triggerPriceQuote, trail }: PaperOrder): boolean {
  return reduceOnly && !triggered && triggerPriceQuote !== null && trail === undefined;
}

/** Open profit at a price. */
export function unrealisedOf({ side, quantityBase, costQuote }: HeldPosition, closeQuote: number): number {
  return side * (closeQuote * quantityBase - costQuote);
}

/** Whether the exit rules ask for another stop at this price. */
export function asksToMove(position: HeldPosition, closeQuote: number, rules: ExitRules): boolean {
  const { side, entryQuote, movesFromQuote, stopFacts } = position;
  if (!(side * (closeQuote - entryQuote) >= movesFromQuote)) return false;
  const marked = { ...stopFacts.position, markPriceQuote: String(closeQuote) };
  return nextStop({ ...stopFacts, position: marked }, rules) !== null;
}
