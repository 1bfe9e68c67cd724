/** Whether entries were better than the same trades at other times: the same sides, holding times and costs, by lot. */
import type { RandomSource } from '#domain/ids.ts';
import type { Spread } from '#tools/performance/draw-vetoes.ts';

/** What holding came to, as sums from the first bar up to the open of each bar: one entry more than there are bars. */
export interface HoldingSums {
  /** Logarithm of the price over the first open. Over a hole in the candles nothing is added. */
  readonly logPrice: Float64Array;
  /** Paid by a long, and by a short, of a unit of notional. */
  readonly longFunding: Float64Array;
  readonly shortFunding: Float64Array;
}

export interface HeldTrade {
  readonly side: 'long' | 'short';
  /** From the open it was entered at to the one it was left at. */
  readonly bars: number;
  /** Its size in units of notional. */
  readonly units: number;
}

export interface EntryLuck {
  /** What the trades come to when they are reckoned as the draws are: from open to open. */
  readonly reckonedFraction: number;
  /** Over the draws, the middle 95 of 100. */
  readonly random: Spread;
  /**
   * How often entries by lot do at least as well; at least 1 in draws + 1, since what was measured is one of them.
   * @see B. Phipson and G. K. Smyth, Permutation P-values Should Never Be Zero, SAGMB 9/1 (2010).
   */
  readonly pValue: number;
}

export interface EntryLuckOptions {
  readonly draws: number;
  readonly random: RandomSource;
  /** Of the notional, for each side. */
  readonly costFraction: number;
}

/**
 * Puts the trades in another order at other times, none over another, the free bars between them dealt by lot.
 * `entryBars` are the bars the trades were really entered at, in the same order as `trades`. The same random numbers
 * give the same answer. O(draws × trades · log trades).
 * @throws RangeError when the trades overlap or reach beyond the bars, and without any
 */
export function entryLuck(
  trades: readonly HeldTrade[],
  entryBars: readonly number[],
  sums: HoldingSums,
  { draws, random, costFraction }: EntryLuckOptions,
): EntryLuck {
  const freeBars = sums.logPrice.length - 1 - trades.reduce((held, { bars }) => held + bars, 0);
  if (trades.length === 0 || freeBars < 0)
    throw new RangeError(
      `${trades.length} trades leave ${freeBars} bars free: give trades that do not overlap`,
    );
  const netAt = (trade: HeldTrade, bar: number) => netOf(trade, bar, sums, costFraction);
  const reckonedFraction = trades.reduce(
    (sum, trade, i) => sum + netAt(trade, entryBars[i] ?? Number.NaN),
    0,
  );
  if (Number.isNaN(reckonedFraction)) throw new RangeError('a trade reaches beyond the bars');
  const order = [...trades];
  const starts = new Float64Array(trades.length);
  const totals = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw += 1) {
    shuffle(order, random);
    for (let i = 0; i < starts.length; i += 1) starts[i] = Math.floor(random.next() * (freeBars + 1));
    starts.sort();
    let [heldBefore, sum] = [0, 0];
    order.forEach((trade, i) => {
      sum += netAt(trade, (starts[i] ?? 0) + heldBefore);
      heldBefore += trade.bars;
    });
    totals[draw] = sum;
  }
  const asGood = totals.reduce((count, one) => count + (one >= reckonedFraction - DUST ? 1 : 0), 0);
  return { reckonedFraction, random: spreadOf(totals), pValue: (asGood + 1) / (draws + 1) };
}

/** Sums of the same trades in another order differ by no more. */
const DUST = 1e-12;

/** After costs of both sides and funding; costs of the way out are of what the trade was worth there. */
function netOf(
  { side, bars, units }: HeldTrade,
  bar: number,
  { logPrice, longFunding, shortFunding }: HoldingSums,
  costFraction: number,
): number {
  const growth = Math.exp((logPrice[bar + bars] ?? Number.NaN) - (logPrice[bar] ?? Number.NaN));
  const funding = side === 'long' ? longFunding : shortFunding;
  const paid = (funding[bar + bars] ?? Number.NaN) - (funding[bar] ?? Number.NaN);
  const gross = side === 'long' ? growth - 1 : 1 - growth;
  return units * (gross - paid - costFraction * (1 + growth));
}

function shuffle(trades: HeldTrade[], random: RandomSource): void {
  for (let i = trades.length - 1; i > 0; i -= 1) {
    const other = Math.floor(random.next() * (i + 1));
    const [one, two] = [trades[i], trades[other]];
    if (one !== undefined && two !== undefined) [trades[i], trades[other]] = [two, one];
  }
}

function spreadOf(values: Float64Array): Spread {
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { mean: values.reduce((sum, one) => sum + one, 0) / values.length, low: at(0.025), high: at(0.975) };
}
