import type { PastSignal } from '#domain/past-signal.ts';
import { formatPercent, formatPoints, formatPrice } from '../format/number.ts';
import { formatDateTime } from '../format/time.ts';
import { baseName, plural, spaced } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { Badge } from '../ui/badge.tsx';
import type { Column } from '../ui/data-table.tsx';
import { RunLink } from '../ui/run-link.tsx';
import { ACTION_TONES } from './board-words.ts';

export const SIGNAL_COLUMNS: readonly Column<PastSignal>[] = [
  {
    label: 'Symbol',
    bare: true,
    span: 2,
    cell: ({ symbol, action }) => (
      <span className="flex items-center gap-2">
        <Link
          to={`/?symbol=${encodeURIComponent(symbol)}#chart`}
          className="font-semibold text-accent hover:underline"
        >
          {baseName(symbol)}
        </Link>
        <Badge tone={ACTION_TONES[action]}>{action}</Badge>
      </span>
    ),
  },
  {
    label: 'Points',
    align: 'end',
    cell: ({ score, confidenceFraction }) => (
      <span className="whitespace-nowrap">
        {formatPoints(score)}{' '}
        <span className="text-muted text-xs">{formatPercent(confidenceFraction, { digits: 0 })}</span>
      </span>
    ),
  },
  {
    label: 'Votes',
    span: 3,
    cell: ({ points }) =>
      Object.entries(points)
        .map(([rule, count]) => `${spaced(rule)} ${formatPoints(count)}`)
        .join(', ') || 'none',
  },
  { label: 'Price', align: 'end', cell: ({ lastQuote }) => formatPrice(lastQuote) },
  { label: 'Regime', cell: ({ trend, volatility }) => `${trend}, ${volatility}` },
  {
    label: 'Spikes',
    cell: ({ spikes }) => (spikes === 0 ? 'none' : plural(spikes, 'spike')),
  },
  {
    label: 'Seen (market time)',
    align: 'end',
    span: 2,
    cell: ({ atMs }) => <span className="whitespace-nowrap">{formatDateTime(atMs)}</span>,
  },
  {
    label: 'Run',
    align: 'end',
    cell: ({ runId, symbol, atMs }) => (
      <RunLink runId={runId} of={`${baseName(symbol)} at ${formatDateTime(atMs)}`} />
    ),
  },
];
