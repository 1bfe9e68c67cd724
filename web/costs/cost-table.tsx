import type { CostGroup, CostItem } from '#domain/costs.ts';
import { formatCount } from '../format/number.ts';
import { Link } from '../router/link.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { countWords, itemName, itemTime, unknownWords, usdWords } from './cost-words.ts';

const HEADINGS: Record<CostGroup, string> = {
  day: 'UTC day',
  agent: 'Agent',
  model: 'Model',
  symbol: 'Symbol',
  trade: 'Entry',
};

export function CostTable({ by, items }: { by: CostGroup; items: readonly CostItem[] }) {
  if (items.length === 0)
    return (
      <EmptyState title={by === 'trade' ? 'No entry was placed in this span' : 'No call in this span'}>
        {by === 'trade'
          ? 'An entry appears with its share of what its cycle cost.'
          : 'Calls appear here as soon as an agent asks a model.'}
      </EmptyState>
    );
  return (
    <DataTable
      caption={`Model costs by ${by}`}
      columns={columnsOf(by)}
      rows={items}
      rowKey={({ key, trade }) => `${key} ${trade?.symbol ?? ''} ${trade?.placedAtMs ?? ''}`}
    />
  );
}

function columnsOf(by: CostGroup): readonly Column<CostItem>[] {
  const shared: readonly Column<CostItem>[] = [
    { label: 'Calls', align: 'end', cell: ({ calls }) => formatCount(calls) },
    { label: 'Taken again', align: 'end', cell: ({ cachedAnswers }) => formatCount(cachedAnswers) },
    { label: 'Tokens in', align: 'end', cell: ({ inputTokens }) => countWords(inputTokens) },
    { label: 'Tokens out', align: 'end', cell: ({ outputTokens }) => countWords(outputTokens) },
  ];
  if (by === 'trade') return [entry, share, ...shared];
  return [
    {
      label: HEADINGS[by],
      bare: true,
      cell: (item) => <strong className="font-semibold">{itemName(item)}</strong>,
    },
    {
      label: 'Cost',
      align: 'end',
      cell: (item) => <Cost usd={item.costUsd} unknown={item.unknown.costUsd} />,
    },
    ...shared,
    {
      label: 'Abstentions',
      align: 'end',
      cell: ({ abstentions }) => (abstentions === null ? '–' : formatCount(abstentions)),
    },
  ];
}

const entry: Column<CostItem> = {
  label: HEADINGS.trade,
  bare: true,
  span: 2,
  cell: (item) => (
    <span className="flex flex-col">
      <Link
        to={`/runs/${encodeURIComponent(item.key ?? '')}`}
        className="font-semibold text-accent underline underline-offset-2"
      >
        {itemName(item)}
      </Link>
      <span className="text-muted text-xs">{itemTime(item)}</span>
    </span>
  ),
};

const share: Column<CostItem> = {
  label: 'Its share',
  align: 'end',
  cell: ({ trade, unknown }) => <Cost usd={trade?.shareUsd ?? null} unknown={unknown.costUsd} />,
};

function Cost({ usd, unknown }: { usd: number | null; unknown: number }) {
  const words = usd === null ? null : unknownWords(unknown);
  return (
    <span className="inline-flex flex-col">
      <span className={usd === null ? 'text-watch' : ''}>{usdWords(usd)}</span>
      {words !== null && <span className="text-muted text-xs">{words}</span>}
    </span>
  );
}
