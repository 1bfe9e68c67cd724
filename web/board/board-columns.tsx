import type { BoardRow } from '#domain/board.ts';
import { formatPercent, formatPoints, formatPrice, toneOf } from '../format/number.ts';
import { baseName, spaced } from '../format/words.ts';
import { TONE_TEXT } from '../ui/amount.tsx';
import { Badge } from '../ui/badge.tsx';
import type { Column } from '../ui/data-table.tsx';
import { ACTION_TONES, adviceWords, spikeWords } from './board-words.ts';

/** The board's table; choosing a symbol shows its chart. */
export function boardColumns(onChoose: (symbol: string) => void): readonly Column<BoardRow>[] {
  return [
    {
      label: 'Symbol',
      bare: true,
      span: 2,
      sortBy: ({ symbol }) => symbol,
      cell: (row) => <SymbolCell row={row} onChoose={onChoose} />,
    },
    {
      label: 'Price',
      align: 'end',
      sortBy: ({ lastQuote }) => lastQuote,
      cell: ({ lastQuote }) => (lastQuote === null ? '–' : formatPrice(lastQuote)),
    },
    {
      label: '24 h',
      align: 'end',
      sortBy: ({ dayChangeFraction }) => dayChangeFraction,
      cell: ({ dayChangeFraction }) =>
        dayChangeFraction === null ? '–' : formatPercent(dayChangeFraction, { signed: true }),
    },
    {
      label: 'Points',
      align: 'end',
      sortBy: ({ score }) => score,
      cell: ({ score, action }) => (
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
          {score === null ? '–' : formatPoints(score)}
          {action && action !== 'hold' && <Badge tone={ACTION_TONES[action]}>{action}</Badge>}
        </span>
      ),
    },
    { label: 'Votes', span: 2, cell: (row) => <Votes row={row} /> },
    {
      label: 'Regime',
      sortBy: ({ regime }) => regime?.trend ?? null,
      cell: ({ regime }) => (regime === null ? '–' : `${regime.trend}, ${regime.volatility}`),
    },
    { label: 'Spikes', sortBy: ({ spikes }) => spikes.length, cell: ({ spikes }) => spikeWords(spikes) },
    {
      label: 'Q-advice',
      sortBy: ({ advice }) => advice?.visits ?? null,
      cell: ({ advice }) => <span title={advice?.reason}>{adviceWords(advice)}</span>,
    },
    {
      label: 'Rank',
      align: 'end',
      sortBy: ({ rank }) => (rank === null ? null : -rank),
      cell: ({ rank }) => rank ?? '–',
    },
    { label: 'Why', span: 3, cell: (row) => <Why row={row} /> },
  ];
}

interface SymbolCellProps {
  readonly row: BoardRow;
  readonly onChoose: (symbol: string) => void;
}

function SymbolCell({ row: { symbol, isHeld, isSubject }, onChoose }: SymbolCellProps) {
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <button
        type="button"
        title={`Show the chart of ${baseName(symbol)}`}
        onClick={() => onChoose(symbol)}
        className="rounded font-semibold text-accent hover:underline pointer-coarse:min-h-8"
      >
        {baseName(symbol)}
      </button>
      {isHeld && <Badge>held</Badge>}
      {isSubject && <Badge tone="accent">subject</Badge>}
    </span>
  );
}

function Votes({ row: { readings } }: { row: BoardRow }) {
  if (readings.length === 0) return 'none';
  return (
    <ul className="flex flex-wrap gap-x-2">
      {readings.map(({ rule, timeframe, points, evidence }) => (
        <li key={rule} title={evidence} className="whitespace-nowrap">
          <span className="text-muted">
            {spaced(rule)} {timeframe}
          </span>{' '}
          <span className={`font-medium ${TONE_TEXT[toneOf(points)]}`}>{formatPoints(points)}</span>
        </li>
      ))}
    </ul>
  );
}

function Why({ row: { why, words } }: { row: BoardRow }) {
  return (
    <span className="block min-w-52 max-w-prose">
      {words !== null && <span className="block">“{words}”</span>}
      <span className="text-muted">{why}</span>
    </span>
  );
}
