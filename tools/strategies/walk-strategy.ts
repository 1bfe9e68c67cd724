/**
 * A strategy over a past, bar by bar: decided at the close, filled at the next open, after costs. Meant for sweeps: no
 * gate, no breaker, no other symbol and no account that runs dry, so what it tells is of the strategy alone; the desk's own
 * backtest (`server/backtest`) has the rest.
 */
import type { BarColumns, CandleSeries } from '#domain/candle.ts';
import type { StrategyParameters } from './parameter-range.ts';
import type { Decider, Strategy, StrategyLimits } from './strategy.ts';
import {
  createWalkBook,
  type Exit,
  type FillCosts,
  type LedgerColumns,
  ledgerColumnsOf,
  moveTo,
  settleFunding,
  type TradeColumns,
  tradeColumnsOf,
  type WalkBook,
} from './walk-book.ts';

/** What a long, and what a short, pays that is held from the open of the bar to the next one; fractions of its worth. */
export interface FundingColumns {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

export interface WalkOptions extends FillCosts {
  readonly funding: FundingColumns | null;
  /** Of the average entry, against the position; fires inside a bar at its price, or at the open that jumped over it. */
  readonly stopFraction: number | null;
  /** Of the average entry, for the position; fires inside a bar that did not reach the stop as well. */
  readonly targetFraction: number | null;
  /** The first bar it may decide on; later where the look-back is not full. */
  readonly from: number;
  /** The bar after the last one it sees. */
  readonly to: number;
}

export interface Walk {
  /** The bar of the first decision. */
  readonly from: number;
  readonly to: number;
  readonly trades: TradeColumns;
  readonly ledger: LedgerColumns;
  /** What is still held at the last close; not among the trades. */
  readonly open: OpenPosition | null;
  /** Where the limit of losses ended it; null where it did not. */
  readonly endedAtBar: number | null;
}

export interface OpenPosition {
  readonly units: number;
  readonly enteredAtBar: number;
  readonly entryQuote: number;
  /** At the last close, after the fees paid so far and before those of leaving. */
  readonly profitQuote: number;
}

const USUAL: Omit<WalkOptions, 'to'> = {
  ...{ feeFraction: 0, slippageFraction: 0, unit: 'base', funding: null },
  ...{ stopFraction: null, targetFraction: null, from: 0 },
};

/** @throws RangeError when the strategy asks for what is no number of units */
export function walkStrategy(
  strategy: Strategy,
  parameters: StrategyParameters,
  bars: CandleSeries,
  options: Partial<WalkOptions> = {},
): Walk {
  const from = Math.max(options.from ?? 0, strategy.lookBackBars(parameters) - 1);
  const decider = strategy.prepare(bars, parameters);
  return walkDecider(decider, bars, strategy.limits(parameters), { ...options, from });
}

/** As `walkStrategy`, of what is prepared already: the folds of a walk-forward share one. `from` has to be past the look-back. */
export function walkDecider(
  decider: Decider,
  bars: BarColumns,
  limits: StrategyLimits,
  chosen: Partial<WalkOptions>,
): Walk {
  const options: WalkOptions = { ...USUAL, to: bars.length, ...chosen };
  const book = createWalkBook(options);
  const { from, to } = options;
  const { open } = bars;
  const maxLossQuote = lossLimitQuote(limits, options.unit, open[from] ?? 0);
  const watches = watchesBars(options, limits);
  let endedAtBar: number | null = null;
  for (let bar = from; bar < to - 1; bar++) {
    const wanted = decider.decide(bar, book);
    const next = bar + 1;
    if (wanted !== book.units) {
      const target = allowedUnits(wanted, limits);
      if (target !== book.units) moveTo(book, target, open[next]!, next, 'signal');
    }
    if (!watches) continue;
    const isSpent = book.units !== 0 && liveThrough(book, bars, next, options, maxLossQuote);
    // Also where what it left at an open had jumped past the limit.
    if (isSpent || (book.units === 0 && book.cashQuote <= -maxLossQuote)) {
      endedAtBar = next;
      break;
    }
  }
  const trades = tradeColumnsOf(book);
  return { from, to, trades, ledger: ledgerColumnsOf(book), open: openOf(book, bars, to - 1), endedAtBar };
}

function watchesBars(
  { funding, stopFraction, targetFraction }: WalkOptions,
  limits: StrategyLimits,
): boolean {
  return [funding, stopFraction, targetFraction, limits.maxLossFraction].some((watched) => watched !== null);
}

function lossLimitQuote(limits: StrategyLimits, unit: WalkOptions['unit'], firstOpenQuote: number): number {
  if (limits.maxLossFraction === null) return Number.POSITIVE_INFINITY;
  return limits.maxLossFraction * limits.maxUnits * (unit === 'base' ? firstOpenQuote : 1);
}

function allowedUnits(wanted: number, { maxUnits }: StrategyLimits): number {
  if (Number.isNaN(wanted)) throw new RangeError('walkStrategy: the strategy wants NaN units');
  return Math.max(-maxUnits, Math.min(maxUnits, wanted));
}

/**
 * What falls due and what fires in a bar; whether it was the limit of losses. Who is stopped in it pays its funding like
 * who is not, and is paid none.
 */
function liveThrough(
  book: WalkBook,
  bars: BarColumns,
  bar: number,
  options: WalkOptions,
  maxLossQuote: number,
): boolean {
  const { funding } = options;
  const side = Math.sign(book.units);
  const dueFraction = funding === null ? 0 : (side > 0 ? funding.long : funding.short)[bar]!;
  if (dueFraction > 0) settle(book, bars, bar, dueFraction);
  const exit = firedIn(book, bars, bar, options, maxLossQuote);
  if (exit === null && dueFraction < 0) settle(book, bars, bar, dueFraction);
  return exit === 'loss_limit';
}

/** The stop first: which of a bar's prices came first nobody knows, so the worse one did. */
function firedIn(
  book: WalkBook,
  bars: BarColumns,
  bar: number,
  options: WalkOptions,
  maxLossQuote: number,
): Exit | null {
  const { stopFraction, targetFraction } = options;
  const side = Math.sign(book.units);
  const openQuote = bars.open[bar]!;
  const worstQuote = (side > 0 ? bars.low : bars.high)[bar]!;
  const bestQuote = (side > 0 ? bars.high : bars.low)[bar]!;
  const stopQuote = book.entryQuote * (1 - side * (stopFraction ?? Number.POSITIVE_INFINITY));
  const limitQuote = lossLimitPrice(book, maxLossQuote);
  const isLimitNearer = side * limitQuote >= side * stopQuote;
  const firesAtQuote = isLimitNearer ? limitQuote : stopQuote;
  if (side * worstQuote <= side * firesAtQuote) {
    const exit = isLimitNearer ? 'loss_limit' : 'stop';
    moveTo(
      book,
      0,
      side > 0 ? Math.min(openQuote, firesAtQuote) : Math.max(openQuote, firesAtQuote),
      bar,
      exit,
    );
    return exit;
  }
  const targetQuote = book.entryQuote * (1 + side * (targetFraction ?? Number.POSITIVE_INFINITY));
  if (side * bestQuote < side * targetQuote) return null;
  moveTo(
    book,
    0,
    side > 0 ? Math.max(openQuote, targetQuote) : Math.min(openQuote, targetQuote),
    bar,
    'target',
  );
  return 'target';
}

/** The price at which leaving, with all it costs, has lost what may be lost; out of reach where there is no limit. */
function lossLimitPrice({ cashQuote, base, costs }: WalkBook, maxLossQuote: number): number {
  const side = Math.sign(base);
  const kept = (1 - side * costs.slippageFraction) * (1 - side * costs.feeFraction);
  return (-maxLossQuote - cashQuote) / (base * kept);
}

function settle(book: WalkBook, { close }: BarColumns, bar: number, dueFraction: number): void {
  settleFunding(book, dueFraction * Math.abs(book.base) * close[bar]!, bar);
}

function openOf(book: WalkBook, { close }: BarColumns, lastBar: number): OpenPosition | null {
  if (book.units === 0) return null;
  const { units, enteredAtBar, entryQuote, cashQuote, cashBeforeQuote, base } = book;
  const profitQuote = cashQuote - cashBeforeQuote + base * close[lastBar]!;
  return { units, enteredAtBar, entryQuote, profitQuote };
}

/**
 * What the walk was up at each close from its first decision on, open positions marked at it, in quote currency from 0.
 * Entry 0 is bar `walk.from`.
 */
export function equityColumn({ from, to, ledger }: Walk, { close }: BarColumns): Float64Array {
  const equity = new Float64Array(Math.max(0, to - from));
  let row = -1;
  for (let i = 0; i < equity.length; i++) {
    while (row + 1 < ledger.count && ledger.bar[row + 1]! <= from + i) row += 1;
    equity[i] = row < 0 ? 0 : ledger.cashQuote[row]! + ledger.base[row]! * close[from + i]!;
  }
  return equity;
}
