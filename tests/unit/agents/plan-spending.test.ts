import { describe, expect, it } from 'vitest';
import type { SpendingQuestion } from '#agents/budget.ts';
import { planSpending, type SpendingFacts } from '#agents/plan-spending.ts';

const scan: SpendingQuestion = {
  ...{ runId: 'run_1', promptSetId: 'ps_1', agent: 'scanner' },
  ...{ subjects: 5, held: 1, maxSubjects: 5, given: null },
};
const NOTHING = { dayUsd: 0, cycleUsd: 0 };

/** Every call of the usual model costs 0.1 USD, of the cheaper one 0.01. */
function facts(over: Partial<SpendingFacts> = {}): SpendingFacts {
  const limits = { usdPerDay: 10, usdPerCycle: 1 };
  return {
    ...{ mode: 'premium', limits, committed: NOTHING },
    ...{ usual: () => 0.1, cheaper: () => 0.01, ...over },
  };
}

describe('what a run may ask', () => {
  it('is all of it while scanner, subjects, positions, risk and executor fit together', () => {
    // One scanner, six contexts, one risk, one executor: nine calls.
    const limits = { usdPerDay: 10, usdPerCycle: 0.9 };
    const all = planSpending(scan, facts({ limits, usual: () => 0.0999 }));
    expect(all).toEqual({ mode: 'premium', tier: 'usual', maxSubjects: 5, steps: [] });
  });

  it.each([
    ['fewer subjects first', 0.7, 'usual', 3, ['fewer_subjects']],
    ['one subject at least', 0.5, 'usual', 1, ['fewer_subjects']],
    ['the cheaper model for all when one is too dear', 0.45, 'cheaper', 5, ['cheaper_model']],
    ['the cheaper model for fewer', 0.065, 'cheaper', 2, ['fewer_subjects', 'cheaper_model']],
    ['the rules when even that is too dear', 0.04, 'none', 5, ['rules_only']],
    ['the rules when nothing may be spent', 0, 'none', 5, ['rules_only']],
  ])('is %s', (_name, usdPerCycle, tier, maxSubjects, steps) => {
    const planned = planSpending(scan, facts({ limits: { usdPerDay: 10, usdPerCycle } }));
    expect(planned).toMatchObject({ tier, maxSubjects });
    expect(planned.steps.map(({ step }) => step)).toEqual(steps);
    for (const step of planned.steps) expect(step).toMatchObject({ limit: 'cycle', limitUsd: usdPerCycle });
  });

  it('never has more than it fits when what is left shrinks, and only steps down', () => {
    const rank = { usual: 2, cheaper: 1, none: 0, free: 0 } as const;
    let before = Number.POSITIVE_INFINITY;
    for (let cents = 100; cents >= 0; cents -= 1) {
      const limits = { usdPerDay: 10, usdPerCycle: cents / 100 };
      const now = rank[planSpending(scan, facts({ limits })).tier];
      expect(now).toBeLessThanOrEqual(before);
      before = now;
    }
  });

  it('weighs what the day has spent and set aside, and tells the numbers', () => {
    const limits = { usdPerDay: 5, usdPerCycle: 10 };
    const [step] = planSpending(scan, facts({ limits, committed: { dayUsd: 4.5, cycleUsd: 0 } })).steps;
    expect(step).toMatchObject({ limit: 'day', limitUsd: 5, committedUsd: 4.5 });
    expect(step?.estimateUsd).toBeCloseTo(0.9);
    expect(step?.reason).toBe(
      '0.9 USD more would go over what models may cost in this day (4.5 of 5 USD are spent or reserved): 1 of 5 new subjects are asked about',
    );
  });

  it('goes from the usual model to the rules where no cheaper one is configured', () => {
    const planned = planSpending(scan, facts({ cheaper: null, limits: { usdPerDay: 10, usdPerCycle: 0.4 } }));
    expect(planned.tier).toBe('none');
  });

  it('never goes from a model with a price to one without: a budget that runs low ends with the rules', () => {
    const limits = { usdPerDay: 10, usdPerCycle: 0.4 };
    const planned = planSpending(scan, facts({ cheaper: () => null, limits }));
    expect(planned).toMatchObject({ tier: 'none', steps: [{ step: 'rules_only' }] });
    const asSaving = planSpending(scan, facts({ mode: 'saving', cheaper: () => null, limits }));
    expect(asSaving.tier).toBe('cheaper');
  });

  it('is stopped by no dollars where the price is unknown, but for a limit of nothing and one that is reached', () => {
    const unknown = { usual: () => null, cheaper: null };
    expect(planSpending(scan, facts(unknown)).tier).toBe('usual');
    const nothing = { usdPerDay: 0, usdPerCycle: 1 };
    expect(planSpending(scan, facts({ ...unknown, limits: nothing })).tier).toBe('none');
    const reached = { dayUsd: 10, cycleUsd: 0 };
    expect(planSpending(scan, facts({ ...unknown, committed: reached })).tier).toBe('none');
  });

  it('counts a sum nobody can tell as spent', () => {
    const committed = { dayUsd: Number.NaN, cycleUsd: 0 };
    expect(planSpending(scan, facts({ committed })).tier).toBe('none');
  });

  it('begins with the cheaper model in saving, and with nobody in free', () => {
    expect(planSpending(scan, facts({ mode: 'saving' }))).toMatchObject({ tier: 'cheaper', steps: [] });
    const limits = { usdPerDay: 0, usdPerCycle: 0 };
    expect(planSpending(scan, facts({ mode: 'free', limits }))).toEqual({
      ...{ mode: 'free', tier: 'free', maxSubjects: 5, steps: [] },
    });
  });

  it('keeps what the run was given: its mode, and never a tier above', () => {
    const given = { mode: 'premium', tier: 'cheaper', maxSubjects: 2 } as const;
    const again = planSpending({ ...scan, maxSubjects: 2, given }, facts({ mode: 'free' }));
    expect(again).toEqual({ ...given, steps: [] });
    const none = { mode: 'premium', tier: 'none', maxSubjects: 5 } as const;
    expect(planSpending({ ...scan, given: none }, facts())).toEqual({ ...none, steps: [] });
  });
});
