/** What a table's advice would have come to over a span, walked as a desk would: no exploring, no support, no advice. */
import { Q_LEAST_DAYS, Q_LEAST_TRADES, type QTableParameters, type QTableScore } from '#domain/q-table.ts';
import { DAY_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { bestAllowed, CLOSE, HOLD } from './actions.ts';
import { POSITION_SIDES } from './encode-state.ts';
import { BOOK, createBook, stepBook } from './position-book.ts';
import { type Stretch, stretchesOf, type TrainingSeries } from './training-series.ts';

export interface LearnedTable {
  readonly values: Float64Array;
  readonly visits: Uint32Array;
}

type ScoreTerms = Pick<QTableParameters, 'costFraction' | 'minVisits'>;

const DAYS_OF_YEAR = 365;

/** What the advice of one symbol's bars came to. */
interface Tally {
  bars: number;
  supported: number;
  held: number;
  readonly trades: number[];
  costs: number;
  funding: number;
}

/**
 * The symbols are walked side by side, each with a unit of its own, and must have bars of one width.
 * O(bars), one typed array as long as the span has bars.
 */
export function scoreTable(
  table: LearnedTable,
  series: readonly TrainingSeries[],
  span: TimeSpan,
  terms: ScoreTerms,
): QTableScore {
  const equity = createEquity(span, series[0]?.widthMs ?? DAY_MS);
  const tallies = series.map((one) => tallySymbol(table, one, stretchesOf(one, span), terms, equity));
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const trades = tallies.flatMap((tally) => tally.trades);
  const bars = sum((tally) => tally.bars);
  const enough = trades.length >= Q_LEAST_TRADES;
  const { days, maxDrawdownFraction } = summarise(equity);
  return {
    ...{ fromMs: Math.round(span.fromMs), toMs: Math.round(span.toMs), bars, trades: trades.length },
    returnFraction: enough ? total(trades) : null,
    winRateFraction: enough ? trades.filter((profit) => profit > 0).length / trades.length : null,
    profitFactor: enough ? profitFactorOf(trades) : null,
    sharpe: enough ? sharpeOf(days) : null,
    maxDrawdownFraction: enough ? maxDrawdownFraction : null,
    costsFraction: sum((tally) => tally.costs),
    fundingFraction: sum((tally) => tally.funding),
    exposureFraction: bars === 0 ? 0 : sum((tally) => tally.held) / bars,
    supportedFraction: bars === 0 ? 0 : sum((tally) => tally.supported) / bars,
    holdReturnFraction: holdReturn(series, span, terms.costFraction),
  };
}

/** A state without support advises nothing: what is held stays, what is not held is not opened. */
export function advisedAction(table: LearnedTable, state: number, side: number, minVisits: number): number {
  if (table.visits[state]! < minVisits) return HOLD;
  return bestAllowed(table.values, state, POSITION_SIDES[side] ?? 'none');
}

function tallySymbol(
  table: LearnedTable,
  series: TrainingSeries,
  stretches: readonly Stretch[],
  { costFraction, minVisits }: ScoreTerms,
  equity: Equity,
): Tally {
  const book = createBook();
  const tally: Tally = { bars: 0, supported: 0, held: 0, trades: [], costs: 0, funding: 0 };
  const paid = { costFraction, drawdownPenalty: 0, reward: 'realised' } as const;
  let standing = 0;
  for (const { from, to } of stretches)
    for (let i = from; i <= to - 2; i++) {
      const side = book[BOOK.side]!;
      const state = series.states[i]! * POSITION_SIDES.length + side;
      const isLast = i === to - 2;
      const action = isLast ? (side === 0 ? HOLD : CLOSE) : advisedAction(table, state, side, minVisits);
      const tradesBefore = book[BOOK.trades]!;
      stepBook(book, action, series, i + 1, paid);
      if (book[BOOK.trades]! > tradesBefore) tally.trades.push(book[BOOK.lastTrade]!);
      tally.bars += 1;
      if (table.visits[state]! >= minVisits) tally.supported += 1;
      if (book[BOOK.side] !== 0) tally.held += 1;
      const now = book[BOOK.realised]! + book[BOOK.open]!;
      equity.changes[Math.floor((series.openAtMs[i + 1]! - equity.fromMs) / equity.widthMs)]! +=
        now - standing;
      standing = now;
    }
  tally.costs = book[BOOK.costs]!;
  tally.funding = book[BOOK.funding]!;
  return tally;
}

/** How the equity of all symbols together changed in each bar of the span. */
interface Equity {
  readonly fromMs: number;
  readonly widthMs: number;
  readonly changes: Float64Array;
}

function createEquity({ fromMs, toMs }: TimeSpan, widthMs: number): Equity {
  return { fromMs, widthMs, changes: new Float64Array(Math.ceil((toMs - fromMs) / widthMs)) };
}

/** Its deepest fall, and its change on each UTC day. */
function summarise({ fromMs, widthMs, changes }: Equity) {
  const firstDay = Math.floor(fromMs / DAY_MS);
  const lastDay = Math.floor((fromMs + (changes.length - 1) * widthMs) / DAY_MS);
  const days = new Array<number>(Math.max(0, lastDay - firstDay + 1)).fill(0);
  let [equity, peak, maxDrawdownFraction] = [0, 0, 0];
  changes.forEach((change, bar) => {
    days[Math.floor((fromMs + bar * widthMs) / DAY_MS) - firstDay]! += change;
    equity += change;
    peak = Math.max(peak, equity);
    maxDrawdownFraction = Math.max(maxDrawdownFraction, peak - equity);
  });
  return { days, maxDrawdownFraction };
}

/** The mean over its sample deviation; null for too few days, and where nothing moved. */
function sharpeOf(days: readonly number[]): number | null {
  if (days.length < Q_LEAST_DAYS) return null;
  const mean = total(days) / days.length;
  const variance = days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / (days.length - 1);
  return variance > 0 ? (mean / Math.sqrt(variance)) * Math.sqrt(DAYS_OF_YEAR) : null;
}

function profitFactorOf(trades: readonly number[]): number | null {
  const lost = -total(trades.filter((profit) => profit < 0));
  return lost > 0 ? total(trades.filter((profit) => profit > 0)) / lost : null;
}

/** From the second bar's open, the first a decision could be filled at, to the last close. */
function holdReturn(series: readonly TrainingSeries[], span: TimeSpan, costFraction: number): number | null {
  const returns = series.flatMap((one) => {
    const stretches = stretchesOf(one, span);
    const [first, last] = [stretches[0], stretches.at(-1)];
    if (first === undefined || last === undefined) return [];
    const worth = one.close[last.to - 1]! / one.open[first.from + 1]!;
    return [worth - 1 - costFraction * (1 + worth)];
  });
  return returns.length === 0 ? null : total(returns) / returns.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
