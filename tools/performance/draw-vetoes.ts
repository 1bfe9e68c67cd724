/** The random veto's result over many draws, in plain numbers: a mean and a spread need no exact money. */
import { seededRandom } from '#domain/ids.ts';
import type { EpochMs } from '#domain/time.ts';
import type { ResultPart } from './compare-policies.ts';
import { drawVeto, type ScaledTrade, type VetoPolicy } from './random-veto.ts';
import type { ReckonedTrade } from './reckon-trades.ts';

/** Mean and the middle 95 of 100 draws. */
export interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface VetoDraws {
  readonly trades: Spread;
  /** Null where no draw made a trade. */
  readonly hitRateFraction: Spread | null;
  readonly netQuote: Spread;
  readonly sumR: Spread;
  readonly worstDrawdownQuote: Spread;
  /** Mean R over the draws, at each instant of a decision. */
  readonly expected: readonly ResultPart[];
}

/** The same seed gives the same draws. */
export function drawVetoes(
  rulesTrades: readonly ReckonedTrade[],
  policy: VetoPolicy,
  { draws, seed }: { readonly draws: number; readonly seed: number },
): VetoDraws {
  const random = seededRandom(seed);
  const expected = new Map<EpochMs, number>();
  const sums = Array.from({ length: draws }, () => {
    const taken = drawVeto(rulesTrades, policy, random);
    for (const { decidedAtMs, r, scale } of taken)
      expected.set(decidedAtMs, (expected.get(decidedAtMs) ?? 0) + (r * scale) / draws);
    return sumOf(taken);
  });
  const hits = sums.flatMap(({ won, trades }) => (trades === 0 ? [] : [won / trades]));
  return {
    trades: spreadOf(sums.map(({ trades }) => trades)),
    hitRateFraction: hits.length === 0 ? null : spreadOf(hits),
    netQuote: spreadOf(sums.map(({ net }) => net)),
    sumR: spreadOf(sums.map(({ sumR }) => sumR)),
    worstDrawdownQuote: spreadOf(sums.map(({ drawdown }) => drawdown)),
    expected: [...expected].map(([atMs, value]) => ({ atMs, value })),
  };
}

function sumOf(taken: readonly ScaledTrade[]) {
  let won = 0;
  let sumR = 0;
  let net = 0;
  let best = 0;
  let drawdown = 0;
  for (const trade of taken.toSorted((left, right) => left.exitAtMs - right.exitAtMs)) {
    const gained = Number(trade.netQuote) * trade.scale;
    if (gained > 0) won += 1;
    sumR += trade.r * trade.scale;
    net += gained;
    best = Math.max(best, net);
    drawdown = Math.max(drawdown, best - net);
  }
  return { trades: taken.length, won, sumR, net, drawdown };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: at(0.025), high: at(0.975) };
}
