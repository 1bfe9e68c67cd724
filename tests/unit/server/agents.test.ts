import { expect, it } from 'vitest';
import { createAgents } from '#server/engine/agents.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { askContext, BTC, signalOf } from '#tests/support/agent-fixtures.ts';

it('counts each answer a model did not give, by agent and reason', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const agents = createAgents({
    config: { apiKey: 'a-key', baseUrl: null, model: 'scripted-1', budgetUsdPerDay: 5, price: null },
    prompts: { set: async () => null },
    calls: { add: async () => {}, costSince: async () => 5 },
    wallClock: { nowMs: () => 0 },
    ids: { next: (kind) => `${kind}_1` },
    metrics,
  });
  const question = { shortlist: [signalOf(BTC)], positions: [], maxSubjects: 3 };
  for (let asked = 0; asked < 2; asked++)
    expect(await agents.scanner(question, askContext())).toMatchObject({ abstention: 'budget_spent' });
  const counted = 'vigil_agent_abstentions_total{agent="scanner",reason="budget_spent"} 2';
  expect(await metrics.registry.metrics()).toContain(counted);
});
