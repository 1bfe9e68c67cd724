/** What a desk's last cycles add up to, in exact decimals. Looks at nothing but what it is given. */
import type { PositionSide } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText, divideDecimals, sumDecimals } from '#domain/decimal.ts';
import type { Feedback, PastTrade, PastTrading, TradeStreak, TradeTally } from '#domain/feedback.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type JudgeCut, tallyCuts } from './risk-cuts.ts';

const LAST_TRADES = 5;

/**
 * Win rates, profit factors and averages after fees and funding, over all, by side and by symbol; streaks; and what the
 * Risk agent's cuts saved or missed. The sums of the sides, and those of the symbols, are the sums over all, to the last
 * digit. `judge` says what a cut would have come to by now.
 */
export function assessFeedback({ cycles, trades }: PastTrading, judge: JudgeCut): Feedback {
  const newestFirst = trades.toSorted((left, right) => right.closedAtMs - left.closedAtMs);
  const ofSide = (side: PositionSide) => tallyTrades(newestFirst.filter((trade) => trade.side === side));
  return {
    cycles: cycles.length,
    sinceMs: cycles.length === 0 ? null : Math.min(...cycles.map(({ asOfMs }) => asOfMs)),
    total: tallyTrades(newestFirst),
    bySide: { long: ofSide('long'), short: ofSide('short') },
    bySymbol: tallySymbols(newestFirst),
    streak: newestStreak(newestFirst),
    longestLosingStreak: longestStreak(newestFirst, 'lost'),
    lastTrades: newestFirst.slice(0, LAST_TRADES),
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
