/** What came of the desk's last cycles, as its agents read it. Coins by their base: no symbol here is there to be decided. */
import type { Feedback, PastTrade, SymbolNet, TradeTally } from '#domain/feedback.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { ageSeconds, amount, rounded, table } from './evidence-table.ts';

/** Totals, sides, the coins in question, streaks, the last trades, what the account shows, and what the Risk agent's cuts came to. */
export function feedbackText(feedback: Feedback, symbols: readonly MarketSymbol[], nowMs: EpochMs): string {
  return [tradesText(feedback, symbols, nowMs), accountText(feedback), cutsText(feedback)].join('\n');
}

function tradesText(feedback: Feedback, symbols: readonly MarketSymbol[], nowMs: EpochMs): string {
  const { cycles, sinceMs, total, bySide, bySymbol, streak, longestLosingStreak, lastTrades } = feedback;
  const { best, worst, holding } = feedback;
  const span = sinceMs === null ? '' : `, the oldest ${ageSeconds(sinceMs, nowMs)} s ago`;
  const heading = `cycles: ${cycles}${span}`;
  if (total.trades === 0 || streak === null) return `${heading}\n(no closed trades yet)`;
  const coins = [...bySymbol].filter(([symbol]) => symbols.includes(symbol));
  const tallies = table(
    [
      'closed trades',
      'count',
      'win rate (0..1)',
      'profit factor',
      'average win (quote)',
      'average loss (quote)',
      'fees (quote)',
      'funding paid (quote)',
      'net (quote)',
      'net over margin, mean',
    ],
    [
      tallyRow('all', total),
      tallyRow('long', bySide.long),
      tallyRow('short', bySide.short),
      ...coins.map(([symbol, tally]) => tallyRow(baseOf(symbol), tally)),
    ],
  );
  const streaks = `streak: ${streak.trades} ${streak.outcome} in a row; longest losing streak: ${longestLosingStreak}`;
  const coinsLine =
    best === null || worst === null ? [] : [`best coin: ${netText(best)}; worst: ${netText(worst)}`];
  const held = `held (s): ${Math.round((holding?.medianMs ?? 0) / 1_000)} median, ${Math.round((holding?.longestMs ?? 0) / 1_000)} longest`;
  return [heading, tallies, ...coinsLine, `${streaks}; ${held}`, lastTradesTable(lastTrades, nowMs)].join(
    '\n',
  );
}

function netText({ symbol, trades, netQuote }: SymbolNet): string {
  return `${baseOf(symbol)} ${amount(netQuote)} net of ${trades}`;
}

/** Ratios that would rest on too little are not told: a model would lean on them. */
function accountText({ sharpe, sortino, maxDrawdown }: Feedback): string {
  const days = `account, last 30 days: deepest fall ${maxDrawdown === null ? 'none' : `${rounded(maxDrawdown.fraction, 3)} of its peak`}`;
  if (sharpe.ratio === null && sortino.ratio === null) return `${days}; Sharpe and Sortino N/A`;
  const told = (ratio: number | null) => rounded(ratio, 3) ?? 'N/A';
  return `${days}; Sharpe ${told(sharpe.ratio)}, Sortino ${told(sortino.ratio)} for a year, of ${sharpe.days} daily returns`;
}

function tallyRow(name: string, tally: TradeTally) {
  return [
    name,
    tally.trades,
    rounded(tally.winRateFraction, 2),
    rounded(tally.profitFactor, 3),
    amount(tally.averageWinQuote),
    amount(tally.averageLossQuote),
    amount(tally.feesQuote),
    amount(tally.fundingQuote),
    amount(tally.netQuote),
    rounded(tally.averageMarginReturnFraction, 3),
  ];
}

function lastTradesTable(trades: readonly PastTrade[], nowMs: EpochMs): string {
  return table(
    ['last trades, newest first', 'side', 'net (quote)', 'held (s)', 'ended by', 'closed (s ago)'],
    trades.map(({ symbol, side, netQuote, openedAtMs, closedAtMs, exitReason }) => [
      baseOf(symbol),
      side,
      amount(netQuote),
      ageSeconds(openedAtMs, closedAtMs),
      exitReason,
      ageSeconds(closedAtMs, nowMs),
    ]),
  );
}

function cutsText({ cuts }: Feedback): string {
  if (cuts.refused + cuts.shrunk === 0) return 'cuts by the Risk agent: (none)';
  return table(
    [
      'Risk agent: refused',
      'shrunk',
      'decided since',
      'undecided',
      'losses saved (quote)',
      'gains missed (quote)',
      'saved less missed (quote)',
    ],
    [
      [
        cuts.refused,
        cuts.shrunk,
        cuts.decided,
        cuts.undecided,
        amount(cuts.savedQuote),
        amount(cuts.missedQuote),
        amount(cuts.netQuote),
      ],
    ],
  );
}
