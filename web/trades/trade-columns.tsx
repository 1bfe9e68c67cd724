import type { Trade } from '#domain/account.ts';
import type { DeskTrade } from '../api/types.ts';
import { formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { formatAge, formatDateTime } from '../format/time.ts';
import { baseName, ENDED_BY, fundingWords } from '../format/words.ts';
import { tradePath } from '../lineage/trade-path.ts';
import { Link } from '../router/link.tsx';
import { Amount } from '../ui/amount.tsx';
import type { Column } from '../ui/data-table.tsx';
import { RunLink } from '../ui/run-link.tsx';
import { SideBadge } from '../ui/side-badge.tsx';

/** What a trade was and came to, of whichever desk. */
export const TRADE_FIGURES: readonly Column<Trade>[] = [
  {
    label: 'Net',
    align: 'end',
    cell: (trade) => <Amount value={trade.netQuote} className="font-semibold" />,
  },
  { label: 'Size', align: 'end', cell: (trade) => formatQuantity(trade.quantityBase) },
  {
    label: 'Entry → exit',
    align: 'end',
    span: 2,
    cell: (trade) => `${formatPrice(trade.entryPriceQuote)} → ${formatPrice(trade.exitPriceQuote)}`,
  },
  { label: 'Fees paid', align: 'end', cell: (trade) => formatQuote(trade.feesQuote) },
  {
    label: 'Funding paid',
    align: 'end',
    cell: ({ fundingQuote }) => <span title={fundingWords(fundingQuote)}>{formatQuote(fundingQuote)}</span>,
  },
];

export const TRADE_COLUMNS: readonly Column<DeskTrade>[] = [
  {
    label: 'Symbol',
    bare: true,
    span: 2,
    cell: (trade) => (
      <span className="flex items-center gap-2">
        <Link
          to={`/?symbol=${encodeURIComponent(trade.symbol)}#chart`}
          title={`Show the chart of ${baseName(trade.symbol)}`}
          className="font-semibold text-accent hover:underline"
        >
          {baseName(trade.symbol)}
        </Link>
        <SideBadge side={trade.side} leverage={trade.leverage} />
      </span>
    ),
  },
  ...TRADE_FIGURES,
  {
    label: 'Ended by',
    cell: (trade) => (
      <Link
        to={tradePath({ id: trade.tradeId, deskId: trade.deskId })}
        title="Where it came from"
        className="text-accent underline underline-offset-2"
      >
        {ENDED_BY[trade.exitReason]}
      </Link>
    ),
  },
  { label: 'Held', align: 'end', cell: (trade) => formatAge(trade.closedAtMs - trade.openedAtMs) },
  {
    label: 'Closed (market time)',
    align: 'end',
    span: 2,
    pinned: true,
    cell: (trade) => <span className="whitespace-nowrap">{formatDateTime(trade.closedAtMs)}</span>,
  },
];

/** With the runs behind each, where there is room for them. */
export const LINKED_TRADE_COLUMNS: readonly Column<DeskTrade>[] = [
  ...TRADE_COLUMNS,
  { label: 'Runs', align: 'end', span: 2, cell: (trade) => <Runs trade={trade} /> },
];

/** The runs behind a trade: the one that opened it, and the one whose order closed it where that is another. */
function Runs({ trade: { symbol, openedByRunId, closedByRunId } }: { trade: DeskTrade }) {
  const runs = [
    ...(openedByRunId === null ? [] : [{ runId: openedByRunId, word: 'opening' }]),
    ...(closedByRunId === null || closedByRunId === openedByRunId
      ? []
      : [{ runId: closedByRunId, word: 'closing' }]),
  ];
  if (runs.length === 0) return '–';
  return (
    <span className="inline-flex gap-2 whitespace-nowrap">
      {runs.map(({ runId, word }) => (
        <RunLink key={word} runId={runId} words={word} of={`a ${baseName(symbol)} trade`} />
      ))}
    </span>
  );
}
