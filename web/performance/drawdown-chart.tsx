import {
  BaselineSeries,
  ColorType,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { CurvePoint } from '#domain/performance.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { useTheme } from '../shell/use-theme.ts';
import { readColours } from '../ui/chart-colours.ts';

const FALL_PANE = 1;
/** A curve that hardly fell keeps an axis that can be read. */
const LEAST_DEPTH_FRACTION = 0.001;

interface DrawnSeries {
  readonly equity: ISeriesApi<'Baseline'>;
  readonly fall: ISeriesApi<'Baseline'>;
  readonly hold: ISeriesApi<'Line'>;
}

interface DrawdownChartProps {
  readonly curve: readonly CurvePoint[];
  readonly hold?: readonly (readonly [number, number])[] | undefined;
}

/** Equity against where it began, and under it how far it lay below its peak. */
export function DrawdownChart({ curve, hold }: DrawdownChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi>(null);
  const series = useRef<DrawnSeries>(null);
  const theme = useTheme();

  useEffect(() => {
    if (!container.current) return;
    const made = createChart(container.current, {
      autoSize: true,
      // Its style element is refused by the content policy; the panel names the library instead.
      layout: { attributionLogo: false, panes: { enableResize: false } },
      timeScale: { timeVisible: true, borderVisible: false, tickMarkMaxCharacterLength: 6 },
      rightPriceScale: { borderVisible: false, entireTextOnly: true },
      handleScroll: { vertTouchDrag: false },
    });
    const plain = { priceLineVisible: false, lastValueVisible: false, lineWidth: 2 } as const;
    const quotes = {
      type: 'custom',
      minMove: 0.01,
      formatter: (value: number) => formatQuote(value),
    } as const;
    const falls = {
      type: 'custom',
      minMove: 0.0001,
      formatter: (value: number) => formatPercent(value),
    } as const;
    chart.current = made;
    series.current = {
      equity: made.addSeries(BaselineSeries, { ...plain, priceFormat: quotes }),
      hold: made.addSeries(LineSeries, { ...plain, lineWidth: 1, priceFormat: quotes }),
      fall: made.addSeries(
        BaselineSeries,
        { ...plain, priceFormat: falls, baseValue: { type: 'price', price: 0 } },
        FALL_PANE,
      ),
    };
    series.current.fall.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.1 } });
    made.panes()[FALL_PANE]?.setStretchFactor(0.7);
    return () => made.remove();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours the styles give
  useEffect(() => {
    const colour = readColours();
    chart.current?.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: colour('--surface') },
        textColor: colour('--muted'),
        fontFamily: getComputedStyle(document.body).fontFamily,
        panes: { separatorColor: colour('--line') },
      },
      grid: { vertLines: { visible: false }, horzLines: { color: colour('--line') } },
    });
    series.current?.equity.applyOptions({
      topLineColor: colour('--up'),
      topFillColor1: colour('--up-soft'),
      topFillColor2: colour('--surface'),
      bottomLineColor: colour('--down'),
      bottomFillColor1: colour('--surface'),
      bottomFillColor2: colour('--down-soft'),
    });
    series.current?.hold.applyOptions({ color: colour('--watch'), lineStyle: LineStyle.Dashed });
    series.current?.fall.applyOptions({
      topLineColor: colour('--down'),
      bottomLineColor: colour('--down'),
      bottomFillColor1: colour('--down-soft'),
      bottomFillColor2: colour('--down-soft'),
    });
  }, [theme]);

  useEffect(() => {
    const first = curve[0];
    if (!series.current || !first) return;
    const { equity, fall } = series.current;
    equity.applyOptions({ baseValue: { type: 'price', price: Number(first.equityQuote) } });
    equity.setData(bySecond(curve, atOf, ({ equityQuote }) => Number(equityQuote)));
    const depth = Math.max(LEAST_DEPTH_FRACTION, ...curve.map(({ fallFraction }) => fallFraction));
    fall.applyOptions({
      autoscaleInfoProvider: () => ({ priceRange: { minValue: -depth, maxValue: 0 } }),
    });
    fall.setData(bySecond(curve, atOf, ({ fallFraction }) => -fallFraction));
    series.current.hold.setData(
      bySecond(
        hold ?? [],
        ([atMs]) => atMs,
        ([, quote]) => quote,
      ),
    );
    chart.current?.timeScale().fitContent();
  }, [curve, hold]);

  return <div ref={container} className="h-full w-full" />;
}

function atOf({ atMs }: CurvePoint): number {
  return atMs;
}

/** The chart takes one value for a second: the later reading wins. */
function bySecond<Point>(
  points: readonly Point[],
  at: (point: Point) => number,
  read: (point: Point) => number,
) {
  const values = new Map(points.map((point) => [Math.floor(at(point) / 1_000), read(point)]));
  return [...values].map(([seconds, value]) => ({ time: seconds as UTCTimestamp, value }));
}
