import type { BacktestReport, WholeBacktest } from '#domain/backtest.ts';
import { formatDateTime, withPageTimes } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { DrawdownPanel } from '../performance/drawdown-panel.tsx';
import { mainFigures, tradeFigureCells } from '../performance/performance-words.tsx';
import { FigureGrid } from '../ui/figure-grid.tsx';
import { JsonTree } from '../ui/json-tree.tsx';
import { Panel } from '../ui/panel.tsx';
import { BacktestChart } from './backtest-chart.tsx';
import { BacktestTrades } from './backtest-trades.tsx';
import { Change } from './backtest-words.tsx';
import { MonthTable } from './month-table.tsx';

interface BacktestReportProps {
  readonly backtest: WholeBacktest;
  readonly report: BacktestReport;
}

/** What it came to, the bad with the good: figures, curve, months, trades on their prices, costs and settings. */
export function BacktestReportView({ backtest, report }: BacktestReportProps) {
  const { result, performance, restraint, failure } = report;
  return (
    <>
      <Panel
        title="Figures"
        note="one span of the past on paper: no claim of profit, and nothing of what comes"
      >
        <FigureGrid
          className="grid-cols-2 lg:grid-cols-4"
          figures={[
            {
              label: 'Return',
              value: <Change fraction={result.returnFraction} />,
              note: 'after fees, slippage and funding; what is open counts at its mark',
            },
            {
              label: 'Buying and holding instead',
              value: <Change fraction={result.holdReturnFraction} />,
              note: performance.buyAndHoldReason ?? 'in equal parts, after fees and funding',
            },
            { label: 'Bars walked', value: result.bars.toLocaleString('en-US'), note: 'of all symbols' },
            { label: 'Cycles', value: cycleCount(report), note: cycleWords(report) },
          ]}
        />
        <FigureGrid
          figures={mainFigures(performance)}
          className="grid-cols-2 border-line border-t lg:grid-cols-6"
        />
        <FigureGrid
          figures={tradeFigureCells(performance)}
          className="grid-cols-2 border-line border-t lg:grid-cols-3"
        />
        {[restraint, failure].some((one) => one !== null) && (
          <p className="border-line border-t p-3 text-watch">
            {restraint && `At its end the desk opened nothing any more, ${withPageTimes(restraint)}. `}
            {failure && `The first cycle that failed: ${withPageTimes(failure)}`}
          </p>
        )}
      </Panel>
      <DrawdownPanel report={performance} hold={report.holdCurve} />
      <MonthTable months={report.months} />
      <BacktestChart backtest={backtest} report={report} />
      <BacktestTrades report={report} />
      <Panel title="Settings" note="what it ran with">
        <dl className="grid grid-cols-1 gap-x-4 gap-y-2 p-3 sm:grid-cols-[10rem_minmax(0,1fr)]">
          {report.settings.map(({ name, value }) => (
            <div key={name} className="contents">
              <dt className="text-muted text-xs sm:pt-0.5">{name}</dt>
              <dd className="min-w-0 break-words">
                {value.startsWith('{') ? (
                  <JsonTree value={JSON.parse(value)} label={`Setting ${name}`} />
                ) : (
                  withPageTimes(value)
                )}
              </dd>
            </div>
          ))}
        </dl>
        <p className="px-3 pb-3 text-muted text-xs">
          Asked at wall {formatDateTime(backtest.createdAtMs)}
          {backtest.attempts > 1 && `, taken up ${plural(backtest.attempts, 'time')}`}.
        </p>
      </Panel>
    </>
  );
}

function cycleCount({ cycles }: BacktestReport): string {
  return String(Object.values(cycles).reduce((sum, count) => sum + count, 0));
}

function cycleWords({ cycles }: BacktestReport): string {
  return Object.entries(cycles)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}
