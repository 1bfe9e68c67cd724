import { describe, expect, it } from 'vitest';
import type { Verdict } from '#domain/proposal.ts';
import type { CycleRecord, RulesAlone } from '#domain/run.ts';
import { decidedCycle } from '#graphs/decided-cycle.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { MOMENTS, openDesk } from '#tests/support/memory-cycles.ts';

/** A cycle by rules that opened, taken for a model's. */
async function byModel(): Promise<CycleRecord> {
  const desk = await openDesk(MOMENTS.trading);
  await runCycle(desk.request('run-1'), desk.deps);
  const [record] = desk.records;
  if (record === undefined) throw new Error('there is no record');
  const { proposals, verdicts, subjects } = record;
  const rulesAlone: RulesAlone = {
    ...{ level: 'clear', tradingMode: 'active', subjects, proposals, verdicts, plans: [], durationMs: 1 },
  };
  const opinions = record.opinions.map((opinion) => ({ ...opinion, decidedBy: 'model' as const }));
  return { ...record, opinions, rulesAlone };
}

const opensOf = (record: CycleRecord) => {
  const decided = decidedCycle(record);
  if (typeof decided === 'string') throw new Error(decided);
  return { model: decided.model.opens.length, rules: decided.rules.opens.length };
};

describe('a record as the evaluation reads it', () => {
  it('counts what a person refused, or the gate at the placement, as the model’s decision still', async () => {
    const record = await byModel();
    const before = opensOf(record);
    expect(before.model).toBeGreaterThan(0);
    const refused = (stage: Verdict['stage']): Verdict[] =>
      record.verdicts.map((verdict) => ({ ...verdict, stage, outcome: 'denied', quantityBase: '0' }));
    const verdicts = [...record.verdicts, ...refused('approval'), ...refused('place')];
    expect(opensOf({ ...record, verdicts })).toEqual(before);
    const byRisk = [...record.verdicts.filter(({ stage }) => stage !== 'risk'), ...refused('risk')];
    expect(opensOf({ ...record, verdicts: byRisk })).toEqual({ ...before, model: 0 });
  });

  it('cannot be weighed when it failed, is a fork, or tells nothing of the rules alone', async () => {
    const record = await byModel();
    const { rulesAlone: _alone, ...old } = record;
    expect(decidedCycle({ ...record, outcome: 'failed' })).toBe('failed');
    expect(decidedCycle({ ...record, kind: 'fork' })).toBe('no_cycle');
    expect(decidedCycle(old)).toBe('no_rules_alone');
  });
});
