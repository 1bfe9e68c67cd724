import { describe, expect, it } from 'vitest';
import type { AgentDesk } from '#agents/agent-desk.ts';
import { contextByRules } from '#agents/context-rules.ts';
import type { Verdict } from '#domain/proposal.ts';
import { CycleRecord } from '#domain/run.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { createRulesAlone } from '#graphs/rules-alone.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import {
  type CycleDesk,
  MOMENTS,
  openDesk,
  RULES,
  RUNNERS,
  recordOfCycle,
} from '#tests/support/memory-cycles.ts';

const REFUSES_ALL: Script = {
  risk: ({ proposals }) => ({
    reviews: proposals.map(({ proposalId }) => ({
      ...{ proposalId, action: 'refuse', sizeFraction: 0, reason: 'not today' },
    })),
    summary: '',
  }),
};

/** A model that says of every subject what the rules say. */
const AGREES: Script = { context: contextByRules };

function withRules(desk: CycleDesk, rules: AgentDesk = RULES): CycleDeps {
  return { ...desk.deps, rulesAlone: createRulesAlone(rules, desk.deps) };
}

const judgedBy = ({ verdicts }: { readonly verdicts: readonly Verdict[] }) =>
  verdicts.filter(({ stage }) => stage !== 'place');

describe.each(RUNNERS)('what the rules alone would have decided, by %s', (_name, run) => {
  it('is what a desk without a model decides, beside what the model refused', async () => {
    const byRules = await recordOfCycle(run, await openDesk(MOMENTS.trading));
    const desk = await openDesk(MOMENTS.trading, { script: REFUSES_ALL });
    const record = await recordOfCycle(run, desk, 'run-1', withRules(desk));
    expect(record).toMatchObject({ outcome: 'denied', intents: [] });
    expect(byRules.outcome).toBe('traded');
    const { rulesAlone } = CycleRecord.parse(JSON.parse(JSON.stringify(record)));
    expect(rulesAlone).toMatchObject({
      ...{ level: byRules.level, tradingMode: 'active', subjects: byRules.subjects },
      proposals: byRules.proposals,
    });
    expect(rulesAlone && judgedBy(rulesAlone)).toEqual(judgedBy(byRules));
    expect(rulesAlone?.plans.length).toBe(byRules.proposals.length);
    expect(judgedBy(record)).not.toEqual(judgedBy(byRules));
  });

  it('is the same where the model agrees with them', async () => {
    const desk = await openDesk(MOMENTS.trading, { script: AGREES });
    const record = await recordOfCycle(run, desk, 'run-1', withRules(desk));
    expect(record.outcome).toBe('traded');
    expect(record.rulesAlone?.proposals).toEqual(record.proposals);
    expect(record.rulesAlone && judgedBy(record.rulesAlone)).toEqual(judgedBy(record));
  });

  it('goes on where the Guardian halted the desk', async () => {
    const script: Script = { guardian: () => ({ ask: 'trip', reason: 'I do not like it' }) };
    const atWatch = { level: 'watch', reasons: [] } as const;
    const desk = await openDesk(MOMENTS.trading, { script });
    const deps = withRules(desk);
    const setLevel = async () => atWatch;
    const record = await recordOfCycle(run, desk, 'run-1', {
      ...deps,
      tradingState: { ...deps.tradingState, setLevel },
    });
    expect(record).toMatchObject({ outcome: 'halted', level: 'tripped', proposals: [] });
    expect(record.rulesAlone).toMatchObject({ level: 'watch', tradingMode: 'active' });
    expect(record.rulesAlone?.proposals.length).toBeGreaterThan(0);
  });

  it('is not stored where the rules decided everything', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const record = await recordOfCycle(run, desk, 'run-1', withRules(desk));
    expect(record.outcome).toBe('traded');
    expect(record).not.toHaveProperty('rulesAlone');
  });

  it('sends nothing and reads nothing of the venue', async () => {
    const callsOf = async (asksRules: boolean) => {
      let calls = 0;
      const desk = await openDesk(MOMENTS.trading, {
        script: AGREES,
        aroundBroker: (broker) =>
          new Proxy(broker, {
            get(target, name) {
              const member: unknown = Reflect.get(target, name);
              if (typeof member !== 'function') return member;
              return (...asked: unknown[]) => {
                calls += 1;
                return Reflect.apply(member, target, asked);
              };
            },
          }),
      });
      await recordOfCycle(run, desk, 'run-1', asksRules ? withRules(desk) : desk.deps);
      return calls;
    };
    const without = await callsOf(false);
    expect(without).toBeGreaterThan(0);
    expect(await callsOf(true)).toBe(without);
  });

  it('fails no cycle when it fails itself: the record says so and the orders stand', async () => {
    const broken: AgentDesk = {
      ...RULES,
      risk: async () => {
        throw new Error('the rules fell over');
      },
    };
    const desk = await openDesk(MOMENTS.trading, { script: AGREES });
    const record = await recordOfCycle(run, desk, 'run-1', withRules(desk, broken));
    expect(record.outcome).toBe('traded');
    expect(record.intents.length).toBeGreaterThan(0);
    expect(record).not.toHaveProperty('rulesAlone');
    expect(record.notes.join()).toMatch(
      /what the rules alone would decide is not known: .*the rules fell over/,
    );
  });
});
