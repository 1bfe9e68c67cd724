import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ChartBars } from '#domain/chart-bars.ts';
import { positionsQuery } from '../api/queries.ts';
import { useDesk } from '../shell/use-desk.ts';
import { positionLines, signalMarks, tradeMarks } from './chart-marks.ts';
import { symbolSignalsQuery, symbolTradesQuery } from './market-queries.ts';
import { widthMs } from './timeframe.ts';
import type { ChartChoice } from './use-chart-choice.ts';

const NONE = [] as const;

/** What the shown desk did and said in the symbol, as far as it is switched on. */
export function useMarks({ symbol, timeframe, shown }: ChartChoice, bars: ChartBars | undefined) {
  const { deskId } = useDesk();
  const showsTrades = shown.includes('trades');
  const showsSignals = shown.includes('signals');
  const positions = useQuery(positionsQuery(deskId)).data?.items ?? NONE;
  const trades = useQuery(symbolTradesQuery(showsTrades ? deskId : null, symbol)).data?.items ?? NONE;
  const fromMs = bars?.openAtMs[0] ?? null;
  const signals = useQuery(symbolSignalsQuery(showsSignals ? deskId : null, symbol)).data?.items ?? NONE;
  return useMemo(() => {
    const own = positions.filter((position) => position.symbol === symbol);
    const seen = signals.filter(({ atMs }) => fromMs !== null && atMs >= fromMs);
    return {
      marks: [
        ...(showsTrades ? tradeMarks(trades, own) : []),
        ...(showsSignals ? signalMarks(seen, widthMs(timeframe)) : []),
      ],
      lines: showsTrades ? positionLines(own[0]) : [],
    };
  }, [positions, trades, signals, symbol, timeframe, fromMs, showsTrades, showsSignals]);
}
