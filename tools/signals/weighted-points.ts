import type { CandleSeries } from '#domain/candle.ts';
import type { PointReading } from '#domain/signal.ts';
import type { IndicatorFrame } from '#tools/indicators/indicator-frame.ts';

export type PointRule = PointReading['rule'];

/** In the order in which a signal lists its votes. */
export const POINT_RULES: readonly PointRule[] = [
  'macd_cross',
  'rsi_band',
  'vwap_side',
  'ema_stack',
  'bollinger_touch',
  'volume_surge',
];

const RSI_OVERSOLD = 30;
const RSI_OVERBOUGHT = 70;
const RSI_DEEP = 20;
const RSI_HIGH = 80;
const SURGE = 2;

/**
 * The votes of the newest bar, at most one for each rule; a rule that sees nothing, or is still warming up, is absent.
 *
 * | rule | points for long (for short: the same, negative) |
 * |---|---|
 * | `macd_cross` | +3 when the histogram turned positive on the last bar or the one before, +1 while it stays so |
 * | `rsi_band` | RSI 14: +2 at 30 or less, +3 at 20 or less (−2 at 70, −3 at 80): a return to the middle |
 * | `vwap_side` | +1 when the close is above the session's VWAP |
 * | `ema_stack` | +2 when EMA 9 > 21 > 50 |
 * | `bollinger_touch` | +2 when the low reached the lower band and the high not the upper one: a return to the middle |
 * | `volume_surge` | +1 when twice the usual volume came with a rising bar |
 *
 * Rules of trend and of return vote against each other on purpose: a stretched trend scores less than a fresh one.
 * @param rules asks only some of them, in their order.
 */
export function scorePoints(
  frame: IndicatorFrame,
  series: CandleSeries,
  rules: readonly PointRule[] = POINT_RULES,
): PointReading[] {
  const bar = series.length - 1;
  return rules.flatMap((rule) => {
    const points = pointsAt(rule, frame, series, bar);
    if (points === 0) return [];
    return [{ rule, timeframe: frame.timeframe, points, evidence: VOTES[rule].evidence(frame, series, bar) }];
  });
}

/** One rule's points at any bar of the series: those of `scorePoints` as if that bar were the newest; 0 where it sees nothing. */
export function pointsAt(rule: PointRule, frame: IndicatorFrame, series: CandleSeries, bar: number): number {
  return VOTES[rule].points(frame, series, bar);
}

interface Vote {
  points(frame: IndicatorFrame, series: CandleSeries, bar: number): number;
  /** Said only of points that are not 0. */
  evidence(frame: IndicatorFrame, series: CandleSeries, bar: number): string;
}

/** Bars before the last of a crossing that still counts as fresh. */
const FRESH_BARS = 2;

const macdCross: Vote = {
  points({ macdHistogram }, _series, bar) {
    const side = sideOf(macdHistogram[bar]!);
    return crossedBarsAgo(macdHistogram, bar) === null ? side : 3 * side;
  },
  evidence({ macdHistogram }, _series, bar) {
    const barsAgo = crossedBarsAgo(macdHistogram, bar);
    const now = shown(macdHistogram[bar]!);
    if (barsAgo === null) return `histogram ${now}`;
    return `histogram crossed zero ${barsAgo === 0 ? 'on the last bar' : 'one bar ago'}, now ${now}`;
  },
};

/** How long ago the histogram came to its side, as far as that is fresh. */
function crossedBarsAgo(histogram: Float64Array, bar: number): number | null {
  const side = Math.sign(histogram[bar]!);
  for (let back = 1; back <= FRESH_BARS; back++) {
    const before = histogram[bar - back]!;
    if (Number.isFinite(before) && Math.sign(before) !== side) return back - 1;
  }
  return null;
}

const rsiBand: Vote = {
  points({ rsi14 }, _series, bar) {
    const rsi = rsi14[bar]!;
    if (rsi <= RSI_DEEP) return 3;
    if (rsi <= RSI_OVERSOLD) return 2;
    if (rsi >= RSI_HIGH) return -3;
    return rsi >= RSI_OVERBOUGHT ? -2 : 0;
  },
  evidence: ({ rsi14 }, _series, bar) => `RSI 14 at ${rsi14[bar]!.toFixed(1)}`,
};

const vwapSide: Vote = {
  points: ({ vwap }, { close }, bar) => sideOf(close[bar]! - vwap[bar]!),
  evidence: ({ vwap }, { close }, bar) => `close ${shown(close[bar]!)}, VWAP ${shown(vwap[bar]!)}`,
};

const emaStack: Vote = {
  points({ ema9, ema21, ema50 }, _series, bar) {
    const middle = ema21[bar]!;
    if (ema9[bar]! > middle && middle > ema50[bar]!) return 2;
    return ema9[bar]! < middle && middle < ema50[bar]! ? -2 : 0;
  },
  evidence: ({ ema9, ema21, ema50 }, _series, bar) =>
    `EMA 9 ${shown(ema9[bar]!)}, 21 ${shown(ema21[bar]!)}, 50 ${shown(ema50[bar]!)}`,
};

const bollingerTouch: Vote = {
  points({ bollingerLower, bollingerUpper }, { low, high }, bar) {
    const touchesLower = low[bar]! <= bollingerLower[bar]!;
    const touchesUpper = high[bar]! >= bollingerUpper[bar]!;
    // A bar that reaches both bands, as every bar of a motionless market does, leans to neither side.
    if (touchesLower === touchesUpper) return 0;
    return touchesLower ? 2 : -2;
  },
  evidence: ({ bollingerLower, bollingerUpper }, { low, high }, bar) =>
    low[bar]! <= bollingerLower[bar]!
      ? `low ${shown(low[bar]!)} at lower band ${shown(bollingerLower[bar]!)}`
      : `high ${shown(high[bar]!)} at upper band ${shown(bollingerUpper[bar]!)}`,
};

const volumeSurge: Vote = {
  points(frame, { open, close }, bar) {
    return frame.volumeSurge[bar]! >= SURGE ? sideOf(close[bar]! - open[bar]!) : 0;
  },
  evidence: (frame, { open, close }, bar) =>
    `volume ${frame.volumeSurge[bar]!.toFixed(1)} × the mean of 20 bars, on a ${close[bar]! >= open[bar]! ? 'rising' : 'falling'} bar`,
};

const VOTES: Readonly<Record<PointRule, Vote>> = {
  macd_cross: macdCross,
  rsi_band: rsiBand,
  vwap_side: vwapSide,
  ema_stack: emaStack,
  bollinger_touch: bollingerTouch,
  volume_surge: volumeSurge,
};

/** The sign of a difference; 0 of none, and while one of the two is warming up. */
function sideOf(difference: number): number {
  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

/** Six significant digits in plain notation: enough for BTC and for a coin of a millionth. */
function shown(value: number): string {
  const size = Math.abs(value);
  if (size >= 100_000) return value.toFixed(0);
  if (size >= 1e-6 || size === 0) return String(Number(value.toPrecision(6)));
  return value.toPrecision(3);
}
