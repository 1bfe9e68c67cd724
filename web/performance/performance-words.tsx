import type { Drawdown, ReturnRatio } from '#domain/figures.ts';
import type { PerformanceReport } from '#domain/performance.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { formatAge, formatDateTime } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { Amount } from '../ui/amount.tsx';
import type { FigureCell } from '../ui/figure-grid.tsx';

const NOT_TOLD = 'N/A';

/** A ratio is one number among others: it says nothing alone, and it is not coloured. */
function ratio(value: number | null): string {
  return value === null ? NOT_TOLD : formatQuote(value);
}

export function tradeCount({ trades }: PerformanceReport): string {
  return plural(trades.total.trades, 'closed trade');
}

/** The six figures of the desk's panel; the page begins with them too. */
export function mainFigures(report: PerformanceReport): FigureCell[] {
  const { trades, sharpe, equity } = report;
  const { total } = trades;
  return [
    {
      label: 'Net, after fees and funding',
      value: <Amount value={total.netQuote} className="font-semibold" />,
      note: tradeCount(report),
    },
    {
      label: 'Win rate',
      value: total.winRateFraction === null ? NOT_TOLD : formatPercent(total.winRateFraction, { digits: 1 }),
      note: `${total.won} won, ${total.lost} lost`,
    },
    {
      label: 'Profit factor',
      value: ratio(total.profitFactor),
      note: profitFactorNote(total.trades, total.lost),
    },
    { label: 'Sharpe, a year', value: ratio(sharpe.ratio), note: sharpeNote(sharpe) },
    {
      label: 'Deepest fall of equity',
      value: equity === null ? NOT_TOLD : drawdownValue(equity.maxDrawdown),
      note: equity === null ? 'no reading of the account' : `over ${plural(equity.points, 'reading')}`,
    },
    {
      label: 'Longest losing streak',
      value: plural(trades.longestLosingStreak, 'trade'),
      note: trades.streak === null ? 'no trade yet' : `now ${trades.streak.trades} ${trades.streak.outcome}`,
    },
  ];
}

/** What else the page tells of the trades. */
export function tradeFigureCells({ trades, sharpe, sortino }: PerformanceReport): FigureCell[] {
  const { total, holding, longestWinningStreak } = trades;
  return [
    {
      label: 'Average win',
      value: total.averageWinQuote === null ? NOT_TOLD : <Amount value={total.averageWinQuote} />,
      note: `of ${plural(total.won, 'trade')}, after fees and funding`,
    },
    {
      label: 'Average loss',
      value: total.averageLossQuote === null ? NOT_TOLD : <Amount value={total.averageLossQuote} />,
      note: `of ${plural(total.lost, 'trade')}, after fees and funding`,
    },
    {
      label: 'Average over margin',
      value:
        total.averageMarginReturnFraction === null
          ? NOT_TOLD
          : formatPercent(total.averageMarginReturnFraction, { signed: true }),
      note: 'net of a trade, leverage counted',
    },
    {
      label: 'Sortino, a year',
      value: ratio(sortino.ratio),
      note: (sharpe.ratio === null ? null : sortino.reason) ?? 'by the days that fell alone',
    },
    { label: 'Before costs', value: <Amount value={total.grossQuote} />, note: 'gross, from prices alone' },
    { label: 'Fees paid', value: formatQuote(total.feesQuote) },
    {
      label: 'Funding paid',
      value: formatQuote(total.fundingQuote),
      note: '− where more was received',
    },
    {
      label: 'Held',
      value: holding === null ? NOT_TOLD : formatAge(holding.medianMs),
      note:
        holding === null
          ? 'no trade yet'
          : `median; mean ${formatAge(holding.meanMs)}, longest ${formatAge(holding.longestMs)}`,
    },
    { label: 'Longest winning streak', value: plural(longestWinningStreak, 'trade') },
  ];
}

function profitFactorNote(trades: number, lost: number): string {
  if (trades === 0) return 'no trade yet';
  return lost === 0 ? 'nothing was lost yet' : 'won over lost';
}

export function sharpeNote({ reason, days, trades }: ReturnRatio): string {
  return reason ?? `${plural(days, 'daily return')} × √365, riskless 0; ${plural(trades, 'trade')}`;
}

function drawdownValue(drawdown: Drawdown | null): string {
  return drawdown === null ? 'none' : `−${formatPercent(drawdown.fraction)}`;
}

export function drawdownWords(drawdown: Drawdown | null): string {
  if (drawdown === null) return 'equity has not fallen below an earlier peak';
  const { quote, peakAtMs, troughAtMs, recoveredAtMs } = drawdown;
  const end =
    recoveredAtMs === null ? 'not made up for yet' : `made up for by ${formatDateTime(recoveredAtMs)}`;
  return `fell ${formatQuote(quote)} from ${formatDateTime(peakAtMs)} to ${formatDateTime(troughAtMs)}, ${end}`;
}
