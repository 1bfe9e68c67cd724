import type { CandleSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import { SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';
import type { Weighing } from '#domain/strategy-weights.ts';
import { type EpochMs, isoTime, type Timeframe } from '#domain/time.ts';
import { chooseTimeframe } from '#tools/regime/choose-timeframe.ts';
import { actionOf, confidenceOf, surroundingsOf } from '#tools/signals/assess-symbol.ts';
import { parametersOf } from './parameters.ts';
import type { Strategy } from './strategy.ts';

/** The bars on which the desk's stops are reckoned as well; where they are missing the next coarser, else the next finer. */
export const STRATEGY_TIMEFRAME: Timeframe = '1h';

/**
 * The signal with a strategy's word in the place of the points: a buy while the strategy is long, a sell while it is short,
 * else a hold, at just the threshold. It is long or short from its own past over the bars of the snapshot, by its usual
 * parameters, and knows nothing of the desk's position. The votes, spikes, regime and readings stay as facts.
 */
export function followStrategy(signal: Signal, market: SymbolMarket, strategy: Strategy): Signal {
  const timeframe = chooseTimeframe(market.series.keys(), STRATEGY_TIMEFRAME);
  const series = timeframe === null ? undefined : market.series.get(timeframe);
  const stance = series === undefined ? NO_BARS : stanceOf(strategy, series);
  const score = stance.side * SCORE_THRESHOLD;
  const action = actionOf(score);
  const said = `${action} by ${strategy.name} on ${timeframe ?? STRATEGY_TIMEFRAME}: ${stance.why}`;
  const { weighing } = stance;
  return {
    ...signal,
    ...{ action, score, strategy: strategy.name },
    ...(weighing !== undefined && { weighing }),
    confidenceFraction: confidenceOf(score, signal.regime),
    reason: [
      said,
      ...(weighing ? [weighing.why] : []),
      ...surroundingsOf(score, signal.spikes, signal.regime),
    ].join('; '),
  };
}

interface Stance {
  readonly side: -1 | 0 | 1;
  readonly why: string;
  readonly weighing?: Weighing | undefined;
}

const NO_BARS: Stance = { side: 0, why: 'there are no bars' };

function stanceOf(strategy: Strategy, series: CandleSeries): Stance {
  const parameters = parametersOf(strategy);
  const needed = strategy.lookBackBars(parameters);
  if (series.length < needed)
    return { side: 0, why: `it looks back on ${needed} bars and ${series.length} are there` };
  const decider = strategy.prepare(series, parameters);
  const held = { units: 0, entryQuote: 0 };
  let sinceMs: EpochMs = series.openAtMs[needed - 1]!;
  for (let bar = needed - 1; bar < series.length; bar++) {
    const target = decider.decide(bar, held);
    if (target === held.units) continue;
    held.units = target;
    held.entryQuote = target === 0 ? 0 : series.close[bar]!;
    sinceMs = series.openAtMs[bar]!;
  }
  const side = held.units > 0 ? 1 : held.units < 0 ? -1 : 0;
  const word = side > 0 ? 'long' : side < 0 ? 'short' : 'flat';
  const why = `${word} since the bar of ${isoTime(sinceMs)}`;
  return { side, why, weighing: decider.weighs?.(series.length - 1) };
}
