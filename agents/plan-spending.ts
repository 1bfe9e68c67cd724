/**
 * What a run may ask for its money, decided before its calls go out: fewer subjects, then the cheaper model, then the
 * rules alone. A plan is coarse; each call then reserves what it really may cost (metered-model.ts).
 */
import type { Spending, SpendingMode, SpendingStep, SpendingTier } from '#domain/spending.ts';
import { type Committed, type Shortfall, type SpendingLimits, shortfallOf } from '#domain/spending-limits.ts';
import type { SpendingQuestion } from './budget.ts';

/** What one call of an agent costs at a tier; null where its price is unknown. */
export type CallCost = (agent: string) => number | null;

export interface SpendingFacts {
  readonly mode: SpendingMode;
  readonly limits: SpendingLimits;
  readonly committed: Committed;
  readonly usual: CallCost;
  /** Null where no cheaper model is configured. */
  readonly cheaper: CallCost | null;
}

type PaidTier = Extract<SpendingTier, 'usual' | 'cheaper'>;

const FIRST_TIER = { premium: 'usual', saving: 'cheaper', free: 'free' } as const;

export function planSpending(asked: SpendingQuestion, facts: SpendingFacts): Spending {
  const mode = asked.given?.mode ?? facts.mode;
  const first = asked.given?.tier ?? FIRST_TIER[mode];
  const as = (tier: SpendingTier, maxSubjects: number, steps: SpendingStep[]): Spending => ({
    ...{ mode, tier, maxSubjects, steps },
  });
  if (first === 'free' || first === 'none') return as(first, asked.maxSubjects, []);

  const wanted = Math.min(asked.subjects, asked.maxSubjects);
  const least = Math.min(1, wanted);
  const shortOf = (tier: PaidTier, subjects: number): Shortfall | null =>
    shortfallOf(facts.committed, planUsd(asked, subjects, costAt(tier, facts)), facts.limits);
  const tiers: PaidTier[] = first === 'usual' && canStepDown(asked, facts) ? ['usual', 'cheaper'] : [first];
  for (const tier of tiers) {
    let subjects = wanted;
    while (subjects > least && shortOf(tier, subjects) !== null) subjects -= 1;
    if (shortOf(tier, subjects) !== null) continue;
    const steps: SpendingStep[] = [];
    const told = (step: SpendingStep['step'], short: Shortfall | null, then: string) => {
      if (short !== null)
        steps.push({ step, agent: asked.agent, ...short, reason: `${shortfallWords(short)}: ${then}` });
    };
    if (subjects < wanted)
      told(
        'fewer_subjects',
        shortOf(first, wanted) ?? shortOf(tier, wanted),
        `${subjects} of ${wanted} new subjects are asked about`,
      );
    if (tier !== first) told('cheaper_model', shortOf(first, least), 'the cheaper model is asked');
    return as(tier, subjects < wanted ? subjects : asked.maxSubjects, steps);
  }
  const last = shortOf(tiers.at(-1) ?? first, least);
  const steps: SpendingStep[] =
    last === null
      ? []
      : [
          {
            ...{ step: 'rules_only', agent: asked.agent },
            ...last,
            reason: `${shortfallWords(last)}: the rules decide`,
          },
        ];
  return as('none', asked.maxSubjects, steps);
}

/** A model whose price nobody knows saves nothing that could be measured: it is no step down from one that has a price. */
function canStepDown({ agent }: SpendingQuestion, { usual, cheaper }: SpendingFacts): boolean {
  return cheaper !== null && (cheaper(agent) !== null || usual(agent) === null);
}

function costAt(tier: PaidTier, { usual, cheaper }: SpendingFacts): CallCost {
  return tier === 'cheaper' ? (cheaper ?? usual) : usual;
}

/** Everything that follows from the next call; null where a price is unknown. */
function planUsd(
  { agent, subjects, held }: SpendingQuestion,
  chosen: number,
  costOf: CallCost,
): number | null {
  const contexts = chosen + held;
  const calls: [string, number][] =
    agent === 'scanner'
      ? [
          ['scanner', subjects > 0 ? 1 : 0],
          ['context', contexts],
          ['risk', chosen > 0 ? 1 : 0],
          ['executor', contexts > 0 ? 1 : 0],
        ]
      : [[agent, agent === 'context' ? contexts : 1]];
  let usd = 0;
  for (const [name, count] of calls) {
    const each = costOf(name);
    if (each === null) return null;
    usd += each * count;
  }
  return usd;
}

export function shortfallWords({ limit, limitUsd, committedUsd, estimateUsd }: Shortfall): string {
  const whose = limit === 'day' ? 'this day' : 'this cycle';
  if (limitUsd === 0) return `models may cost nothing in ${whose}`;
  return `${estimateUsd === null ? 'any' : usdText(estimateUsd)} USD more would go over what models may cost in ${whose} (${usdText(committedUsd)} of ${usdText(limitUsd)} USD are spent or reserved)`;
}

function usdText(usd: number): string {
  return String(Number(usd >= 1 ? usd.toFixed(4) : usd.toPrecision(3)));
}
