import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import type { ChartBars, ChartChoices } from '#domain/chart-bars.ts';
import { lazyPart } from '../api/lazy-part.ts';
import { desksQuery } from '../api/queries.ts';
import { formatPrice } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { baseName, plural } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { ChartCredit } from '../ui/chart-credit.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SyntheticBadge } from '../ui/synthetic-badge.tsx';
import { BarLegend } from './bar-legend.tsx';
import { BarsTable } from './bars-table.tsx';
import type { Pointed } from './candle-chart.tsx';
import { ChartControls } from './chart-controls.tsx';
import { groupsOf } from './indicator-groups.ts';
import { missingOpens, withForming } from './join-bars.ts';
import { chartChoicesQuery } from './market-queries.ts';
import { useBars } from './use-bars.ts';
import { type ChartChoice, useChartChoice } from './use-chart-choice.ts';
import { useMarks } from './use-marks.ts';

const CandleChart = lazyPart(() => import('./candle-chart.tsx').then((file) => file.CandleChart));

/** Candles of one symbol on market time, with what the desk read, did and said on them. */
export function ChartPanel() {
  const { deskId } = useDesk();
  const choices = useQuery(chartChoicesQuery);
  const desk = useQuery(desksQuery).data?.items.find((one) => one.deskId === deskId);
  const { choice, choose, toggle } = useChartChoice(choices.data, desk?.symbols ?? []);
  return (
    <Panel title="Chart" note="closed bars in market time (UTC)" actions={<ChartCredit />}>
      <Loaded query={choices} skeleton={<ChartSkeleton />}>
        {(offered: ChartChoices) =>
          choice === null ? (
            <EmptyState title="No symbol to show">The market offers none yet.</EmptyState>
          ) : (
            <>
              <ChartControls choices={offered} {...{ choice, choose, toggle }} />
              <Chart choice={choice} />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Chart({ choice }: { choice: ChartChoice }) {
  const { query, readOlder, olderFailure } = useBars(choice);
  const failure = query.error ?? olderFailure;
  return (
    <>
      <div className="flex min-h-[30rem] flex-col sm:min-h-[33rem]">
        <Loaded query={query} skeleton={<div className="skeleton m-3 grow" />}>
          {(bars: ChartBars) =>
            bars.openAtMs.length === 0 ? (
              <EmptyState title="No bar yet">
                No {choice.timeframe} bar of {baseName(choice.symbol)} has closed on this market.
              </EmptyState>
            ) : (
              <Drawing bars={bars} choice={choice} onNearStart={() => void readOlder()} />
            )
          }
        </Loaded>
      </div>
      {query.data !== undefined && failure != null && (
        <FailureNote error={failure} onRetry={() => void (query.error ? query.refetch() : readOlder())} />
      )}
    </>
  );
}

interface DrawingProps {
  readonly bars: ChartBars;
  readonly choice: ChartChoice;
  readonly onNearStart: () => void;
}

function Drawing({ bars: closed, choice, onNearStart }: DrawingProps) {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const bars = useMemo(() => withForming(closed), [closed]);
  const groups = useMemo(() => groupsOf(choice.shown), [choice.shown]);
  const { marks, lines } = useMarks(choice, closed);
  const missing = useMemo(() => missingOpens(bars).length, [bars]);
  return (
    <>
      <BarLegend bars={bars} groups={groups} pointed={pointed} />
      <div className="h-96 px-1 sm:h-[27rem]">
        <Suspense fallback={<div className="skeleton h-full" />}>
          <CandleChart
            {...{ bars, groups, marks, lines, pointed, onNearStart }}
            label={labelOf(bars)}
            onPoint={setPointed}
          />
        </Suspense>
      </div>
      <p className="flex min-h-8 flex-wrap items-center gap-x-3 px-3 py-1.5 text-muted text-xs">
        {bars.source.synthetic && <SyntheticBadge />}
        <span>as of {formatTime(bars.asOfMs)} market time</span>
        {missing > 0 && (
          <span className="text-watch">{plural(missing, 'bar')} missing on this market, left open</span>
        )}
        {lines.map(({ title, priceQuote }) => (
          <span key={title} className="whitespace-nowrap">
            {title} {formatPrice(priceQuote)}
          </span>
        ))}
      </p>
      <BarsTable bars={bars} />
    </>
  );
}

function labelOf({ symbol, timeframe, close, openAtMs }: ChartBars): string {
  const [from, to] = [close[0], close.at(-1)];
  const change = from !== undefined && to !== undefined ? `, last ${formatPrice(to)}` : '';
  return `Candle chart of ${baseName(symbol)}, ${openAtMs.length} bars of ${timeframe}${change}`;
}

function ChartSkeleton() {
  return <div className="skeleton m-3 min-h-[36rem] sm:min-h-[36rem]" />;
}
