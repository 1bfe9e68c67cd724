/** The chart itself: candles and volume above, indicators over them or in panes below, marks and lines on top. */
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type LogicalRange,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { ChartBars } from '#domain/chart-bars.ts';
import { formatPlain, formatPrice } from '../format/number.ts';
import { readColours } from '../ui/chart-colours.ts';
import type { ChartLine, ChartMark } from './chart-marks.ts';
import { CHART_BASE, chartColours, type ReadColour } from './chart-theme.ts';
import type { IndicatorGroup, IndicatorLine } from './indicator-groups.ts';
import { missingOpens } from './join-bars.ts';
import { widthMs } from './timeframe.ts';

/** This close to the oldest bar, older ones are asked for. */
const NEAR_THE_START_BARS = 60;
const FIRST_SHOWN_BARS = 120;
const ROOM_AT_THE_END_BARS = 6;
/** A thousand bars on a phone. */
const ALL_BAR_PIXELS = 0.2;
const VOLUME_SHARE = 0.16;

export interface CandleScene {
  draw(bars: ChartBars, groups: readonly IndicatorGroup[]): void;
  mark(marks: readonly ChartMark[], lines: readonly ChartLine[]): void;
  /** Reads the colours anew, for another theme. */
  paint(): void;
  /** Puts the crosshair on a bar and brings it into view; null takes it away. */
  pointAt(index: number | null): void;
  /** Moves what is seen by a share of itself. */
  pan(share: number): void;
  zoom(factor: number): void;
  showNewest(): void;
  remove(): void;
}

export interface SceneEvents {
  /** When the bar under the crosshair opens; null where there is none. */
  readonly onPoint: (openAtMs: number | null) => void;
  readonly onNearStart: () => void;
  /** Begins with every bar in view rather than with the newest. */
  readonly showsAll: boolean;
}

type AnySeries = ISeriesApi<'Line'> | ISeriesApi<'Histogram'>;
interface Drawn {
  readonly line: IndicatorLine;
  readonly series: AnySeries;
}

