import type { CandleSeries } from '#domain/candle.ts';
import type { PointReading } from '#domain/signal.ts';
import { type IndicatorFrame, latest } from '#tools/indicators/indicator-frame.ts';

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
  const readings: PointReading[] = [];
  for (const rule of rules) {
    const vote = VOTES[rule](frame, series);
    if (vote === null || vote.points === 0) continue;
    readings.push({ rule, timeframe: frame.timeframe, points: vote.points, evidence: vote.evidence });
  }
  return readings;
}

type Vote = Pick<PointReading, 'points' | 'evidence'>;

const VOTES: Readonly<Record<PointRule, (frame: IndicatorFrame, series: CandleSeries) => Vote | null>> = {
  macd_cross: macdCross,
  rsi_band: rsiBand,
  vwap_side: vwapSide,
  ema_stack: emaStack,
  bollinger_touch: bollingerTouch,
  volume_surge: volumeSurge,
};

function macdCross(frame: IndicatorFrame): Vote | null {
  const now = latest(frame.macdHistogram);
  if (now === null || now === 0) return null;
  const side = Math.sign(now);
  const before = [latest(frame.macdHistogram, 1), latest(frame.macdHistogram, 2)];
  const barsAgo = before.findIndex((value) => value !== null && Math.sign(value) !== side);
  if (barsAgo === -1) return { points: side, evidence: `histogram ${shown(now)}` };
  const when = barsAgo === 0 ? 'on the last bar' : 'one bar ago';
  return {
    points: 3 * side,
    evidence: `histogram crossed zero ${when}, now ${shown(now)}`,
  };
}

function rsiBand(frame: IndicatorFrame): Vote | null {
  const rsi = latest(frame.rsi14);
  if (rsi === null) return null;
  return { points: rsiPoints(rsi), evidence: `RSI 14 at ${rsi.toFixed(1)}` };
}

function rsiPoints(rsi: number): number {
  if (rsi <= RSI_DEEP) return 3;
  if (rsi <= RSI_OVERSOLD) return 2;
  if (rsi >= RSI_HIGH) return -3;
  return rsi >= RSI_OVERBOUGHT ? -2 : 0;
}

function vwapSide(frame: IndicatorFrame, series: CandleSeries): Vote | null {
  const close = latest(series.close);
  const vwap = latest(frame.vwap);
  if (close === null || vwap === null) return null;
  return {
    points: Math.sign(close - vwap),
    evidence: `close ${shown(close)}, VWAP ${shown(vwap)}`,
  };
}

function emaStack(frame: IndicatorFrame): Vote | null {
  const fast = latest(frame.ema9);
  const middle = latest(frame.ema21);
  const slow = latest(frame.ema50);
  if (fast === null || middle === null || slow === null) return null;
  const rising = fast > middle && middle > slow;
  const falling = fast < middle && middle < slow;
  return {
    points: rising ? 2 : falling ? -2 : 0,
    evidence: `EMA 9 ${shown(fast)}, 21 ${shown(middle)}, 50 ${shown(slow)}`,
  };
}

function bollingerTouch(frame: IndicatorFrame, series: CandleSeries): Vote | null {
  const low = latest(series.low);
  const high = latest(series.high);
  const lower = latest(frame.bollingerLower);
  const upper = latest(frame.bollingerUpper);
  if (low === null || high === null || lower === null || upper === null) return null;
  const touchesLower = low <= lower;
  const touchesUpper = high >= upper;
  // A bar that reaches both bands, as every bar of a motionless market does, leans to neither side.
  if (touchesLower === touchesUpper) return null;
  return touchesLower
    ? { points: 2, evidence: `low ${shown(low)} at lower band ${shown(lower)}` }
    : { points: -2, evidence: `high ${shown(high)} at upper band ${shown(upper)}` };
}

function volumeSurge(frame: IndicatorFrame, series: CandleSeries): Vote | null {
  const surge = latest(frame.volumeSurge);
  const open = latest(series.open);
  const close = latest(series.close);
  if (surge === null || open === null || close === null || surge < SURGE) return null;
  return {
    points: Math.sign(close - open),
    evidence: `volume ${surge.toFixed(1)} × the mean of 20 bars, on a ${close >= open ? 'rising' : 'falling'} bar`,
  };
}

/** Six significant digits in plain notation: enough for BTC and for a coin of a millionth. */
function shown(value: number): string {
  const size = Math.abs(value);
  if (size >= 100_000) return value.toFixed(0);
  if (size >= 1e-6 || size === 0) return String(Number(value.toPrecision(6)));
  return value.toPrecision(3);
}
