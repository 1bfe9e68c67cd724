import type { Account } from '#domain/account.ts';
import { formatQuote } from '../format/number.ts';
import { Amount } from '../ui/amount.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

interface Change {
  readonly label: string;
  /** Whether more of it is a gain; margin is neither good nor bad. */
  readonly isProfit: boolean;
  readonly before: string | null;
  readonly after: string | null;
}

const FIGURES = [
  { name: 'equityQuote', label: 'Equity', isProfit: true },
  { name: 'balanceQuote', label: 'Balance', isProfit: true },
  { name: 'unrealisedQuote', label: 'Unrealised', isProfit: true },
  { name: 'marginUsedQuote', label: 'Margin used', isProfit: false },
  { name: 'availableQuote', label: 'Available', isProfit: false },
] as const;

export function AccountChange({ before, after }: { before: Account | null; after: Account | null }) {
  const quote = after?.quote ?? before?.quote;
  return (
    <Panel title="Account before and after" note={quote}>
      {before === null && after === null ? (
        <EmptyState title="The account was not read" />
      ) : (
        <DataTable
          caption="Account before and after this run"
          columns={COLUMNS}
          rows={FIGURES.map(({ name, label, isProfit }) => ({
            label,
            isProfit,
            before: before?.[name] ?? null,
            after: after?.[name] ?? null,
          }))}
          rowKey={(row) => row.label}
        />
      )}
    </Panel>
  );
}

const COLUMNS: readonly Column<Change>[] = [
  {
    label: 'Figure',
    bare: true,
    span: 3,
    cell: (row) => <span className="font-medium">{row.label}</span>,
  },
  { label: 'Before', align: 'end', cell: (row) => amount(row.before) },
  { label: 'After', align: 'end', cell: (row) => amount(row.after) },
  {
    label: 'Change',
    align: 'end',
    cell: ({ before, after, isProfit }) => {
      if (before === null || after === null) return '–';
      const change = Number(after) - Number(before);
      return isProfit ? <Amount value={change} /> : formatQuote(change, { signed: true });
    },
  },
];

function amount(value: string | null): string {
  return value === null ? '–' : formatQuote(value);
}
