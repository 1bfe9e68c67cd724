import type { QTableScore } from '#domain/q-table.ts';
import { Change } from '../backtests/backtest-words.tsx';
import { formatPercent } from '../format/number.ts';
import { formatDate } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';

/** A ratio, or N/A where it says nothing. */
export function Figure({ value }: { value: number | null }) {
  return value === null ? <span className="text-muted">N/A</span> : value.toFixed(2).replace('-', '−');
}

/** The return with the trades it rests on. */
export function ScoreWords({ score: { returnFraction, trades } }: { score: QTableScore }) {
  return (
    <>
      <Change fraction={returnFraction} />
      <span className="block text-muted text-xs">{plural(trades, 'trade')}</span>
    </>
  );
}

interface ScoreRow {
  readonly name: string;
  readonly of: (score: QTableScore) => React.ReactNode;
}

const share = (fraction: number | null) => (fraction === null ? 'N/A' : formatPercent(fraction));

const ROWS: readonly ScoreRow[] = [
  { name: 'Span', of: ({ fromMs, toMs }) => `${formatDate(fromMs)} to ${formatDate(toMs)}` },
  { name: 'Trades', of: ({ trades }) => trades },
  { name: 'Return', of: ({ returnFraction }) => <Change fraction={returnFraction} /> },
  { name: 'Holding instead', of: ({ holdReturnFraction }) => <Change fraction={holdReturnFraction} /> },
  { name: 'Win rate', of: ({ winRateFraction }) => share(winRateFraction) },
  { name: 'Profit factor', of: ({ profitFactor }) => <Figure value={profitFactor} /> },
  { name: 'Sharpe', of: ({ sharpe }) => <Figure value={sharpe} /> },
  { name: 'Deepest fall', of: ({ maxDrawdownFraction }) => share(maxDrawdownFraction) },
  { name: 'Costs', of: ({ costsFraction }) => share(costsFraction) },
  { name: 'Funding paid', of: ({ fundingFraction }) => share(fundingFraction) },
  { name: 'Time in a position', of: ({ exposureFraction }) => share(exposureFraction) },
  { name: 'Bars with support', of: ({ supportedFraction }) => share(supportedFraction) },
];

/** What its advice would have come to where it learned and where it did not. */
export function ScoreTable({ scores }: { scores: { inSample: QTableScore; outOfSample: QTableScore } }) {
  const columns: Column<ScoreRow>[] = [
    { label: 'Figure', bare: true, cell: ({ name }) => <span className="text-muted">{name}</span> },
    { label: 'In sample', align: 'end', cell: ({ of }) => of(scores.inSample) },
    { label: 'Held out', align: 'end', cell: ({ of }) => of(scores.outOfSample) },
  ];
  return <DataTable caption="Scores" columns={columns} rows={ROWS} rowKey={({ name }) => name} />;
}