export function createCandleScene(
  container: HTMLElement,
  { onPoint, onNearStart, showsAll }: SceneEvents,
): CandleScene {
  const chart = createChart(container, {
    ...CHART_BASE,
    timeScale: {
      timeVisible: true,
      borderVisible: false,
      rightOffset: ROOM_AT_THE_END_BARS,
      minBarSpacing: showsAll ? ALL_BAR_PIXELS : 1,
    },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
  });
  const candles = chart.addSeries(CandlestickSeries, {
    ...{ borderVisible: false, priceLineVisible: false },
    priceFormat: formatted(formatPrice),
  });
  const volume = chart.addSeries(HistogramSeries, {
    ...{ priceScaleId: 'volume', priceLineVisible: false, lastValueVisible: false },
    priceFormat: { type: 'volume' },
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 1 - VOLUME_SHARE, bottom: 0 } });
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: VOLUME_SHARE + 0.04 } });
  const markers = createSeriesMarkers(candles, []);

  let colour: ReadColour = readColours();
  let bars: ChartBars | null = null;
  let drawn: Drawn[] = [];
  let drawnGroups = '';
  let marks: readonly ChartMark[] = [];
  let lines: readonly ChartLine[] = [];

  const times = () => (bars === null ? [] : withMissing(bars));
  const openAt = (time: unknown) => {
    const openAtMs = Number(time) * 1_000;
    return bars?.openAtMs.includes(openAtMs) ? openAtMs : null;
  };

  chart.subscribeCrosshairMove(({ time, sourceEvent }) => {
    // Without an event of its own it is where `pointAt` has put it.
    if (time === undefined) onPoint(null);
    else if (sourceEvent !== undefined) onPoint(openAt(time));
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (bars !== null && range !== null && range.from < NEAR_THE_START_BARS) onNearStart();
  });

  function drawBars(): void {
    if (bars === null) return;
    const { open, high, low, close } = bars;
    const ups = colour('--up');
    const downs = colour('--down');
    const traded = colour('--line-strong');
    const opens = times();
    candles.setData(
      opens.map(({ time, index }) =>
        index === null
          ? { time }
          : {
              time,
              open: open[index] ?? 0,
              high: high[index] ?? 0,
              low: low[index] ?? 0,
              close: close[index] ?? 0,
            },
      ),
    );
    candles.applyOptions({ upColor: ups, downColor: downs, wickUpColor: ups, wickDownColor: downs });
    volume.setData(
      opens.map(({ time, index }) => {
        if (index === null) return { time };
        return { time, value: bars?.volume[index] ?? 0, color: traded };
      }),
    );
    for (const { line, series } of drawn) series.setData(pointsOf(line, opens));
  }

  function pointsOf({ key, isHistogram }: IndicatorLine, opens: readonly Opening[]) {
    const values = bars?.indicators[key];
    return opens.map(({ time, index }) => {
      const value = index === null ? null : (values?.[index] ?? null);
      if (value === null) return { time };
      return isHistogram ? { time, value, color: colour(value < 0 ? '--down' : '--up') } : { time, value };
    });
  }

  function layOut(groups: readonly IndicatorGroup[]): void {
    for (const { series } of drawn) chart.removeSeries(series);
    let pane = 0;
    drawn = groups.flatMap((group) => {
      if (group.isApart) pane += 1;
      return group.lines.map((line) => ({ line, series: addLine(chart, line, group.isApart ? pane : 0) }));
    });
    for (const [index, one] of chart.panes().entries()) one.setStretchFactor(index === 0 ? 3 : 1);
    colourLines();
  }

  function colourLines(): void {
    for (const { line, series } of drawn)
      if (!line.isHistogram) series.applyOptions({ color: colour(line.colour) });
  }

  function drawMarks(): void {
    if (bars === null) return;
    const width = widthMs(bars.timeframe);
    const [first = 0] = bars.openAtMs;
    const last = bars.openAtMs.at(-1) ?? 0;
    const inView = marks
      .map((mark) => ({ ...mark, openAtMs: Math.floor(mark.atMs / width) * width }))
      .filter(({ openAtMs }) => openAtMs >= first && openAtMs <= last)
      .sort((left, right) => left.openAtMs - right.openAtMs);
    markers.setMarkers(
      inView.map(({ openAtMs, isAbove, shape, colour: name, text }) => ({
        ...{ time: secondsOf(openAtMs), shape, text, color: colour(name) },
        position: isAbove ? ('aboveBar' as const) : ('belowBar' as const),
      })),
    );
    for (const line of candles.priceLines()) candles.removePriceLine(line);
    for (const { title, priceQuote, colour: name, isDashed } of lines)
      candles.createPriceLine({
        ...{ title, price: priceQuote, color: colour(name), lineWidth: 1, axisLabelVisible: true },
        lineStyle: isDashed ? LineStyle.Dashed : LineStyle.Solid,
      });
  }

  function move(change: (range: LogicalRange) => { from: number; to: number }): void {
    const range = chart.timeScale().getVisibleLogicalRange();
    if (range !== null) chart.timeScale().setVisibleLogicalRange(change(range));
  }

  return {
    draw(next, groups) {
      const isOther = bars?.symbol !== next.symbol || bars.timeframe !== next.timeframe;
      bars = next;
      const names = groups.map(({ id }) => id).join();
      if (names !== drawnGroups) layOut(groups);
      drawnGroups = names;
      drawBars();
      drawMarks();
      if (!isOther) return;
      if (showsAll) chart.timeScale().fitContent();
      else showNewest();
    },
    mark(nextMarks, nextLines) {
      marks = nextMarks;
      lines = nextLines;
      drawMarks();
    },
    paint() {
      colour = readColours();
      chart.applyOptions(chartColours(colour));
      chart.applyOptions({ layout: { panes: { separatorColor: colour('--line'), enableResize: false } } });
      colourLines();
      drawBars();
      drawMarks();
    },
    pointAt(index) {
      const openAtMs = index === null ? undefined : bars?.openAtMs[index];
      if (index === null || openAtMs === undefined) return chart.clearCrosshairPosition();
      bringIntoView(times().findIndex((one) => one.index === index));
      chart.setCrosshairPosition(bars?.close[index] ?? 0, secondsOf(openAtMs), candles);
    },
    pan: (share) =>
      move(({ from, to }) => ({ from: from + (to - from) * share, to: to + (to - from) * share })),
    zoom: (factor) =>
      move(({ from, to }) => {
        const bounded = Math.max(10, (to - from) * factor);
        return { from: to - bounded, to };
      }),
    showNewest,
    remove: () => chart.remove(),
  };

  function showNewest(): void {
    const last = times().length - 1;
    const range = { from: last - FIRST_SHOWN_BARS, to: last + ROOM_AT_THE_END_BARS };
    chart.priceScale('right').applyOptions({ autoScale: true });
    chart.timeScale().setVisibleLogicalRange(range);
  }

  function bringIntoView(at: number): void {
    move(({ from, to }) => {
      const shift = at < from + 1 ? at - from - 1 : at > to - 1 ? at - to + 1 : 0;
      return { from: from + shift, to: to + shift };
    });
  }
}

interface Opening {
  readonly time: UTCTimestamp;
  /** Null where the market has no bar: a place on the axis alone. */
  readonly index: number | null;
}

function withMissing(bars: ChartBars): Opening[] {
  const there = bars.openAtMs.map((openAtMs, index) => ({ time: secondsOf(openAtMs), index }));
  const missing = missingOpens(bars).map((openAtMs) => ({ time: secondsOf(openAtMs), index: null }));
  return missing.length === 0 ? there : [...there, ...missing].sort((left, right) => left.time - right.time);
}

function addLine(chart: IChartApi, line: IndicatorLine, pane: number): AnySeries {
  const format = formatted(line.isOscillator ? formatPlain : formatPrice);
  const quiet = { priceLineVisible: false, lastValueVisible: false, priceFormat: format };
  if (line.isHistogram) return chart.addSeries(HistogramSeries, quiet, pane);
  const lineStyle = line.isDashed ? LineStyle.Dashed : LineStyle.Solid;
  return chart.addSeries(
    LineSeries,
    { ...quiet, lineWidth: 1, lineStyle, crosshairMarkerVisible: false },
    pane,
  );
}

function formatted(formatter: (value: number) => string) {
  return { type: 'custom' as const, formatter, minMove: 1e-8 };
}

function secondsOf(atMs: number): UTCTimestamp {
  return (atMs / 1_000) as UTCTimestamp;
}
