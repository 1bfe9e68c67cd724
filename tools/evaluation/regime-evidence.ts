/** What a strategy came to on a market, apart for each regime in which it decided. */
import { sliceSeries } from '#domain/candle.ts';
import { REGIME_CELLS, type RegimeCell } from '#domain/strategy-weights.ts';
import { DAY_MS, type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { NO_REGIME, regimeColumn } from '#tools/regime/regime-column.ts';
import { parametersOf } from '#tools/strategies/parameters.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { equityColumn, walkStrategy } from '#tools/strategies/walk-strategy.ts';
import type { MarketStretch, StudyMarket } from './study-market.ts';
import { barsWithin, type StudyCosts } from './walk-span.ts';

/** Of one regime: fractions of a unit by UTC day, after costs, and the trades that were entered in it. */
export interface CellEvidence {
  readonly days: Map<EpochMs, number>;
  readonly trades: { readonly enteredAtMs: EpochMs; readonly leftAtMs: EpochMs }[];
}

export type RegimeEvidence = ReadonlyMap<RegimeCell, CellEvidence>;

/**
 * Walks a strategy of one unit by its usual parameters over a span. What a bar brought belongs to the regime at the close
 * before it, where it was decided; bars without a regime belong to none. O(bars × look-back of the regime).
 */
export function regimeEvidence(
  strategy: Strategy,
  { stretches, timeframe }: StudyMarket,
  span: TimeSpan,
  costs: StudyCosts,
): RegimeEvidence {
  const evidence = new Map(
    REGIME_CELLS.map((cell): [RegimeCell, CellEvidence] => [cell, { days: new Map(), trades: [] }]),
  );
  for (const stretch of stretches) {
    const reach = barsWithin(stretch, span, TIMEFRAME_MS[timeframe]);
    if (reach.to - reach.from >= 2) addStretch(evidence, strategy, stretch, reach, costs);
  }
  return evidence;
}

function addStretch(
  evidence: RegimeEvidence,
  strategy: Strategy,
  { bars: whole, funding }: MarketStretch,
  { from, to }: { readonly from: number; readonly to: number },
  costs: StudyCosts,
): void {
  const bars = sliceSeries(whole, 0, to);
  const terms = { ...costs, unit: 'quote', funding, from, to } as const;
  const walk = walkStrategy(strategy, parametersOf(strategy), bars, terms);
  const cells = regimeColumn(bars);
  const cellAt = (bar: number) => {
    const cell = REGIME_CELLS[cells[bar] ?? NO_REGIME];
    return cell === undefined ? undefined : evidence.get(cell);
  };
  const openAtMs = (bar: number) => bars.openAtMs[bar] ?? 0;
  const equity = equityColumn(walk, bars);
  for (let i = 1; i < equity.length; i += 1) {
    const bar = walk.from + i;
    const days = cellAt(bar - 1)?.days;
    if (days === undefined) continue;
    const dayAtMs = Math.floor(openAtMs(bar) / DAY_MS) * DAY_MS;
    days.set(dayAtMs, (days.get(dayAtMs) ?? 0) + (equity[i] ?? 0) - (equity[i - 1] ?? 0));
  }
  const { trades } = walk;
  for (let i = 0; i < trades.count; i += 1) {
    const entered = trades.enteredAtBar[i] ?? 0;
    const times = { enteredAtMs: openAtMs(entered), leftAtMs: openAtMs(trades.leftAtBar[i] ?? 0) };
    cellAt(entered - 1)?.trades.push(times);
  }
}
