/** A few bars written by hand, and a strategy that does as it is told. */
import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import { defineStrategy, type Strategy, type StrategyLimits } from '#tools/strategies/strategy.ts';

const FROM_MS = Date.UTC(2025, 0, 1);

/** Hours of open, high, low, close. */
export function handBars(...rows: readonly (readonly [number, number, number, number])[]): CandleSeries {
  const bars = blankSeries('BTC/USDT:USDT', '1h', rows.length);
  rows.forEach(([open, high, low, close], i) => {
    bars.openAtMs[i] = FROM_MS + i * HOUR_MS;
    bars.open[i] = open;
    bars.high[i] = high;
    bars.low[i] = low;
    bars.close[i] = close;
    bars.volume[i] = 1;
  });
  return bars;
}

/** Bars that do nothing but close at these prices, each opening where the one before closed. */
export function closesAt(...closes: readonly number[]): CandleSeries {
  return handBars(
    ...closes.map((close, i) => {
      const open = closes[i - 1] ?? close;
      return [open, Math.max(open, close), Math.min(open, close), close] as const;
    }),
  );
}

/** Wants `targets[bar]` units at the close of each bar; where there is none, what it holds. */
export function toldStrategy(
  targets: readonly (number | undefined)[],
  limits: StrategyLimits = { maxUnits: 10, maxLossFraction: null },
): Strategy<StrategyParameters> {
  return defineStrategy<StrategyParameters>({
    name: 'told',
    describes: 'as it is told',
    ranges: {},
    lookBackBars: () => 1,
    limits: () => limits,
    prepare: () => ({ decide: (bar, held) => targets[bar] ?? held.units }),
  });
}

/** The targets that a strategy gives at each bar, flat throughout; null before its look-back is full. */
export function targetsOf(
  strategy: Strategy,
  parameters: StrategyParameters,
  bars: CandleSeries,
  held = { units: 0, entryQuote: 0 },
): (number | null)[] {
  const decider = strategy.prepare(bars, parameters);
  const from = strategy.lookBackBars(parameters) - 1;
  return Array.from({ length: bars.length }, (_, bar) => (bar < from ? null : decider.decide(bar, held)));
}
