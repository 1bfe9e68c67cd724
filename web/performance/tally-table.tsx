import type { TradeTally } from '#domain/feedback.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { Amount } from '../ui/amount.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

export interface TallyRow {
  readonly name: string;
  readonly tally: TradeTally;
}

interface TallyTableProps {
  readonly title: string;
  readonly note: string;
  /** What the rows are of: the heading of the first column. */
  readonly of: string;
  readonly rows: readonly TallyRow[];
}

/** Trades by one of their traits: each row with its count, so that a rate of two trades is seen as one. */
export function TallyTable({ title, note, of, rows }: TallyTableProps) {
  return (
    <Panel title={title} note={note}>
      {rows.length === 0 ? (
        <EmptyState title="No trade yet">A trade counts here when its position has been closed.</EmptyState>
      ) : (
        <DataTable caption={title} columns={columnsOf(of)} rows={rows} rowKey={({ name }) => name} />
      )}
    </Panel>
  );
}

function columnsOf(of: string): readonly Column<TallyRow>[] {
  return [
    { label: of, bare: true, cell: ({ name }) => <strong className="font-semibold">{name}</strong> },
    { label: 'Trades', align: 'end', cell: ({ tally }) => tally.trades },
    {
      label: 'Net',
      align: 'end',
      cell: ({ tally }) => <Amount value={tally.netQuote} className="font-semibold" />,
    },
    {
      label: 'Win rate',
      align: 'end',
      cell: ({ tally }) =>
        tally.winRateFraction === null ? '–' : formatPercent(tally.winRateFraction, { digits: 0 }),
    },
    {
      label: 'Profit factor',
      align: 'end',
      cell: ({ tally }) => (tally.profitFactor === null ? '–' : formatQuote(tally.profitFactor)),
    },
    {
      label: 'Average win',
      align: 'end',
      cell: ({ tally }) => (tally.averageWinQuote === null ? '–' : <Amount value={tally.averageWinQuote} />),
    },
    {
      label: 'Average loss',
      align: 'end',
      cell: ({ tally }) =>
        tally.averageLossQuote === null ? '–' : <Amount value={tally.averageLossQuote} />,
    },
    { label: 'Fees paid', align: 'end', cell: ({ tally }) => formatQuote(tally.feesQuote) },
    {
      label: 'Funding paid',
      align: 'end',
      cell: ({ tally }) => formatQuote(tally.fundingQuote),
    },
  ];
}
