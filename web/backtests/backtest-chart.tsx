import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import type { BacktestReport, WholeBacktest } from '#domain/backtest.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import { backtestBarsQuery } from '../api/backtest-queries.ts';
import { lazyPart } from '../api/lazy-part.ts';
import { BarLegend } from '../chart/bar-legend.tsx';
import type { Pointed } from '../chart/candle-chart.tsx';
import { tradeMarks } from '../chart/chart-marks.ts';
import { baseName, plural } from '../format/words.ts';
import { ChartCredit } from '../ui/chart-credit.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';

const CandleChart = lazyPart(() => import('../chart/candle-chart.tsx').then((file) => file.CandleChart));

const NO_GROUPS = [] as const;

interface BacktestChartProps {
  readonly backtest: WholeBacktest;
  readonly report: BacktestReport;
}

/** The prices it was walked along, with each entry and exit where it was made. */
export function BacktestChart({ backtest: { backtestId, symbols }, report }: BacktestChartProps) {
  const [chosen, choose] = useState(symbols[0] ?? '');
  const bars = useQuery(backtestBarsQuery(backtestId, chosen));
  return (
    <Panel title="Trades on the price" note="market time (UTC)" actions={<ChartCredit />}>
      <div className="max-w-60 p-3 pb-0">
        <ChoiceField
          label="Symbol"
          value={chosen}
          choices={symbols.map((symbol) => ({ value: symbol, label: baseName(symbol) }))}
          onChange={({ target }) => choose(target.value)}
        />
      </div>
      <div className="flex min-h-[33rem] flex-col sm:min-h-[32rem]">
        <Loaded query={bars} skeleton={<div className="skeleton m-3 grow" />}>
          {(found) => <Drawing key={found.symbol} bars={found} report={report} />}
        </Loaded>
      </div>
    </Panel>
  );
}

function Drawing({ bars, report: { result, openPositions } }: { bars: ChartBars; report: BacktestReport }) {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const trades = useMemo(
    () => result.perTrade.filter(({ symbol }) => symbol === bars.symbol),
    [result, bars],
  );
  const marks = useMemo(
    () =>
      tradeMarks(
        trades,
        openPositions.filter(({ symbol }) => symbol === bars.symbol),
      ),
    [trades, openPositions, bars],
  );
  const words = `${plural(trades.length, 'trade')} of ${baseName(bars.symbol)} on ${bars.timeframe} candles`;
  return (
    <>
      <BarLegend bars={bars} groups={NO_GROUPS} pointed={pointed} />
      <div className="h-96 px-1">
        <Suspense fallback={<div className="skeleton h-full" />}>
          <CandleChart
            {...{ bars, marks, pointed }}
            groups={NO_GROUPS}
            lines={NO_GROUPS}
            label={`Candle chart with ${words}`}
            onPoint={setPointed}
            showsAll
          />
        </Suspense>
      </div>
      <p className="px-3 py-1.5 text-muted text-xs">
        {words}: an arrow where one was opened, pointing the way it bets; a square with its net where it was
        closed.
      </p>
    </>
  );
}
