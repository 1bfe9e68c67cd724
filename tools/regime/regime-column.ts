/**
 * The regime of the bars a strategy looks at, at each of them. The rules are those of `ownRegime`, over the newest
 * `REGIME_BARS` bars and nothing before or after them: a desk that sees 150 bars and a sweep that sees years agree to the bit.
 */
import type { CandleSeries } from '#domain/candle.ts';
import type { Regime } from '#domain/signal.ts';
import { REGIME_CELLS, type RegimeCell } from '#domain/strategy-weights.ts';
import { atr } from '#tools/indicators/atr.ts';
import { ema } from '#tools/indicators/ema.ts';
import { logReturnAt } from '#tools/indicators/log-return.ts';
import { mostReturns, SLOPE_BARS, trendFrom, volatilityFrom } from './assess-regime.ts';

/** Warm-up of EMA 50 with its slope and ATR 14, and the least returns a ratio of volatilities takes; a desk has 50 more. */
export const REGIME_BARS = 100;
/** In the place of a cell's number, where there are not bars enough or they did not move. */
export const NO_REGIME = 255;

const EMA_BARS = 50;
const ATR_BARS = 14;

/** Volatile whatever the trend is, else the trend with calm or normal volatility; null where either is unknown. */
export function regimeCell({ trend, volatility }: Pick<Regime, 'trend' | 'volatility'>): RegimeCell | null {
  if (trend === 'unknown' || volatility === 'unknown') return null;
  return volatility === 'volatile' ? 'volatile' : `${trend}-${volatility}`;
}

/** The regime and the volatility that a cell stands for. */
export function regimeOfCell(cell: RegimeCell | null) {
  if (cell === null) return { regime: 'unknown', volatility: 'unknown' } as const;
  if (cell === 'volatile') return { regime: 'volatile', volatility: 'volatile' } as const;
  const [regime, volatility] = cell.split('-') as ['bull' | 'bear' | 'sideways', 'calm' | 'normal'];
  return { regime, volatility };
}

/**
 * At each bar the place in `REGIME_CELLS` of what `ownRegime` says of the `REGIME_BARS` bars up to it, else `NO_REGIME`.
 * O(bars × REGIME_BARS), two typed arrays.
 */
export function regimeColumn(bars: CandleSeries): Uint8Array {
  const { high, low, close, length } = bars;
  const cells = new Uint8Array(length).fill(NO_REGIME);
  const squares = Float64Array.from({ length }, (_, i) => logReturnAt(bars, i) ** 2);
  const averages = new Float64Array(REGIME_BARS);
  const ranges = new Float64Array(REGIME_BARS);
  const last = REGIME_BARS - 1;
  const longReturns = Math.min(last, mostReturns(bars.timeframe));
  for (let bar = last; bar < length; bar += 1) {
    const from = bar - last;
    ema(close.subarray(from, bar + 1), EMA_BARS, averages);
    atr(
      high.subarray(from, bar + 1),
      low.subarray(from, bar + 1),
      close.subarray(from, bar + 1),
      ATR_BARS,
      ranges,
    );
    const cell = regimeCell({
      trend: trendAt(close[bar]!, averages, ranges),
      volatility: volatilityFrom(squares, bar + 1, longReturns),
    });
    if (cell !== null) cells[bar] = REGIME_CELLS.indexOf(cell);
  }
  return cells;
}

function trendAt(close: number, averages: Float64Array, ranges: Float64Array): Regime['trend'] {
  const last = REGIME_BARS - 1;
  const average = averages[last]!;
  const averageBefore = averages[last - SLOPE_BARS]!;
  const range = ranges[last]!;
  if (!Number.isFinite(average + averageBefore + range)) return 'unknown';
  return trendFrom(close, { average, averageBefore, range });
}
