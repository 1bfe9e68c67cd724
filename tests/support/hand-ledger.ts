/**
 * A ledger kept by hand beside a desk: from quantities, prices, fee rates and funding rates alone it says what an account
 * must hold. It shares no arithmetic with what it checks; only where a venue has to round is its rounding repeated.
 */
import { Big } from 'big.js';

export interface LedgerFill {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly price: string;
  /** Who rested pays less. */
  readonly liquidity: 'maker' | 'taker';
  readonly atMs: number;
}

export interface LedgerFunding {
  readonly symbol: string;
  readonly rate: string;
  readonly mark: string;
}

/** A closed round trip in the words of `GET /api/trades`. */
export interface LedgerTrip {
  readonly symbol: string;
  readonly side: 'long' | 'short';
  readonly quantityBase: string;
  readonly entryPriceQuote: string;
  readonly exitPriceQuote: string;
  readonly grossQuote: string;
  readonly feesQuote: string;
  readonly fundingQuote: string;
  readonly netQuote: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
}

export interface LedgerTerms {
  readonly balance: string;
  readonly feeFractions: { readonly maker: string; readonly taker: string };
  /** Digits after the point to which the venue books a fee, a payment, and the cost of a part that is closed. */
  readonly places: { readonly fee: number; readonly funding: number; readonly cost: number };
}

/** One position: `quantity` and `cost` are those of what is still open, the rest belongs to the whole trip. */
interface Held {
  readonly isLong: boolean;
  readonly openedAtMs: number;
  quantity: Big;
  cost: Big;
  bought: Big;
  paidForIt: Big;
  sold: Big;
  gotForIt: Big;
  realised: Big;
  fees: Big;
  funding: Big;
}

/** Average prices and shares of a fee are told to this many digits. */
const TOLD_PLACES = 12;

export class HandLedger {
  readonly trips: LedgerTrip[] = [];
  readonly held = new Map<string, Held>();
  balance: Big;
  realised = new Big(0);
  fees = new Big(0);
  funding = new Big(0);
  private readonly terms: LedgerTerms;

  constructor(terms: LedgerTerms) {
    this.terms = terms;
    this.balance = new Big(terms.balance);
  }

  fill({ symbol, side, quantity, price, liquidity, atMs }: LedgerFill): void {
    const { feeFractions, places } = this.terms;
    const fee = round(new Big(quantity).times(price).times(feeFractions[liquidity]), places.fee);
    this.fees = this.fees.plus(fee);
    this.balance = this.balance.minus(fee);
    const isBuy = side === 'buy';
    const held = this.held.get(symbol);
    if (held === undefined || held.isLong === isBuy) {
      this.open(symbol, { isLong: isBuy, quantity: new Big(quantity), price, fee, atMs });
      return;
    }
    const closes = held.quantity.lt(quantity) ? held.quantity : new Big(quantity);
    const closingFee = closes.eq(quantity) ? fee : divided(fee.times(closes), quantity, TOLD_PLACES);
    this.close(symbol, held, { quantity: closes, price, fee: closingFee, atMs });
    const rest = new Big(quantity).minus(closes);
    if (rest.gt(0))
      this.open(symbol, { isLong: isBuy, quantity: rest, price, fee: fee.minus(closingFee), atMs });
  }

  /** With a positive rate a long pays. */
  pay({ symbol, rate, mark }: LedgerFunding): void {
    const held = this.held.get(symbol);
    if (held === undefined) return;
    const worth = held.quantity.times(mark).times(held.isLong ? 1 : -1);
    const amount = round(worth.times(rate), this.terms.places.funding);
    held.funding = held.funding.plus(amount);
    this.funding = this.funding.plus(amount);
    this.balance = this.balance.minus(amount);
  }

  /** What the open positions have won at these prices. */
  unrealised(markOf: (symbol: string) => string): Big {
    let sum = new Big(0);
    for (const [symbol, { isLong, quantity, cost }] of this.held) {
      const won = quantity.times(markOf(symbol)).minus(cost);
      sum = isLong ? sum.plus(won) : sum.minus(won);
    }
    return sum;
  }

  private open(
    symbol: string,
    { isLong, quantity, price, fee, atMs }: Leg & { readonly isLong: boolean },
  ): void {
    const held = this.held.get(symbol) ?? newTrip(isLong, atMs);
    const cost = quantity.times(price);
    held.quantity = held.quantity.plus(quantity);
    held.cost = held.cost.plus(cost);
    held.bought = held.bought.plus(quantity);
    held.paidForIt = held.paidForIt.plus(cost);
    held.fees = held.fees.plus(fee);
    this.held.set(symbol, held);
  }

  private close(symbol: string, held: Held, { quantity, price, fee, atMs }: Leg): void {
    const left = held.quantity.minus(quantity);
    const cost = left.eq(0)
      ? held.cost
      : divided(held.cost.times(quantity), held.quantity, this.terms.places.cost);
    const got = quantity.times(price);
    const realised = held.isLong ? got.minus(cost) : cost.minus(got);
    this.realised = this.realised.plus(realised);
    this.balance = this.balance.plus(realised);
    held.quantity = left;
    held.cost = held.cost.minus(cost);
    held.sold = held.sold.plus(quantity);
    held.gotForIt = held.gotForIt.plus(got);
    held.realised = held.realised.plus(realised);
    held.fees = held.fees.plus(fee);
    if (left.gt(0)) return;
    this.held.delete(symbol);
    this.trips.push(tripOf(symbol, held, atMs));
  }
}

interface Leg {
  readonly quantity: Big;
  readonly price: string;
  readonly fee: Big;
  readonly atMs: number;
}

function newTrip(isLong: boolean, openedAtMs: number): Held {
  const zero = new Big(0);
  const amounts = { quantity: zero, cost: zero, bought: zero, paidForIt: zero, sold: zero, gotForIt: zero };
  return { isLong, openedAtMs, ...amounts, realised: zero, fees: zero, funding: zero };
}

function tripOf(symbol: string, held: Held, closedAtMs: number): LedgerTrip {
  const { isLong, openedAtMs, realised, fees, funding } = held;
  return {
    symbol,
    side: isLong ? 'long' : 'short',
    quantityBase: text(held.sold),
    entryPriceQuote: text(divided(held.paidForIt, held.bought, TOLD_PLACES)),
    exitPriceQuote: text(divided(held.gotForIt, held.sold, TOLD_PLACES)),
    grossQuote: text(realised),
    feesQuote: text(fees),
    fundingQuote: text(funding),
    netQuote: text(realised.minus(fees).minus(funding)),
    openedAtMs,
    closedAtMs,
  };
}

export function inLedgerWords(trade: LedgerTrip): LedgerTrip {
  const { symbol, side, quantityBase, entryPriceQuote, exitPriceQuote, openedAtMs, closedAtMs } = trade;
  const { grossQuote, feesQuote, fundingQuote, netQuote } = trade;
  const told = { symbol, side, quantityBase, entryPriceQuote, exitPriceQuote, openedAtMs, closedAtMs };
  return { ...told, grossQuote, feesQuote, fundingQuote, netQuote };
}

export function text(amount: Big): string {
  const plain = amount.toFixed();
  return plain === '-0' ? '0' : plain;
}

function round(amount: Big, places: number): Big {
  return amount.round(places, Big.roundHalfUp);
}

function divided(amount: Big, by: Big | string, places: number): Big {
  const Exact = Big();
  Exact.DP = places;
  Exact.RM = Big.roundHalfUp;
  return new Big(new Exact(amount.toFixed()).div(new Exact(by)).toFixed());
}
