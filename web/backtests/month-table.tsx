import type { MonthlyReturn } from '#domain/backtest.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Panel } from '../ui/panel.tsx';
import { Change } from './backtest-words.tsx';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface YearRow {
  readonly year: number;
  readonly months: readonly MonthlyReturn[];
}

const COLUMNS: readonly Column<YearRow>[] = [
  {
    label: 'Year',
    bare: true,
    span: 3,
    cell: ({ year }) => <strong className="font-semibold">{year}</strong>,
  },
  ...MONTHS.map((label, at) => ({
    label,
    align: 'end' as const,
    cell: ({ months }: YearRow) => <Month found={months.find(({ month }) => month === at + 1)} />,
  })),
  { label: 'All', align: 'end', cell: ({ months }) => <Change fraction={togetherOf(months)} /> },
];

/** A row for each year: its months, with the trades closed in each, and what they come to together. */
export function MonthTable({ months }: { months: readonly MonthlyReturn[] }) {
  const years = [...new Set(months.map(({ year }) => year))];
  const rows = years.map((year) => ({ year, months: months.filter((month) => month.year === year) }));
  return (
    <Panel title="Month by month" note="return of equity, and trades closed; a month may be walked in part">
      <DataTable
        caption="Returns by month"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ year }) => String(year)}
      />
    </Panel>
  );
}

function Month({ found }: { found: MonthlyReturn | undefined }) {
  if (found === undefined) return <span className="text-faint">–</span>;
  return (
    <>
      <Change fraction={found.returnFraction} />
      <span className="block text-muted text-xs">{found.trades} closed</span>
    </>
  );
}

function togetherOf(months: readonly MonthlyReturn[]): number {
  return months.reduce((worth, { returnFraction }) => worth * (1 + (returnFraction ?? 0)), 1) - 1;
}
