/** What a walk holds, has paid and has been paid: the arithmetic of fills, round trips and costs, one row for each change. */
import type { Held } from './strategy.ts';

export interface FillCosts {
  /** Of the worth of a fill, on each side. */
  readonly feeFraction: number;
  /** Of the price, against whoever trades. */
  readonly slippageFraction: number;
  /**
   * What one unit is: `base`, one of the coin whatever it costs; `quote`, as much of the coin as one of the quote currency
   * buys at the fill, so that profits are fractions of a unit and the years of a series weigh the same.
   */
  readonly unit: 'base' | 'quote';
}

/** Why a round trip ended, in the order of the numbers in `TradeColumns.exits`. */
export const EXITS = ['signal', 'stop', 'target', 'loss_limit'] as const;
export type Exit = (typeof EXITS)[number];

/** Round trips from flat to flat, oldest first. Prices are averages, in quote per base unit, slippage included. */
export interface TradeColumns {
  readonly count: number;
  readonly enteredAtBar: Float64Array;
  /** The bar of the fill that made it flat. */
  readonly leftAtBar: Float64Array;
  /** The most that was held; negative for a short. */
  readonly units: Float64Array;
  readonly entryQuote: Float64Array;
  readonly exitQuote: Float64Array;
  /** Worth of all that was bought into (or sold into, of a short), before fees. */
  readonly paidQuote: Float64Array;
  readonly feesQuote: Float64Array;
  /** Positive was paid, negative received. */
  readonly fundingQuote: Float64Array;
  /** After fees and funding. */
  readonly profitQuote: Float64Array;
  /** Indices of `EXITS`. */
  readonly exits: Float64Array;
}

/** What is there after each change; a row holds from the close of its bar until the next row. */
export interface LedgerColumns {
  readonly count: number;
  readonly bar: Float64Array;
  /** All that was received less all that was paid, from 0. */
  readonly cashQuote: Float64Array;
  /** Signed, in base units. */
  readonly base: Float64Array;
}

const TRADE_KEYS = [
  'enteredAtBar',
  'leftAtBar',
  'units',
  'entryQuote',
  'exitQuote',
  'paidQuote',
  'feesQuote',
  'fundingQuote',
  'profitQuote',
  'exits',
] as const satisfies readonly (keyof TradeColumns)[];
const LEDGER_KEYS = ['bar', 'cashQuote', 'base'] as const satisfies readonly (keyof LedgerColumns)[];

type Rows<Key extends string> = Readonly<Record<Key, number[]>>;

export interface WalkBook extends Held {
  units: number;
  entryQuote: number;
  /** Signed. */
  base: number;
  cashQuote: number;
  /** Of the round trip that is open: */
  enteredAtBar: number;
  cashBeforeQuote: number;
  peakUnits: number;
  boughtBase: number;
  paidQuote: number;
  soldBase: number;
  soldQuote: number;
  feesQuote: number;
  fundingQuote: number;
  readonly costs: FillCosts;
  readonly trades: Rows<(typeof TRADE_KEYS)[number]>;
  readonly ledger: Rows<(typeof LEDGER_KEYS)[number]>;
}

export function createWalkBook(costs: FillCosts): WalkBook {
  return {
    units: 0,
    entryQuote: 0,
    base: 0,
    cashQuote: 0,
    enteredAtBar: 0,
    cashBeforeQuote: 0,
    peakUnits: 0,
    boughtBase: 0,
    paidQuote: 0,
    soldBase: 0,
    soldQuote: 0,
    feesQuote: 0,
    fundingQuote: 0,
    costs,
    trades: rowsOf(TRADE_KEYS),
    ledger: rowsOf(LEDGER_KEYS),
  };
}

/** Trades at about `priceQuote` until `target` units are held; through flat in two fills, the first ending its round trip. */
export function moveTo(book: WalkBook, target: number, priceQuote: number, bar: number, exit: Exit): void {
  if (book.units * target < 0) reduce(book, 0, priceQuote, bar, exit);
  if (Math.abs(target) > Math.abs(book.units)) increase(book, target, priceQuote, bar);
  else reduce(book, target, priceQuote, bar, exit);
  keepRow(book, bar);
}

