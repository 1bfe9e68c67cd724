/** The votes of one rule at every bar of its home timeframe, each seen through the window of bars that ends there. */
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { DAY_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { bollinger } from '#tools/indicators/bollinger.ts';
import { ema } from '#tools/indicators/ema.ts';
import { INDICATOR_KEYS, type IndicatorFrame, type IndicatorKey } from '#tools/indicators/indicator-frame.ts';
import { MACD_PERIODS, macd } from '#tools/indicators/macd.ts';
import { rsi } from '#tools/indicators/rsi.ts';
import { volumeSurge } from '#tools/indicators/volume-surge.ts';
import { sessionVwap } from '#tools/indicators/vwap.ts';
import { type PointRule, pointsAt } from '#tools/signals/weighted-points.ts';

/** Adds the rule's points to `into`, which is as long as `series`; none where the window of a bar is not whole. */
export function addVotes(rule: PointRule, series: CandleSeries, windowBars: number, into: Int8Array): void {
  const { bars, measure } = MEASURES[rule];
  const seen = Math.min(windowBars, bars(windowBars, TIMEFRAME_MS[series.timeframe]));
  const frame = windowFrame(series, seen);
  for (let i = windowBars - 1; i < series.length; i++) {
    const window = sliceSeries(series, i - seen + 1, i + 1);
    measure(window, frame);
    into[i]! += pointsAt(rule, frame, window, seen - 1);
  }
}

interface Measure {
  /** How many bars of a window give the same last value as all of it, to the last bit. */
  bars(windowBars: number, widthMs: number): number;
  /** Fills the columns the rule reads. */
  measure(window: CandleSeries, frame: IndicatorFrame): void;
}

const SURGE_BARS = 20;
const all = (windowBars: number): number => windowBars;

const MEASURES: Readonly<Record<PointRule, Measure>> = {
  macd_cross: {
    bars: all,
    measure({ close }, { macd: line, macdSignal: signal, macdHistogram: histogram }) {
      macd(close, MACD_PERIODS, { macd: line, signal, histogram });
    },
  },
  rsi_band: { bars: all, measure: ({ close }, { rsi14 }) => rsi(close, 14, rsi14) },
  vwap_side: {
    // A session is a day: what lies before the last one is no part of its average.
    bars: (_windowBars, widthMs) => Math.max(1, Math.ceil(DAY_MS / widthMs)),
    measure: (window, { vwap }) => sessionVwap(window, vwap),
  },
  ema_stack: {
    bars: all,
    measure({ close }, { ema9, ema21, ema50 }) {
      ema(close, 9, ema9);
      ema(close, 21, ema21);
      ema(close, 50, ema50);
    },
  },
  bollinger_touch: {
    bars: all,
    measure({ close }, { bollingerUpper: upper, bollingerMiddle: middle, bollingerLower: lower }) {
      bollinger(close, 20, 2, { upper, middle, lower });
    },
  },
  volume_surge: {
    // Sums go over blocks of the period: a window that ends at the same place of a block adds up the same.
    bars: (windowBars) => SURGE_BARS + ((windowBars - 1) % SURGE_BARS) + 1,
    measure: ({ volume }, { volumeSurge: surge }) => volumeSurge(volume, SURGE_BARS, surge),
  },
};

function windowFrame({ symbol, timeframe }: CandleSeries, length: number): IndicatorFrame {
  const columns = Object.fromEntries(
    INDICATOR_KEYS.map((key) => [key, new Float64Array(length).fill(Number.NaN)]),
  ) as Record<IndicatorKey, Float64Array>;
  return { ...columns, symbol, timeframe, length };
}
