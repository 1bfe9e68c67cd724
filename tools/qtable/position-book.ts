/**
 * One position of one unit of notional, in a typed array, since it is stepped hundreds of millions of times. Training and
 * scoring walk with the same book, so a score means what was trained for.
 */
import type { QTableParameters } from '#domain/q-table.ts';
import { CLOSE, LONG, SHORT } from './actions.ts';
import type { TrainingSeries } from './training-series.ts';

/** What a book holds, by index. Sums are in fractions of the unit of notional. */
export const BOOK = {
  /** As in `POSITION_SIDES`: 0 none, 1 long, 2 short. */
  side: 0,
  entryQuote: 1,
  /** Sums over the book's life. */
  realised: 2,
  costs: 3,
  funding: 4,
  trades: 5,
  /** Of the open position: `realised` before its entry, its best mark and its deepest fall from that. */
  realisedBefore: 6,
  bestMark: 7,
  deepestFall: 8,
  /** Profit that is not realised yet, at the last close. */
  open: 9,
  /** Profit of the trade that was closed last, after its costs and funding. */
  lastTrade: 10,
} as const;
const BOOK_LENGTH = 11;

export type RewardTerms = Pick<QTableParameters, 'costFraction' | 'drawdownPenalty' | 'reward'>;

export function createBook(): Float64Array {
  return new Float64Array(BOOK_LENGTH);
}

/**
 * Fills an action at the open of bar `at`, walks the position through that bar, and gives the reward: the change of
 * profit after costs and funding, less the penalty on how much deeper the trade fell from its best mark. Profit is what
 * was realised; `marked` counts an open position at its mark as well, and over a whole trade comes to the same.
 * An action the position does not allow does nothing.
 */
export function stepBook(
  book: Float64Array,
  action: number,
  series: TrainingSeries,
  at: number,
  { costFraction, drawdownPenalty, reward }: RewardTerms,
): number {
  const before = book[BOOK.realised]!;
  const openBefore = book[BOOK.open]!;
  const deepestBefore = book[BOOK.side] === 0 ? 0 : book[BOOK.deepestFall]!;
  const fillQuote = series.open[at]!;
  if (book[BOOK.side] === 0) {
    if (action !== LONG && action !== SHORT) return 0;
    book[BOOK.side] = action === LONG ? 1 : 2;
    book[BOOK.entryQuote] = fillQuote;
    book[BOOK.realisedBefore] = before;
    book[BOOK.realised] = before - costFraction;
    book[BOOK.costs]! += costFraction;
    book[BOOK.bestMark] = 0;
    book[BOOK.deepestFall] = 0;
    book[BOOK.open] = 0;
  }
  if (action === CLOSE) closeBook(book, fillQuote, costFraction);
  else holdBar(book, series, at);
  const realised = book[BOOK.realised]! - before;
  const opened = reward === 'marked' ? book[BOOK.open]! - openBefore : 0;
  return realised + opened - drawdownPenalty * (book[BOOK.deepestFall]! - deepestBefore);
}

function closeBook(book: Float64Array, fillQuote: number, costFraction: number): void {
  const worth = fillQuote / book[BOOK.entryQuote]!;
  const direction = book[BOOK.side] === 1 ? 1 : -1;
  const cost = costFraction * worth;
  book[BOOK.realised]! += direction * (worth - 1) - cost;
  book[BOOK.costs]! += cost;
  book[BOOK.trades]! += 1;
  book[BOOK.lastTrade] = book[BOOK.realised]! - book[BOOK.realisedBefore]!;
  book[BOOK.side] = 0;
  book[BOOK.open] = 0;
}

function holdBar(book: Float64Array, series: TrainingSeries, at: number): void {
  const worth = series.close[at]! / book[BOOK.entryQuote]!;
  const isLong = book[BOOK.side] === 1;
  const funding = (isLong ? series.longFunding[at]! : series.shortFunding[at]!) * worth;
  book[BOOK.funding]! += funding;
  book[BOOK.realised]! -= funding;
  const open = isLong ? worth - 1 : 1 - worth;
  book[BOOK.open] = open;
  const mark = book[BOOK.realised]! - book[BOOK.realisedBefore]! + open;
  const best = Math.max(book[BOOK.bestMark]!, mark);
  book[BOOK.bestMark] = best;
  book[BOOK.deepestFall] = Math.max(book[BOOK.deepestFall]!, best - mark);
}
