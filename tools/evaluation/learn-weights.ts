/**
 * Weights of strategies' votes from what each came to in a regime. Weak evidence weighs nothing: without any, all weigh
 * the same, and where all have lost clearly, staying out outweighs them.
 */
import { SHARPE_LEAST_DAYS, SHARPE_LEAST_TRADES } from '#domain/figures.ts';
import {
  type CellWeights,
  type MemberWeight,
  REGIME_CELLS,
  type RegimeCell,
  type RegimeWeights,
} from '#domain/strategy-weights.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { CellEvidence, RegimeEvidence } from './regime-evidence.ts';
import { returnMoments } from './return-moments.ts';

/** Of each strategy by its name, on each market. */
export type MembersEvidence = ReadonlyMap<string, readonly RegimeEvidence[]>;

/** So many standard errors are what chance shows all the time: they are taken off. */
const USUAL_LUCK = 1;
/** Beyond it more evidence weighs no more. */
const MOST_TILT = 3;
/** Of the whole vote: what a strategy would have above it goes to staying out. */
export const MOST_WEIGHT_FRACTION = 0.4;

/** From days that had ended and trades that had been left at `untilMs`. The same evidence gives the same weights. */
export function learnWeights(evidence: MembersEvidence, untilMs: EpochMs): RegimeWeights['cells'] {
  const cells = REGIME_CELLS.map((cell) => [cell, cellWeights(evidence, cell, untilMs)] as const);
  return Object.fromEntries(cells) as RegimeWeights['cells'];
}

function cellWeights(evidence: MembersEvidence, cell: RegimeCell, untilMs: EpochMs): CellWeights {
  const found = [...evidence].map(([name, markets]) => {
    const row = rowOf(markets, cell, untilMs);
    return { name, row, raw: Math.exp(tiltOf(row.standardErrors)) };
  });
  // Staying out has a certain 0.
  const total = found.reduce((sum, { raw }) => sum + raw, 1);
  const members: Record<string, MemberWeight> = {};
  let given = 0;
  for (const { name, row, raw } of found) {
    const weightFraction = Math.min(raw / total, MOST_WEIGHT_FRACTION);
    given += weightFraction;
    members[name] = { weightFraction, ...row };
  }
  return { flatFraction: Math.max(0, 1 - given), members };
}

function tiltOf(standardErrors: number | null): number {
  if (standardErrors === null) return 0;
  const size = Math.max(0, Math.abs(standardErrors) - USUAL_LUCK);
  return Math.sign(standardErrors) * Math.min(size, MOST_TILT);
}

function rowOf(
  markets: readonly RegimeEvidence[],
  cell: RegimeCell,
  untilMs: EpochMs,
): Omit<MemberWeight, 'weightFraction'> {
  const cells = markets.flatMap((market) => market.get(cell) ?? []);
  const returns = pooledDays(cells, untilMs);
  const trades = cells.reduce(
    (sum, one) => sum + one.trades.filter(({ leftAtMs }) => leftAtMs < untilMs).length,
    0,
  );
  const { count: days, mean, deviation } = returnMoments(returns);
  const isEnough = trades >= SHARPE_LEAST_TRADES && days >= SHARPE_LEAST_DAYS && deviation > 0;
  return { standardErrors: isEnough ? (mean / deviation) * Math.sqrt(days) : null, trades, days };
}

/** The mean over the markets that had such a day: what falls together on one day is one piece of evidence. */
function pooledDays(cells: readonly CellEvidence[], untilMs: EpochMs): number[] {
  const pooled = new Map<EpochMs, { sum: number; markets: number }>();
  for (const { days } of cells)
    for (const [dayAtMs, value] of days) {
      if (dayAtMs + DAY_MS > untilMs) continue;
      const { sum, markets } = pooled.get(dayAtMs) ?? { sum: 0, markets: 0 };
      pooled.set(dayAtMs, { sum: sum + value, markets: markets + 1 });
    }
  const ordered = [...pooled].sort(([left], [right]) => left - right);
  return ordered.map(([, { sum, markets }]) => sum / markets);
}
