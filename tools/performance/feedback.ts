/** What a desk's last cycles add up to, in exact decimals. Looks at nothing but what it is given. */
import type { PositionSide } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, divideDecimals, sumDecimals } from '#domain/decimal.ts';
import type {
  Feedback,
  PastTrade,
  PastTrading,
  SymbolNet,
  TradeStreak,
  TradeTally,
} from '#domain/feedback.ts';
import type { HoldingTimes } from '#domain/figures.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { deepestFall, sharpeRatio, sortinoRatio } from './equity-figures.ts';
import { type JudgeCut, tallyCuts } from './risk-cuts.ts';

const LAST_TRADES = 5;

/**
 * Win rates, profit factors and averages after fees and funding, over all, by side and by symbol; streaks and holding
 * times; what the account's readings show; and what the Risk agent's cuts saved or missed. The sums of the sides, and those of the symbols, are the sums over all, to the last
 * digit. `judge` says what a cut would have come to by now.
 */
export function assessFeedback({ cycles, trades, equity }: PastTrading, judge: JudgeCut): Feedback {
  const newestFirst = trades.toSorted((left, right) => right.closedAtMs - left.closedAtMs);
  const bySymbol = tallySymbols(newestFirst);
  const seenFromMs = equity[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const tradesSeen = newestFirst.filter(({ closedAtMs }) => closedAtMs >= seenFromMs).length;
  const ofSide = (side: PositionSide) => tallyTrades(newestFirst.filter((trade) => trade.side === side));
  return {
    cycles: cycles.length,
    sinceMs: cycles.length === 0 ? null : Math.min(...cycles.map(({ asOfMs }) => asOfMs)),
    total: tallyTrades(newestFirst),
    bySide: { long: ofSide('long'), short: ofSide('short') },
    bySymbol,
    ...bestAndWorst(bySymbol),
    streak: newestStreak(newestFirst),
    longestLosingStreak: longestStreak(newestFirst, 'lost'),
    lastTrades: newestFirst.slice(0, LAST_TRADES),
    holding: holdingTimes(newestFirst),
    sharpe: sharpeRatio(equity, tradesSeen),
    sortino: sortinoRatio(equity, tradesSeen),
    maxDrawdown: deepestFall(equity),
    cuts: tallyCuts(cycles, judge),
  };
}

export function tallyTrades(trades: readonly PastTrade[]): TradeTally {
  const wins = trades.filter((trade) => outcomeOf(trade) === 'won');
  const losses = trades.filter((trade) => outcomeOf(trade) === 'lost');
  const sumOf = (part: 'grossQuote' | 'feesQuote' | 'fundingQuote' | 'netQuote', of = trades) =>
    sumDecimals(of.map((trade) => trade[part]));
  const lostQuote = sumOf('netQuote', losses).abs();
  return {
    trades: trades.length,
    won: wins.length,
    lost: losses.length,
    winRateFraction: trades.length === 0 ? null : wins.length / trades.length,
    profitFactor: lostQuote.eq(0) ? null : Number(divideDecimals(sumOf('netQuote', wins), lostQuote)),
    averageWinQuote: averageNet(wins),
    averageLossQuote: averageNet(losses),
    averageMarginReturnFraction: averageMarginReturn(trades),
    grossQuote: decimalText(sumOf('grossQuote')),
    feesQuote: decimalText(sumOf('feesQuote')),
    fundingQuote: decimalText(sumOf('fundingQuote')),
    netQuote: decimalText(sumOf('netQuote')),
  };
}

function averageNet(trades: readonly PastTrade[]): DecimalText | null {
  if (trades.length === 0) return null;
  const sum = sumDecimals(trades.map(({ netQuote }) => netQuote));
  return decimalText(divideDecimals(sum, decimal(trades.length)));
}

/** What was put in is the entry's notional over the leverage. A mean of ratios: a fraction, not money. */
function averageMarginReturn(trades: readonly PastTrade[]): number | null {
  if (trades.length === 0) return null;
  const returns = trades.map(
    ({ netQuote, entryPriceQuote, quantityBase, leverage }) =>
      (Number(netQuote) * leverage) / (Number(entryPriceQuote) * Number(quantityBase)),
  );
  return returns.reduce((sum, one) => sum + one, 0) / returns.length;
}

/** Of symbols that came to the same the more traded one, by the order of `bySymbol`. */
function bestAndWorst(bySymbol: ReadonlyMap<MarketSymbol, TradeTally>): Pick<Feedback, 'best' | 'worst'> {
  if (bySymbol.size < 2) return { best: null, worst: null };
  const ranked = [...bySymbol]
    .map(([symbol, { trades, netQuote }]): SymbolNet => ({ symbol, trades, netQuote }))
    .sort((left, right) => decimal(right.netQuote).cmp(left.netQuote));
  return { best: ranked[0] ?? null, worst: ranked.at(-1) ?? null };
}

export function tallySymbols(trades: readonly PastTrade[]): Map<MarketSymbol, TradeTally> {
  const symbols = [...new Set(trades.map(({ symbol }) => symbol))];
  const tallies = symbols.map(
    (symbol) => [symbol, tallyTrades(trades.filter((trade) => trade.symbol === symbol))] as const,
  );
  return new Map(
    tallies.sort(([left, one], [right, other]) => other.trades - one.trades || (left < right ? -1 : 1)),
  );
}

export function newestStreak(newestFirst: readonly Pick<PastTrade, 'netQuote'>[]): TradeStreak | null {
  const [newest] = newestFirst;
  if (newest === undefined) return null;
  const outcome = outcomeOf(newest);
  const end = newestFirst.findIndex((trade) => outcomeOf(trade) !== outcome);
  return { outcome, trades: end === -1 ? newestFirst.length : end };
}

/** The most trades in a row, in the order given, that all ended so. */
export function longestStreak(
  trades: readonly Pick<PastTrade, 'netQuote'>[],
  outcome: TradeStreak['outcome'],
): number {
  let longest = 0;
  let running = 0;
  for (const trade of trades) {
    running = outcomeOf(trade) === outcome ? running + 1 : 0;
    longest = Math.max(longest, running);
  }
  return longest;
}

function outcomeOf({ netQuote }: Pick<PastTrade, 'netQuote'>): TradeStreak['outcome'] {
  const net = decimal(netQuote);
  if (net.eq(0)) return 'even';
  return net.gt(0) ? 'won' : 'lost';
}

/** Null without a trade. */
export function holdingTimes(trades: readonly PastTrade[]): HoldingTimes | null {
  const times = trades.map(({ openedAtMs, closedAtMs }) => closedAtMs - openedAtMs).sort((a, b) => a - b);
  const [low, high] = [times[(times.length - 1) >> 1], times[times.length >> 1]];
  if (low === undefined || high === undefined) return null;
  return {
    meanMs: times.reduce((sum, time) => sum + time, 0) / times.length,
    medianMs: (low + high) / 2,
    longestMs: times.at(-1) ?? high,
  };
}
