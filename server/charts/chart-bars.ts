/** What a chart shows: closed bars as of the market's time, and the indicators the cycles reckon with, of the same code. */
import type { CandleSeries } from '#domain/candle.ts';
import type { ChartBars, ChartChoices, FormingBar } from '#domain/chart-bars.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import {
  barOpenAtMs,
  type Clock,
  canBuildFrom,
  DAY_MS,
  type EpochMs,
  TIMEFRAME_MS,
  Timeframe,
} from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import {
  computeIndicatorFrame,
  INDICATOR_KEYS,
  type IndicatorKey,
} from '#tools/indicators/indicator-frame.ts';
import { type ReadCandles, rememberCandles } from './candle-chunks.ts';

/** More than any price of a venue has; doubles would be twice as long. */
const DIGITS = 10;

export interface ChartRequest {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly limit: number;
  /** Bars that open before it; the newest when absent. */
  readonly toMs?: EpochMs | undefined;
  readonly indicators: readonly IndicatorKey[];
}

export interface ChartPort {
  choices(): Promise<ChartChoices>;
  /** @throws AppError `interval_unbuildable`, `venue_unavailable` */
  bars(request: ChartRequest): Promise<ChartBars>;
}

interface ChartParts {
  readonly market: MarketData;
  readonly marketClock: Clock;
  /** The look-back of a cycle: an indicator has seen as many bars before the first one shown. */
  readonly barsPerSeries: number;
}

export function createCharts({ market, marketClock, barsPerSeries }: ChartParts): ChartPort {
  const read = rememberCandles((request) => market.candles(request));
  const { finestTimeframe: finest } = market;
  const timeframes = Timeframe.options.filter((one) => canBuildFrom(finest, one));

  return {
    async choices() {
      const symbols = (await market.instruments()).map(({ symbol }) => symbol);
      return { symbols, timeframes, indicators: [...INDICATOR_KEYS] };
    },
    async bars({ symbol, timeframe, limit, toMs, indicators }) {
      if (!timeframes.includes(timeframe)) throw unbuildable(timeframe, timeframes, finest);
      const asOfMs = marketClock.nowMs();
      const widthMs = TIMEFRAME_MS[timeframe];
      const openNowMs = barOpenAtMs(asOfMs, timeframe);
      const endMs = Math.min(toMs === undefined ? openNowMs : Math.ceil(toMs / widthMs) * widthMs, openNowMs);
      const fromMs = Math.max(0, endMs - limit * widthMs);
      const warmedFromMs = indicators.length > 0 ? warmUpFrom(fromMs, barsPerSeries * widthMs) : fromMs;
      const series = await read({ symbol, timeframe, fromMs: warmedFromMs, toMs: endMs });
      const shown = shownOf(series, fromMs);
      const columns = columnsOf(series, shown);
      return {
        ...{ symbol, timeframe, source: market.source, asOfMs },
        ...columns,
        indicators: indicatorsOf(series, shown, indicators),
        gaps: gapsOf(columns.openAtMs, widthMs),
        forming: endMs === openNowMs ? await formingBar(read, { symbol, timeframe, finest, asOfMs }) : null,
        olderTo: columns.openAtMs.length > 0 && fromMs > 0 ? fromMs : null,
      };
    },
  };
}

/** From the beginning of a day, since VWAP begins anew with each. */
function warmUpFrom(fromMs: EpochMs, lookBackMs: number): EpochMs {
  return Math.max(0, Math.floor((fromMs - lookBackMs) / DAY_MS) * DAY_MS);
}

/** Which bars are shown: of this instant on, and none whose prices are no numbers, which tells as a gap. */
function shownOf({ openAtMs, high, low, volume }: CandleSeries, fromMs: EpochMs): boolean[] {
  const isSound = (...values: readonly (number | undefined)[]) => values.every(Number.isFinite);
  return Array.from(openAtMs, (atMs, at) => atMs >= fromMs && isSound(high[at], low[at], volume[at]));
}

function columnsOf(series: CandleSeries, shown: readonly boolean[]) {
  const column = (name: 'open' | 'high' | 'low' | 'close' | 'volume') =>
    shownValues(series[name], shown).map(rounded);
  return {
    openAtMs: shownValues(series.openAtMs, shown),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

function indicatorsOf(
  series: CandleSeries,
  shown: readonly boolean[],
  keys: readonly IndicatorKey[],
): ChartBars['indicators'] {
  if (keys.length === 0) return {};
  const frame = computeIndicatorFrame(series);
  const told = (value: number) => (Number.isFinite(value) ? rounded(value) : null);
  return Object.fromEntries(keys.map((key) => [key, shownValues(frame[key], shown).map(told)]));
}

function shownValues(column: Float64Array, shown: readonly boolean[]): number[] {
  return Array.from(column).filter((_value, at) => shown[at]);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function gapsOf(openAtMs: readonly EpochMs[], widthMs: number): ChartBars['gaps'] {
  return openAtMs.flatMap((toMs, index) => {
    const fromMs = (openAtMs[index - 1] ?? toMs - widthMs) + widthMs;
    return toMs > fromMs ? [{ fromMs, toMs, bars: (toMs - fromMs) / widthMs }] : [];
  });
}

/** Of the finest bars alone that have closed: nothing of it is a look ahead. */
async function formingBar(
  read: ReadCandles,
  of: {
    readonly symbol: MarketSymbol;
    readonly timeframe: Timeframe;
    readonly finest: Timeframe;
    readonly asOfMs: EpochMs;
  },
): Promise<FormingBar | null> {
  const { symbol, timeframe, finest, asOfMs } = of;
  if (finest === timeframe) return null;
  const openAtMs = barOpenAtMs(asOfMs, timeframe);
  const bars = await read({ symbol, timeframe: finest, fromMs: openAtMs, toMs: asOfMs });
  const [open, close, lastAtMs] = [bars.open[0], bars.close.at(-1), bars.openAtMs.at(-1)];
  if (open === undefined || close === undefined || lastAtMs === undefined) return null;
  return {
    ...{ openAtMs, open, close },
    high: bars.high.reduce((most, value) => Math.max(most, value)),
    low: bars.low.reduce((least, value) => Math.min(least, value)),
    volume: bars.volume.reduce((sum, value) => sum + value),
    asOfMs: lastAtMs + TIMEFRAME_MS[finest],
  };
}

function unbuildable(asked: Timeframe, offered: readonly Timeframe[], finest: Timeframe): AppError {
  return new AppError(
    'interval_unbuildable',
    `${asked} candles cannot be built from the ${finest} candles of this market: it has ${offered.join(', ')}`,
    { context: { asked, offered } },
  );
}
