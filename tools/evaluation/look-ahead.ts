/** Whether a strategy knows what it cannot: other candles to come must change nothing that was decided before them. */
import type { CandleSeries } from '#domain/candle.ts';
import type { RandomSource } from '#domain/ids.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { walkDecider } from '#tools/strategies/walk-strategy.ts';

/**
 * The first bar up to and with `lastSame` at which the strategy wants other units of `changed` than of `bars`; null where
 * there is none. Both series must be the same up to that bar. Its stops and targets are those of the walk: none.
 */
export function firstOtherDecision(
  strategy: Strategy,
  parameters: StrategyParameters,
  {
    bars,
    changed,
    lastSame,
  }: { readonly bars: CandleSeries; readonly changed: CandleSeries; readonly lastSame: number },
): number | null {
  const [known, other] = [bars, changed].map((series) => wantedUnits(strategy, parameters, series));
  for (let bar = 0; bar <= lastSame; bar += 1)
    // NaN where nothing was asked is the same on both sides.
    if (!Object.is(known?.[bar], other?.[bar])) return bar;
  return null;
}

/** What it wanted at the close of each bar; NaN where it was not asked. */
function wantedUnits(strategy: Strategy, parameters: StrategyParameters, bars: CandleSeries): Float64Array {
  const wanted = new Float64Array(bars.length).fill(Number.NaN);
  const decider = strategy.prepare(bars, parameters);
  const recording = {
    decide(bar: number, held: Parameters<typeof decider.decide>[1]) {
      const units = decider.decide(bar, held);
      wanted[bar] = units;
      return units;
    },
  };
  const from = strategy.lookBackBars(parameters) - 1;
  if (from < bars.length) walkDecider(recording, bars, strategy.limits(parameters), { from });
  return wanted;
}

/**
 * Bars from `from` on made others by lot: at another level, each open and close moved for itself, with wider wicks and other
 * volumes, so that no direction, size or order of them is kept. Their times stay. The same random numbers give the same bars.
 */
export function changeFuture(bars: CandleSeries, from: number, random: RandomSource): CandleSeries {
  const changed = {
    ...{ open: bars.open.slice(), high: bars.high.slice(), low: bars.low.slice() },
    ...{ close: bars.close.slice(), volume: bars.volume.slice() },
  };
  const level = 0.2 + 4.8 * random.next();
  for (let bar = from; bar < bars.length; bar += 1) {
    const open = (bars.open[bar] ?? 0) * level * (0.9 + 0.2 * random.next());
    const close = (bars.close[bar] ?? 0) * level * (0.9 + 0.2 * random.next());
    const wick = 1 + 0.1 * random.next();
    changed.open[bar] = open;
    changed.close[bar] = close;
    changed.high[bar] = Math.max(open, close) * wick;
    changed.low[bar] = Math.min(open, close) / wick;
    changed.volume[bar] = (bars.volume[bar] ?? 0) * 3 * random.next();
  }
  return { ...bars, ...changed };
}
