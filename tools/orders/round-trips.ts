import type { FundingPayment, PositionSide, Trade } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, divideDecimals } from '#domain/decimal.ts';
import type { Fill } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';

type Amount = ReturnType<typeof decimal>;

/** What of a fill counts for a trip: all of it, but for one that turns a position around. */
export interface TripFill {
  readonly fill: Fill;
  readonly quantityBase: DecimalText;
  readonly feeQuote: DecimalText;
  readonly realisedQuote: DecimalText;
}

/** What a trip is made of, oldest first: its sums are those of these, to the last digit. */
export interface TripParts {
  readonly fills: readonly TripFill[];
  readonly fundings: readonly FundingPayment[];
}

/** A closed round trip but for its leverage, which fills do not tell, with the fills that began and ended it. */
export interface RoundTrip extends TripParts {
  readonly trade: Omit<Trade, 'leverage'>;
  readonly opening: Fill;
  readonly closing: Fill;
}

/** A round trip that is not over, as far as it has come. */
export interface UnclosedTrip extends TripParts {
  readonly tradeId: string;
  readonly side: PositionSide;
  readonly openedAtMs: number;
}

export interface FoldedTrips {
  /** In the order in which they closed. */
  readonly closed: readonly RoundTrip[];
  /** At most one for a symbol. */
  readonly open: readonly UnclosedTrip[];
}

interface OpenTrip {
  readonly fills: TripFill[];
  readonly fundings: FundingPayment[];
  readonly tradeId: string;
  /** The fill that began it. */
  readonly opening: Fill;
  readonly side: PositionSide;
  readonly openedAtMs: number;
  held: Amount;
  opened: Amount;
  entryNotional: Amount;
  exitNotional: Amount;
  closed: Amount;
  gross: Amount;
  fees: Amount;
  funding: Amount;
}

/**
 * Folds fills, oldest first, and funding into closed round trips, in the order in which they closed; what is still open
 * gives none. Of one instant, funding counts before a fill. While nothing is held it counts for a trip that a liquidation
 * has just closed, since what that cost is booked a moment after it, or that opens and is liquidated in that very
 * instant, and else for none.
 * Sums are exact: over all trades and the open rest, gross, fees and funding equal those of the fills to the last digit.
 * A fill that turns a position around closes one trip and opens the next; its fee is split by quantity.
 */
export function foldRoundTrips(
  fills: readonly Fill[],
  fundings: readonly FundingPayment[],
): readonly RoundTrip[] {
  return foldTrips(fills, fundings).closed;
}

/** The same with what is still open. */
export function foldTrips(fills: readonly Fill[], fundings: readonly FundingPayment[]): FoldedTrips {
  const trips = new Map<MarketSymbol, OpenTrip>();
  const closed: RoundTrip[] = [];
  const liquidated = new Map<
    MarketSymbol,
    { readonly trip: OpenTrip; readonly last: Fill; readonly at: number }
  >();
  const payments = [...fundings].sort((left, right) => left.atMs - right.atMs);
  const unheld: FundingPayment[] = [];
  let paid = 0;

  function payUntil(untilMs: number): void {
    for (let next = payments[paid]; next !== undefined && next.atMs <= untilMs; next = payments[++paid]) {
      const open = trips.get(next.symbol);
      const before = liquidated.get(next.symbol);
      payFunding(open ?? before?.trip, next);
      if (open === undefined && before === undefined) unheld.push(next);
      if (open === undefined && before !== undefined)
        closed[before.at] = closedTrip(before.trip, before.last);
    }
  }

  for (const fill of fills) {
    payUntil(fill.atMs);
    const trip = trips.get(fill.symbol);
    const quantity = decimal(fill.quantityBase);
    const isClosing = trip !== undefined && trip.side !== sideOf(fill);
    if (!isClosing) {
      trips.set(
        fill.symbol,
        grow(trip ?? newTrip(fill, fill.fillId), quantity, fill, decimal(fill.feeQuote)),
      );
      continue;
    }
    const closing = quantity.gt(trip.held) ? trip.held : quantity;
    const closingFee = closing.eq(quantity)
      ? decimal(fill.feeQuote)
      : divideDecimals(decimal(fill.feeQuote).times(closing), quantity, 12);
    shrink(trip, closing, fill, closingFee);
    if (trip.held.gt(0)) continue;
    if (fill.purpose === 'liquidation') {
      for (const payment of unheld)
        if (payment.symbol === fill.symbol && payment.atMs === trip.openedAtMs) payFunding(trip, payment);
      liquidated.set(fill.symbol, { trip, last: fill, at: closed.length });
    } else liquidated.delete(fill.symbol);
    closed.push(closedTrip(trip, fill));
    trips.delete(fill.symbol);
    const rest = quantity.minus(closing);
    if (rest.gt(0)) {
      const turned = newTrip(fill, `${fill.fillId}-turned`);
      trips.set(fill.symbol, grow(turned, rest, fill, decimal(fill.feeQuote).minus(closingFee)));
    }
  }
  payUntil(Number.POSITIVE_INFINITY);
  return { closed, open: [...trips.values()].map(unclosedTrip) };
}

