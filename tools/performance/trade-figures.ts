/** What closed round trips add up to, and how they came one after another. Exact sums, after fees and funding. */
import type { PastTrade } from '#domain/feedback.ts';
import type { TradeFigures } from '#domain/performance.ts';
import { HOUR_MS } from '#domain/time.ts';
import { holdingTimes, longestStreak, newestStreak, tallySymbols, tallyTrades } from './feedback.ts';

/** The sums over sides, over symbols and over hours are each the sum over all, to the last digit. O(trades · log trades). */
export function tradeFigures(trades: readonly PastTrade[]): TradeFigures {
  const newestFirst = trades.toSorted((left, right) => right.closedAtMs - left.closedAtMs);
  return {
    total: tallyTrades(newestFirst),
    bySide: (['long', 'short'] as const).map((side) => ({
      side,
      tally: tallyTrades(newestFirst.filter((trade) => trade.side === side)),
    })),
    bySymbol: [...tallySymbols(newestFirst)].map(([symbol, tally]) => ({ symbol, tally })),
    byHour: tallyHours(newestFirst),
    holding: holdingTimes(newestFirst),
    streak: newestStreak(newestFirst),
    longestWinningStreak: longestStreak(newestFirst, 'won'),
    longestLosingStreak: longestStreak(newestFirst, 'lost'),
  };
}

function tallyHours(trades: readonly PastTrade[]): TradeFigures['byHour'] {
  const byHour = new Map<number, PastTrade[]>();
  for (const trade of trades) {
    const hourUtc = Math.floor(trade.openedAtMs / HOUR_MS) % 24;
    byHour.set(hourUtc, [...(byHour.get(hourUtc) ?? []), trade]);
  }
  return [...byHour]
    .sort(([left], [right]) => left - right)
    .map(([hourUtc, own]) => ({ hourUtc, tally: tallyTrades(own) }));
}
