import type { Difference } from '#domain/run-comparison.ts';
import { baseName } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { changeWords, fieldWords, valueWords } from './comparison-words.ts';

/** Each thing that was decided otherwise, in the order of the steps. */
export function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  const [first] = differences;
  const columns: readonly Column<Difference>[] = [
    {
      label: 'Step',
      bare: true,
      span: 2,
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-2">
          <strong className="font-semibold">{row.node}</strong>
          {row === first && <Badge tone="watch">first difference</Badge>}
        </span>
      ),
    },
    { label: 'Symbol', cell: ({ symbol }) => (symbol === null ? 'desk' : baseName(symbol)) },
    { label: 'What', cell: ({ field }) => fieldWords(field) },
    { label: 'Was', cell: ({ field, was }) => valueWords(field, was) },
    {
      label: 'Is',
      cell: (row) => {
        const change = changeWords(row);
        return (
          <span className="font-medium">
            {valueWords(row.field, row.is)}
            {change && <span className="ml-1.5 whitespace-nowrap text-muted text-xs">{change}</span>}
          </span>
        );
      },
    },
  ];
  return <DataTable caption="What differs" columns={columns} rows={differences} rowKey={keyOf} />;
}

function keyOf({ node, symbol, field, was, is }: Difference): string {
  return [node, symbol, field, was, is].join(' ');
}
