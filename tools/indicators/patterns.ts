import {
  abandonedbaby,
  bearishengulfingpattern,
  bearishharami,
  bearishmarubozu,
  bullishengulfingpattern,
  bullishharami,
  bullishmarubozu,
  darkcloudcover,
  doji,
  eveningdojistar,
  eveningstar,
  hammerpattern,
  hangingman,
  morningdojistar,
  morningstar,
  piercingline,
  shootingstar,
  threeblackcrows,
  threewhitesoldiers,
  tweezerbottom,
  tweezertop,
} from 'technicalindicators';
import type { CandleSeries } from '#domain/candle.ts';

export interface CandlePattern {
  readonly name: string;
  readonly direction: 'bullish' | 'bearish' | 'neutral';
}

type Finder = typeof doji;

const FINDERS: readonly (readonly [string, CandlePattern['direction'], Finder])[] = [
  ['abandoned_baby', 'bullish', abandonedbaby],
  ['bullish_engulfing', 'bullish', bullishengulfingpattern],
  ['bullish_harami', 'bullish', bullishharami],
  ['bullish_marubozu', 'bullish', bullishmarubozu],
  ['hammer', 'bullish', hammerpattern],
  ['morning_doji_star', 'bullish', morningdojistar],
  ['morning_star', 'bullish', morningstar],
  ['piercing_line', 'bullish', piercingline],
  ['three_white_soldiers', 'bullish', threewhitesoldiers],
  ['tweezer_bottom', 'bullish', tweezerbottom],
  ['bearish_engulfing', 'bearish', bearishengulfingpattern],
  ['bearish_harami', 'bearish', bearishharami],
  ['bearish_marubozu', 'bearish', bearishmarubozu],
  ['dark_cloud_cover', 'bearish', darkcloudcover],
  ['evening_doji_star', 'bearish', eveningdojistar],
  ['evening_star', 'bearish', eveningstar],
  ['hanging_man', 'bearish', hangingman],
  ['shooting_star', 'bearish', shootingstar],
  ['three_black_crows', 'bearish', threeblackcrows],
  ['tweezer_top', 'bearish', tweezertop],
  ['doji', 'neutral', doji],
];

/** The longest pattern; shorter ones end at the last bar as well. */
const BARS = 5;
/** The library calls prices equal within 0.1 % of their size; at this level a mean bar's range is 2 % of it. */
const LEVEL = 1_000;
const MEAN_RANGE = 20;

/**
 * Candlestick patterns that the last bars complete, through `technicalindicators`; empty with fewer than five bars or
 * bars without any range. Prices are first moved and stretched so that the library's tolerance is 5 % of a mean bar:
 * taken of the price, as it is written there, nearly every 3-minute bar of a calm market would be a doji.
 */
export function findPatterns(series: CandleSeries): CandlePattern[] {
  const from = series.length - BARS;
  if (from < 0) return [];
  let lowest = Number.POSITIVE_INFINITY;
  let rangeSum = 0;
  for (let i = from; i < series.length; i++) {
    lowest = Math.min(lowest, series.low[i]!);
    rangeSum += series.high[i]! - series.low[i]!;
  }
  if (!(rangeSum > 0)) return [];
  const stretch = (MEAN_RANGE * BARS) / rangeSum;
  const lastBars = (column: Float64Array) =>
    Array.from(column.subarray(from), (price) => LEVEL + (price - lowest) * stretch);
  const bars = {
    open: lastBars(series.open),
    high: lastBars(series.high),
    low: lastBars(series.low),
    close: lastBars(series.close),
    reversedInput: false,
  };
  return FINDERS.filter(([, , find]) => Boolean(find(bars))).map(([name, direction]) => ({
    name,
    direction,
  }));
}
