import { useState } from 'react';
import type { QAction } from '#domain/signal.ts';
import type { QBucket, QState } from '../api/q-table-types.ts';
import { formatCount } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { bestOf, wordsOf } from './heat-cells.ts';
import { bucketLabel, valueWords } from './q-words.ts';

const AT_ONCE = 20;

interface StateTableProps {
  readonly states: readonly QState[];
  /** The cell they are of; null for all that are on the map. */
  readonly of: string | null;
  readonly buckets: readonly QBucket[];
  readonly actions: readonly QAction[];
  readonly minVisits: number;
  /** What all of them have in common, and need not be told of each. */
  readonly only: Readonly<Record<string, string>>;
}

/** The situations under the map with their exact visits and values, the most visited first. */
export function StateTable({ states, of, buckets, actions, minVisits, only }: StateTableProps) {
  const [count, setCount] = useState(AT_ONCE);
  const rows = states.toSorted((left, right) => right.visits - left.visits || left.index - right.index);
  if (rows.length === 0)
    return <EmptyState title="History never came there">Choose other values, or any.</EmptyState>;
  const columns: Column<QState>[] = [
    ...buckets
      .filter(({ name }) => only[name] === undefined)
      .map(({ name }) => ({
        label: bucketLabel(name),
        cell: ({ index }: QState) => wordsOf(index, buckets)[name],
      })),
    { label: 'Visits', align: 'end', cell: ({ visits }) => formatCount(visits) },
    ...actions.map((action, at) => ({
      label: action,
      align: 'end' as const,
      cell: ({ values }: QState) => valueWords(values[at] ?? null),
    })),
    {
      label: 'Advice',
      cell: ({ visits, values }) =>
        visits < minVisits ? (
          <span className="text-muted">no say</span>
        ) : (
          <strong>{actions[bestOf(values)]}</strong>
        ),
    },
  ];
  return (
    <section aria-label="Situations" className="border-line border-t">
      <p className="px-3 pt-3 text-muted text-xs">
        {plural(rows.length, 'situation')} {of === null ? 'on the map' : `of ${of}`}, most visited first.
        Values are learned rewards: fractions of a trade’s notional, after costs.
      </p>
      <DataTable
        caption="Situations with their visits and values"
        columns={columns}
        rows={rows.slice(0, count)}
        rowKey={({ index }) => String(index)}
      />
      {rows.length > count && (
        <div className="border-line border-t p-3 text-center">
          <Button onClick={() => setCount(count + 5 * AT_ONCE)}>
            Show more of {formatCount(rows.length)}
          </Button>
        </div>
      )}
    </section>
  );
}
