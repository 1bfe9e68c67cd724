import {
  type BaselineData,
  BaselineSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { CHART_BASE, chartColours } from '../chart/chart-theme.ts';
import { formatQuote } from '../format/number.ts';
import { useTheme } from '../shell/use-theme.ts';
import { readColours } from '../ui/chart-colours.ts';
import { type LinePoint, roundInstants } from './equity-line.ts';

/** Free at either side, so that the outer labels of the time axis are not cut. */
const SIDE_SHARE = 0.08;

/** The equity curve against where it began: above and below in equal weight. */
export function EquityChart({ line }: { line: readonly LinePoint[] }) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi>(null);
  const series = useRef<ISeriesApi<'Baseline'>>(null);
  const theme = useTheme();

  useEffect(() => {
    if (!container.current) return;
    const made = createChart(container.current, {
      ...CHART_BASE,
      timeScale: { timeVisible: true, borderVisible: false, tickMarkMaxCharacterLength: 6 },
      rightPriceScale: { borderVisible: false, entireTextOnly: true },
      localization: { priceFormatter: (value: number) => formatQuote(value) },
    });
    chart.current = made;
    series.current = made.addSeries(BaselineSeries, {
      lineWidth: 2,
      priceLineVisible: false,
      // Its tag would lie over the labels of the axis; the account above tells the same figure.
      lastValueVisible: false,
    });
    return () => made.remove();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours the styles give
  useEffect(() => {
    const colour = readColours();
    chart.current?.applyOptions(chartColours(colour));
    series.current?.applyOptions({
      topLineColor: colour('--up'),
      topFillColor1: colour('--up-soft'),
      topFillColor2: colour('--surface'),
      bottomLineColor: colour('--down'),
      bottomFillColor1: colour('--surface'),
      bottomFillColor2: colour('--down-soft'),
    });
  }, [theme]);

  useEffect(() => {
    const first = line[0];
    if (!series.current || !first) return;
    series.current.applyOptions({ baseValue: { type: 'price', price: first.value } });
    const instants = new Set(roundInstants(line));
    const points = withInstants(line, instants);
    const margin = Math.max(1, points.length * SIDE_SHARE);
    series.current.setData(points);
    // Null leaves the words to the library; an instant that is not round gets none.
    const tickMarkFormatter = (time: Time) => (instants.has(Number(time)) ? null : '');
    chart.current?.applyOptions({ timeScale: { tickMarkFormatter } });
    chart.current?.timeScale().setVisibleLogicalRange({ from: -margin, to: points.length - 1 + margin });
  }, [line]);

  return <div ref={container} className="h-full w-full" />;
}

/** A round instant without a reading is a place on the axis alone; the line runs on through it. */
function withInstants(
  line: readonly LinePoint[],
  instants: ReadonlySet<number>,
): (BaselineData | WhitespaceData)[] {
  const points = new Map<number, number | null>([...instants].map((seconds) => [seconds, null]));
  for (const { timeSeconds, value } of line) points.set(timeSeconds, value);
  return [...points]
    .sort(([left], [right]) => left - right)
    .map(([seconds, value]) => {
      const time = seconds as UTCTimestamp;
      return value === null ? { time } : { time, value };
    });
}