function payFunding(trip: OpenTrip | undefined, payment: FundingPayment): void {
  if (trip === undefined) return;
  trip.funding = trip.funding.plus(payment.amountQuote);
  trip.fundings.push(payment);
}

function newTrip(fill: Fill, tradeId: string): OpenTrip {
  const zero = decimal(0);
  return {
    ...{ fills: [], fundings: [] },
    tradeId,
    opening: fill,
    side: sideOf(fill),
    openedAtMs: fill.atMs,
    held: zero,
    opened: zero,
    entryNotional: zero,
    exitNotional: zero,
    closed: zero,
    gross: zero,
    fees: zero,
    funding: zero,
  };
}

function grow(trip: OpenTrip, quantity: Amount, fill: Fill, fee: Amount): OpenTrip {
  trip.held = trip.held.plus(quantity);
  trip.opened = trip.opened.plus(quantity);
  trip.entryNotional = trip.entryNotional.plus(quantity.times(fill.priceQuote));
  trip.fees = trip.fees.plus(fee);
  trip.fills.push(tripFill(fill, quantity, fee, '0'));
  return trip;
}

function shrink(trip: OpenTrip, quantity: Amount, fill: Fill, fee: Amount): void {
  trip.held = trip.held.minus(quantity);
  trip.closed = trip.closed.plus(quantity);
  trip.exitNotional = trip.exitNotional.plus(quantity.times(fill.priceQuote));
  trip.gross = trip.gross.plus(fill.realisedQuote);
  trip.fees = trip.fees.plus(fee);
  trip.fills.push(tripFill(fill, quantity, fee, fill.realisedQuote));
}

function tripFill(fill: Fill, quantity: Amount, fee: Amount, realisedQuote: DecimalText): TripFill {
  return { fill, quantityBase: decimalText(quantity), feeQuote: decimalText(fee), realisedQuote };
}

function unclosedTrip({ tradeId, side, openedAtMs, fills, fundings }: OpenTrip): UnclosedTrip {
  return { tradeId, side, openedAtMs, fills, fundings };
}

function closedTrip(trip: OpenTrip, last: Fill): RoundTrip {
  const trade = {
    tradeId: trip.tradeId,
    positionId: trip.tradeId,
    symbol: last.symbol,
    side: trip.side,
    quantityBase: decimalText(trip.closed),
    entryPriceQuote: decimalText(divideDecimals(trip.entryNotional, trip.opened, 12)),
    exitPriceQuote: decimalText(divideDecimals(trip.exitNotional, trip.closed, 12)),
    grossQuote: decimalText(trip.gross),
    feesQuote: decimalText(trip.fees),
    fundingQuote: decimalText(trip.funding),
    netQuote: decimalText(trip.gross.minus(trip.fees).minus(trip.funding)),
    openedAtMs: trip.openedAtMs,
    closedAtMs: last.atMs,
    exitReason: last.purpose === 'entry' ? ('external' as const) : last.purpose,
  };
  return { trade, opening: trip.opening, closing: last, fills: trip.fills, fundings: trip.fundings };
}

function sideOf(fill: Fill): PositionSide {
  return fill.side === 'buy' ? 'long' : 'short';
}
