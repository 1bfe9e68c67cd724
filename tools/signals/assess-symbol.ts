import type { SymbolMarket } from '#domain/market.ts';
import {
  type PointReading,
  type Regime,
  SCORE_THRESHOLD,
  type Signal,
  type SignalAction,
  type Spike,
} from '#domain/signal.ts';
import type { EpochMs, Timeframe } from '#domain/time.ts';
import { type IndicatorFrame, latest } from '#tools/indicators/indicator-frame.ts';
import { assessRegime, TREND_TIMEFRAME } from '#tools/regime/assess-regime.ts';
import { chooseTimeframe } from '#tools/regime/choose-timeframe.ts';
import { detectSpikes } from '#tools/spikes/detect-spikes.ts';
import { distinctSpikes } from '#tools/spikes/heard-spikes.ts';
import { lastReadings } from './last-readings.ts';
import { POINT_RULES, type PointRule, scorePoints } from './weighted-points.ts';

export const STRATEGY = 'weighted_points';

/** Where the rules vote that do not vote on the fast bars. */
export const HOME_TIMEFRAMES = {
  macd_cross: '1h',
  ema_stack: '1h',
  rsi_band: '15m',
  bollinger_touch: '15m',
  vwap_side: '15m',
} as const satisfies Readonly<Partial<Record<PointRule, Timeframe>>>;

const ATR_TIMEFRAME: Timeframe = '1h';
/** What is left of the confidence of a score against the trend of the 4h bars. */
const COUNTER_TREND_SHARE = 0.5;

export interface Backdrop {
  /** Bitcoin's market of the same snapshot; null where it is not in the universe. */
  readonly btc: SymbolMarket | null;
  readonly fastTimeframe: Timeframe;
  readonly atMs: EpochMs;
  /** What a watch told between cycles, of any symbol. */
  readonly heardSpikes?: readonly Spike[];
}

/**
 * What the indicators say of one symbol. Each rule of `scorePoints` votes once, on its home timeframe, so that one fact
 * seen on two timeframes is not counted twice: direction on 1h (`macd_cross`, `ema_stack`), timing on 15m (`rsi_band`,
 * `bollinger_touch`, `vwap_side`), and the fast bars only when something happens there (`volume_surge`). Where a home
 * is missing the next coarser timeframe stands in, else the next finer.
 *
 * `score` is the sum of `readings`, -12..12; at ±3 it is an action. Bars of 4h do not vote but filter: against their
 * trend the confidence, |score| / (|score| + 3), is halved. Spikes are those of the fast bars, and those a watch told on any
 * timeframe; what both say is said once, as the bars have it.
 * `frames` must hold the frame of each series in `market`; a timeframe without one is left out.
 */
export function assessSymbol(
  market: SymbolMarket,
  frames: ReadonlyMap<Timeframe, IndicatorFrame>,
  backdrop: Backdrop,
): Signal {
  const readings = readingsOf(market, frames, backdrop.fastTimeframe);
  const score = readings.reduce((sum, { points }) => sum + points, 0);
  const fast = market.series.get(backdrop.fastTimeframe);
  const heard = backdrop.heardSpikes?.filter(({ symbol }) => symbol === market.symbol) ?? [];
  const spikes = distinctSpikes([...(fast === undefined ? [] : detectSpikes(fast)), ...heard]);
  const regime = assessRegime(market, frames, backdrop.btc);
  const action = actionOf(score);
  return {
    symbol: market.symbol,
    action,
    confidenceFraction: confidenceOf(score, regime),
    strategy: STRATEGY,
    score,
    readings,
    spikes,
    regime,
    lastQuote: market.ticker.lastQuote,
    atrQuote: atrOf(frames),
    indicators: lastReadings(market, frames),
    atMs: backdrop.atMs,
    reason: reasonOf(action, score, readings, spikes, regime),
  };
}

function readingsOf(
  market: SymbolMarket,
  frames: ReadonlyMap<Timeframe, IndicatorFrame>,
  fastTimeframe: Timeframe,
): PointReading[] {
  const homes: Readonly<Record<PointRule, Timeframe>> = { ...HOME_TIMEFRAMES, volume_surge: fastTimeframe };
  return POINT_RULES.flatMap((rule) => {
    const home = chooseTimeframe(frames.keys(), homes[rule]);
    const frame = home === null ? undefined : frames.get(home);
    const series = home === null ? undefined : market.series.get(home);
    return frame === undefined || series === undefined ? [] : scorePoints(frame, series, [rule]);
  });
}

/** At ±3 a score is an action. */
export function actionOf(score: number): SignalAction {
  if (score >= SCORE_THRESHOLD) return 'buy';
  return score <= -SCORE_THRESHOLD ? 'sell' : 'hold';
}

/** |score| / (|score| + 3), 0..1; half of it against the trend of the 4h bars. */
export function confidenceOf(score: number, regime: Regime): number {
  const size = Math.abs(score);
  const confidence = size / (size + SCORE_THRESHOLD);
  return isCounterTrend(score, regime) ? confidence * COUNTER_TREND_SHARE : confidence;
}

function isCounterTrend(score: number, regime: Regime): boolean {
  return (score > 0 && regime.trend === 'bear') || (score < 0 && regime.trend === 'bull');
}

function atrOf(frames: ReadonlyMap<Timeframe, IndicatorFrame>): number | null {
  const timeframe = chooseTimeframe(frames.keys(), ATR_TIMEFRAME);
  const frame = timeframe === null ? undefined : frames.get(timeframe);
  const range = frame === undefined ? null : latest(frame.atr14);
  return range !== null && range > 0 ? range : null;
}

function reasonOf(
  action: SignalAction,
  score: number,
  readings: readonly PointReading[],
  spikes: readonly Spike[],
  regime: Regime,
): string {
  const votes = readings.map(({ rule, timeframe, points }) => `${rule} ${timeframe} ${signed(points)}`);
  const parts = [`${action} at ${signed(score)} points (threshold ${SCORE_THRESHOLD})`];
  parts.push(votes.length > 0 ? votes.join(', ') : 'no rule votes');
  return [...parts, ...surroundingsOf(score, spikes, regime)].join('; ');
}

/** What a signal's reason ends with, whoever decided: the spikes, the trend and the volatility. */
export function surroundingsOf(score: number, spikes: readonly Spike[], regime: Regime): string[] {
  const against = isCounterTrend(score, regime) ? ', against the score' : '';
  return [
    ...spikes.map(spikeText),
    `${TREND_TIMEFRAME} trend ${regime.trend}${against}, volatility ${regime.volatility}`,
  ];
}

function spikeText({ kind, direction, robustSigmas, timeframe }: Spike): string {
  return `${kind} spike ${direction} on ${timeframe}, ${Math.abs(robustSigmas).toFixed(1)} robust sigmas`;
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : String(points);
}
