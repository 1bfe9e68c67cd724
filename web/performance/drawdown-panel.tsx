import { Suspense } from 'react';
import type { Drawdown } from '#domain/figures.ts';
import type { PerformanceReport } from '#domain/performance.ts';
import { lazyPart } from '../api/lazy-part.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { formatDateTime } from '../format/time.ts';
import { baseName, plural } from '../format/words.ts';
import { Amount } from '../ui/amount.tsx';
import { ChartCredit } from '../ui/chart-credit.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { type FigureCell, FigureGrid } from '../ui/figure-grid.tsx';
import { Panel } from '../ui/panel.tsx';
import { drawdownWords } from './performance-words.tsx';

const DrawdownChart = lazyPart(() => import('./drawdown-chart.tsx').then((file) => file.DrawdownChart));

export const CHART_HEIGHT = 'h-80 lg:h-96';

interface DrawdownPanelProps {
  readonly report: PerformanceReport;
  /** What holding came to as time went by, where it is told: `[atMs, quote]`. */
  readonly hold?: readonly (readonly [number, number])[];
}

/** The curve with its falls, and what buying the same symbols and waiting came to over its time. */
export function DrawdownPanel({ report, hold }: DrawdownPanelProps) {
  const { equity } = report;
  return (
    <Panel
      title="Equity and drawdown"
      note={equity === null ? '' : noteOf(equity.maxDrawdown, hold)}
      actions={<ChartCredit />}
    >
      <div className={`${CHART_HEIGHT} flex p-2`}>
        {equity === null || equity.curve.length < 2 ? (
          <EmptyState title="No curve in this span">Every cycle adds a point to it.</EmptyState>
        ) : (
          <Suspense fallback={<div className="skeleton grow" />}>
            <figure
              className="min-w-0 grow"
              aria-label={`Equity${hold ? ' beside holding' : ''}; ${drawdownWords(equity.maxDrawdown)}`}
            >
              <DrawdownChart curve={equity.curve} hold={hold} />
            </figure>
          </Suspense>
        )}
      </div>
      <FigureGrid
        figures={againstHolding(report)}
        className="grid-cols-1 border-line border-t sm:grid-cols-3"
      />
    </Panel>
  );
}

function noteOf(drawdown: Drawdown | null, hold: DrawdownPanelProps['hold']): string {
  const dashed = hold === undefined ? '' : '; dashed: holding in equal parts, prices alone';
  return drawdownWords(drawdown) + dashed;
}

function againstHolding({ equity, buyAndHold, buyAndHoldReason }: PerformanceReport): FigureCell[] {
  const desk: FigureCell = {
    label: 'The desk over this span',
    value: equity === null ? 'N/A' : <Change quote={equity.changeQuote} fraction={equity.changeFraction} />,
    note:
      equity === null
        ? 'no reading of the account'
        : `equity, open positions included, ${formatDateTime(equity.fromMs)} to ${formatDateTime(equity.toMs)}`,
  };
  if (buyAndHold === null)
    return [desk, { label: 'Buying and holding instead', value: 'N/A', note: buyAndHoldReason ?? '' }];
  const { symbols, netQuote, netFraction, worstDrawdownQuote, fromMs, toMs } = buyAndHold;
  return [
    desk,
    {
      label: 'Buying and holding instead',
      value: <Change quote={netQuote} fraction={netFraction} />,
      note: `${symbols.map(baseName).join(', ')} in equal parts, unlevered, ${formatDateTime(fromMs)} to ${formatDateTime(toMs)}, fees and funding paid`,
    },
    {
      label: 'Deepest fall while holding',
      value: Number(worstDrawdownQuote) === 0 ? 'none' : formatQuote(-Number(worstDrawdownQuote)),
      note: `over ${plural(symbols.length, 'symbol')}, on closed candles`,
    },
  ];
}

function Change({ quote, fraction }: { quote: string; fraction: number | null }) {
  return (
    <>
      <Amount value={quote} className="font-semibold" />{' '}
      {fraction !== null && (
        <span className="text-muted text-xs">{formatPercent(fraction, { signed: true })}</span>
      )}
    </>
  );
}
