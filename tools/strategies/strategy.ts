/**
 * The port of a strategy: what a position should be after each closed bar, from the bars alone. It knows nothing of fees,
 * fills, accounts or orders; `walkStrategy` walks it over a past, and the desk asks it for one bar.
 */
import type { CandleSeries } from '#domain/candle.ts';
import type { Weighing } from '#domain/strategy-weights.ts';
import type { ParameterRange, StrategyParameters } from './parameter-range.ts';

/** What is held at the close of a bar, as the fills before it made it. One object for a whole walk: read it, never keep it. */
export interface Held {
  /** Positive is long, negative short, 0 flat. */
  readonly units: number;
  /** Average price paid for what is held, in quote per base unit; 0 when flat. */
  readonly entryQuote: number;
}

/** Limits that the walk holds a strategy to, whatever it asks for. */
export interface StrategyLimits {
  /** Of either side: a target beyond is cut to this. */
  readonly maxUnits: number;
  /**
   * Of what `maxUnits` cost at the open of the first bar: once fills, fees, funding and the open position have lost this
   * much the walk is closed inside the bar and opens nothing again. Null where a strategy has no such end.
   */
  readonly maxLossFraction: number | null;
}

export interface Decider {
  /**
   * The units to hold from the next open on; `held.units` to leave things as they are. Sees the bars up to `bar` and no
   * later one, is asked from `lookBackBars - 1` on, and allocates nothing.
   */
  decide(bar: number, held: Held): number;
  /** What a decision at the bar rests on, where it is a vote of others. */
  weighs?(bar: number): Weighing;
}

export interface Strategy<Parameters extends StrategyParameters = StrategyParameters> {
  readonly name: string;
  /** Half a sentence: when it is long, short and flat. */
  readonly describes: string;
  readonly ranges: Readonly<Record<keyof Parameters & string, ParameterRange>>;
  /** What is wrong with these parameters together, each being in its range; null when nothing is. */
  clash(parameters: Parameters): string | null;
  /** Bars up to and with the one of the first decision. */
  lookBackBars(parameters: Parameters): number;
  limits(parameters: Parameters): StrategyLimits;
  /** Measures the whole series once; what is decided at a bar never depends on a later one. */
  prepare(bars: CandleSeries, parameters: Parameters): Decider;
}

type Optional = 'clash' | 'limits';

/** A strategy of one unit to each side with no end by losses and no parameters that clash, unless it says otherwise. */
export function defineStrategy<Parameters extends StrategyParameters>(
  strategy: Omit<Strategy<Parameters>, Optional> & Partial<Pick<Strategy<Parameters>, Optional>>,
): Strategy<Parameters> {
  return { clash: () => null, limits: () => ({ maxUnits: 1, maxLossFraction: null }), ...strategy };
}
