import { useState } from 'react';
import type { ChartBars } from '#domain/chart-bars.ts';
import { formatPrice, formatQuantity } from '../format/number.ts';
import { formatDateTime } from '../format/time.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';

const ROWS = 20;

const COLUMNS: readonly Column<Row>[] = [
  { label: 'Opens (market time)', span: 3, cell: ({ openAtMs }) => formatDateTime(openAtMs) },
  ...(['open', 'high', 'low', 'close'] as const).map((name) => ({
    label: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    align: 'end' as const,
    cell: (row: Row) => formatPrice(row[name]),
  })),
  { label: 'Volume', align: 'end', cell: ({ volume }) => formatQuantity(Number(volume.toPrecision(5))) },
];

type Row = Readonly<Record<'openAtMs' | 'open' | 'high' | 'low' | 'close' | 'volume', number>>;

/** The newest bars in figures, for who does not see the picture. */
export function BarsTable({ bars }: { bars: ChartBars }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="border-line border-t" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="px-3 py-2 text-muted text-xs hover:text-ink">The newest bars as a table</summary>
      {isOpen && (
        <DataTable
          caption={`The newest ${bars.timeframe} bars of ${bars.symbol}, newest first`}
          columns={COLUMNS}
          rows={newestRows(bars)}
          rowKey={({ openAtMs }) => String(openAtMs)}
        />
      )}
    </details>
  );
}

function newestRows(bars: ChartBars): Row[] {
  const first = Math.max(0, bars.openAtMs.length - ROWS);
  return bars.openAtMs
    .slice(first)
    .map((openAtMs, row) => ({
      openAtMs,
      open: bars.open[first + row] ?? 0,
      high: bars.high[first + row] ?? 0,
      low: bars.low[first + row] ?? 0,
      close: bars.close[first + row] ?? 0,
      volume: bars.volume[first + row] ?? 0,
    }))
    .reverse();
}
