/** What has to hold of every strategy, on whatever candles. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { withDrawnWeights } from '#tools/evaluation/drawn-weights.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import { drawParameters } from '#tools/strategies/parameters.ts';
import type { Held, Strategy } from '#tools/strategies/strategy.ts';
import { EXITS } from '#tools/strategies/walk-book.ts';
import { equityColumn, type Walk, walkDecider } from '#tools/strategies/walk-strategy.ts';

const BARS = 1_400;
const COSTS = { feeFraction: 0.0005, slippageFraction: 0.0002 };
const EXITS_INSIDE = { stopFraction: 0.03, targetFraction: 0.09 };

/**
 * For each of so many parameter sets: other candles after a bar, or none, change no decision up to it.
 * @param other as long as `past`, for the candles of another future
 */
export function expectNoLookahead(
  strategy: Strategy,
  past: CandleSeries,
  other: CandleSeries,
  parameterSets: number,
): void {
  let decisions = 0;
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: past.length - BARS }), fc.boolean(), (seed, from, isCut) => {
      const random = seededRandom(seed).next;
      const parameters = drawParameters(strategy, random);
      const bars = sliceSeries(past, from, from + BARS);
      const known = 2 + Math.floor(random() * (BARS - 2));
      const later = isCut ? sliceSeries(bars, 0, known) : withOtherFuture(bars, other, known);
      const drawn = withDrawnWeights(strategy, random);
      const decided = decisionsOf(drawn, parameters, bars, known);
      expect(decisionsOf(drawn, parameters, later, known)).toEqual(decided);
      decisions += decided.length;
    }),
    { numRuns: parameterSets },
  );
  expect(decisions).toBeGreaterThan(parameterSets * 100);
}

/** For each of so many parameter sets: no more units than allowed, no more lost than allowed save by a jump of the price. */
export function expectHardLimits(strategy: Strategy, past: CandleSeries, parameterSets: number): void {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: past.length - BARS }), (seed, from) => {
      const parameters = drawParameters(strategy, seededRandom(seed).next);
      const bars = sliceSeries(past, from, from + BARS);
      const limits = strategy.limits(parameters);
      const first = strategy.lookBackBars(parameters) - 1;
      const walk = walkDecider(strategy.prepare(bars, parameters), bars, limits, { ...COSTS, from: first });
      expect(mostUnits(walk)).toBeLessThanOrEqual(limits.maxUnits);
      if (walk.endedAtBar !== null) expect(walk.open).toBeNull();
      if (limits.maxLossFraction === null || leftAtOpen(walk, bars)) return;
      const limitQuote = limits.maxLossFraction * limits.maxUnits * bars.open[walk.from]!;
      const lowestQuote = equityColumn(walk, bars).reduce((least, quote) => Math.min(least, quote), 0);
      expect(lowestQuote).toBeGreaterThan(-limitQuote * (1 + 1e-9));
    }),
    { numRuns: parameterSets },
  );
}

/** From bar `known` on the candles of another market, three thousand times as dear as they were, at the same times. */
function withOtherFuture(bars: CandleSeries, other: CandleSeries, known: number): CandleSeries {
  const changed = (key: 'open' | 'high' | 'low' | 'close' | 'volume') =>
    bars[key].map((value, i) => (i < known ? value : 3_000 * other[key][i]!));
  return {
    ...bars,
    ...{ open: changed('open'), high: changed('high'), low: changed('low'), close: changed('close') },
    volume: changed('volume'),
  };
}

/** What was wanted at each of the `known` first bars, holding what its own decisions led to. */
function decisionsOf(
  strategy: Strategy,
  parameters: StrategyParameters,
  bars: CandleSeries,
  known: number,
): number[] {
  const decider = strategy.prepare(bars, parameters);
  const wanted: number[] = [];
  const noting = {
    decide(bar: number, held: Held) {
      const target = decider.decide(bar, held);
      wanted.push(target);
      return target;
    },
  };
  const from = strategy.lookBackBars(parameters) - 1;
  // One bar more, so that the last known one is decided as well; what the fill after it makes of it is not looked at.
  walkDecider(noting, bars, strategy.limits(parameters), { ...COSTS, ...EXITS_INSIDE, from, to: known + 1 });
  return wanted;
}

function mostUnits({ trades, open }: Walk): number {
  return [...trades.units, open?.units ?? 0].reduce((most, units) => Math.max(most, Math.abs(units)), 0);
}

/** Whether the last position was left at an open that had jumped past the limit: then no price of the limit was there. */
function leftAtOpen({ trades, endedAtBar }: Walk, bars: CandleSeries): boolean {
  const last = trades.count - 1;
  if (endedAtBar === null) return false;
  const isLimit = EXITS[trades.exits[last]!] === 'loss_limit';
  const side = Math.sign(trades.units[last]!);
  return !isLimit || trades.exitQuote[last] === bars.open[endedAtBar]! * (1 - side * COSTS.slippageFraction);
}
