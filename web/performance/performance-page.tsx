import { useQuery } from '@tanstack/react-query';
import type { PerformanceReport } from '#domain/performance.ts';
import { performanceQuery } from '../api/queries.ts';
import { baseName, inQuote, sentence } from '../format/words.ts';
import { useSearchParams } from '../router/router.tsx';
import { useDesk } from '../shell/use-desk.ts';
import { useDeskState } from '../shell/use-desk-state.ts';
import { useQuote } from '../shell/use-quote.ts';
import { useTitle } from '../shell/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FigureGrid } from '../ui/figure-grid.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SpanChoice } from '../ui/span-choice.tsx';
import { CHART_HEIGHT, DrawdownPanel } from './drawdown-panel.tsx';
import { mainFigures, tradeCount, tradeFigureCells } from './performance-words.tsx';
import { readSpan, SPANS, spanFromMs } from './spans.ts';
import { TallyTable } from './tally-table.tsx';

/** What the desk's trading came to: measured, the bad with the good, and each figure with what it rests on. */
export function PerformancePage() {
  useTitle('Performance');
  const { deskId } = useDesk();
  const [search, setSearch] = useSearchParams();
  const span = readSpan(search);
  const nowMs = useDeskState().data?.market.nowMs ?? null;
  const report = useQuery(performanceQuery(deskId, spanFromMs(span, nowMs)));
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3 lg:mb-4">
        <h1 className="font-semibold text-lg">Performance</h1>
        <SpanChoice
          label="Span of market time"
          choices={SPANS}
          chosen={span}
          onChoose={(name) =>
            setSearch((before) => {
              const next = new URLSearchParams(before);
              next.set('span', name);
              return next;
            })
          }
        />
      </div>
      <Loaded query={report} skeleton={<Skeleton />}>
        {(answer) => <Report report={answer} isOld={report.isPlaceholderData} />}
      </Loaded>
    </>
  );
}

function Report({ report, isOld }: { report: PerformanceReport; isOld: boolean }) {
  const { trades } = report;
  const quote = useQuote();
  return (
    <div aria-busy={isOld} className={`flex flex-col gap-3 lg:gap-4 ${isOld ? 'is-old' : ''}`}>
      <Panel
        title="Figures"
        note={`${inQuote(tradeCount(report), quote)}; past figures say nothing about what comes${report.isWhole ? '' : '; the newest trades and readings alone are counted'}`}
      >
        {trades.total.trades === 0 && (
          <EmptyState title="No closed trade in this span">
            Figures of trades appear when a position has been closed.
          </EmptyState>
        )}
        <FigureGrid figures={mainFigures(report)} className="grid-cols-2 lg:grid-cols-6" />
        <FigureGrid
          figures={tradeFigureCells(report)}
          className="grid-cols-2 border-line border-t lg:grid-cols-3"
        />
      </Panel>
      <DrawdownPanel report={report} />
      <TallyTable
        title="By symbol"
        note={inQuote('the most traded first, after fees and funding', quote)}
        of="Symbol"
        rows={trades.bySymbol.map(({ symbol, tally }) => ({ name: baseName(symbol), tally }))}
      />
      <TallyTable
        title="By side"
        note={inQuote('after fees and funding', quote)}
        of="Side"
        rows={trades.bySide
          .filter(({ tally }) => tally.trades > 0)
          .map(({ side, tally }) => ({ name: sentence(side), tally }))}
      />
      <TallyTable
        title="By hour of day"
        note={inQuote('hour of opening, market time UTC; after fees and funding', quote)}
        of="Hour"
        rows={trades.byHour.map(({ hourUtc, tally }) => ({
          name: `${String(hourUtc).padStart(2, '0')}:00`,
          tally,
        }))}
      />
    </div>
  );
}

function Skeleton() {
  return (
    <div className="flex flex-col gap-3 lg:gap-4" role="status" aria-label="Loading the figures">
      <div className="skeleton h-[34rem] lg:h-64" />
      <div className={`skeleton ${CHART_HEIGHT}`} />
      <div className="skeleton h-40" />
    </div>
  );
}