/** Pays (positive) or receives (negative) what fell due on an open position. */
export function settleFunding(book: WalkBook, dueQuote: number, bar: number): void {
  book.cashQuote -= dueQuote;
  book.fundingQuote += dueQuote;
  keepRow(book, bar);
}

export function tradeColumnsOf({ trades }: WalkBook): TradeColumns {
  return { count: trades.exits.length, ...columnsOf(TRADE_KEYS, trades) };
}

export function ledgerColumnsOf({ ledger }: WalkBook): LedgerColumns {
  return { count: ledger.bar.length, ...columnsOf(LEDGER_KEYS, ledger) };
}

function increase(book: WalkBook, target: number, priceQuote: number, bar: number): void {
  const { costs } = book;
  const side = Math.sign(target);
  if (book.units === 0) beginTrip(book, bar);
  const fillQuote = priceQuote * (1 + side * costs.slippageFraction);
  const units = Math.abs(target - book.units);
  const base = costs.unit === 'base' ? units : units / fillQuote;
  const worthQuote = base * fillQuote;
  book.base += side * base;
  book.units = target;
  if (Math.abs(target) > Math.abs(book.peakUnits)) book.peakUnits = target;
  book.boughtBase += base;
  book.paidQuote += worthQuote;
  const heldBefore = Math.abs(book.base) - base;
  book.entryQuote = (heldBefore * book.entryQuote + worthQuote) / (heldBefore + base);
  book.cashQuote -= side * worthQuote;
  payFee(book, worthQuote);
}

function reduce(book: WalkBook, target: number, priceQuote: number, bar: number, exit: Exit): void {
  const { costs } = book;
  const side = Math.sign(book.units);
  const fillQuote = priceQuote * (1 - side * costs.slippageFraction);
  const base = Math.abs(book.base) * (1 - target / book.units);
  const worthQuote = base * fillQuote;
  book.base = target === 0 ? 0 : book.base - side * base;
  book.units = target;
  book.soldBase += base;
  book.soldQuote += worthQuote;
  book.cashQuote += side * worthQuote;
  payFee(book, worthQuote);
  if (target === 0) endTrip(book, bar, exit);
}

function payFee(book: WalkBook, worthQuote: number): void {
  const feeQuote = worthQuote * book.costs.feeFraction;
  book.cashQuote -= feeQuote;
  book.feesQuote += feeQuote;
}

function beginTrip(book: WalkBook, bar: number): void {
  book.enteredAtBar = bar;
  book.cashBeforeQuote = book.cashQuote;
  book.peakUnits = 0;
  book.boughtBase = 0;
  book.paidQuote = 0;
  book.soldBase = 0;
  book.soldQuote = 0;
  book.feesQuote = 0;
  book.fundingQuote = 0;
}

function endTrip(book: WalkBook, bar: number, exit: Exit): void {
  const { trades } = book;
  trades.enteredAtBar.push(book.enteredAtBar);
  trades.leftAtBar.push(bar);
  trades.units.push(book.peakUnits);
  trades.entryQuote.push(book.paidQuote / book.boughtBase);
  trades.exitQuote.push(book.soldQuote / book.soldBase);
  trades.paidQuote.push(book.paidQuote);
  trades.feesQuote.push(book.feesQuote);
  trades.fundingQuote.push(book.fundingQuote);
  trades.profitQuote.push(book.cashQuote - book.cashBeforeQuote);
  trades.exits.push(EXITS.indexOf(exit));
  book.entryQuote = 0;
}

function keepRow({ ledger, cashQuote, base }: WalkBook, bar: number): void {
  ledger.bar.push(bar);
  ledger.cashQuote.push(cashQuote);
  ledger.base.push(base);
}

function rowsOf<Key extends string>(keys: readonly Key[]): Rows<Key> {
  return Object.fromEntries(keys.map((key) => [key, []])) as unknown as Rows<Key>;
}

function columnsOf<Key extends string>(keys: readonly Key[], rows: Rows<Key>): Record<Key, Float64Array> {
  return Object.fromEntries(keys.map((key) => [key, new Float64Array(rows[key])])) as Record<
    Key,
    Float64Array
  >;
}
