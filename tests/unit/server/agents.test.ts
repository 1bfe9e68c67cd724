import { expect, it } from 'vitest';
import { createAgents } from '#server/engine/agents.ts';
import { openModels } from '#server/engine/models.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { askContext, BTC, signalOf } from '#tests/support/agent-fixtures.ts';
import { llmConfig } from '#tests/support/llm-config.ts';

const question = { shortlist: [signalOf(BTC)], positions: [], maxSubjects: 3 };

function deskWithoutPrompts() {
  const metrics = createMetrics({ processMetrics: false });
  const lines: object[] = [];
  const agents = createAgents({
    logger: { error: (fields: object) => void lines.push(fields) },
    config: llmConfig(),
    prompts: { set: async () => null },
    budget: null,
    models: openModels({
      ...{ config: llmConfig(), calls: { addBeforeItsWords: async () => {} }, metrics },
      ...{ wallClock: { nowMs: () => 0 }, ids: { next: (kind) => `${kind}_1` } },
    }),
    metrics,
  });
  return { metrics, lines, agents };
}

it('alerts once for each set of prompts that cannot be used, not once a cycle', async () => {
  const { lines, agents } = deskWithoutPrompts();
  for (const promptSetId of ['ps_1', 'ps_1', 'ps_2'])
    expect(await agents.scanner(question, { ...askContext(), promptSetId })).toMatchObject({
      abstention: 'prompt_unusable',
    });
  expect(lines).toEqual([
    { alert: 'prompt_unusable', promptSetId: 'ps_1', agent: 'scanner' },
    { alert: 'prompt_unusable', promptSetId: 'ps_2', agent: 'scanner' },
  ]);
});

it('counts each answer a model did not give, by agent and reason', async () => {
  const { metrics, lines, agents } = deskWithoutPrompts();
  for (let asked = 0; asked < 2; asked++)
    expect(await agents.scanner(question, askContext({ tier: 'none' }))).toMatchObject({
      abstention: 'budget_spent',
    });
  const counted = 'vigil_agent_abstentions_total{agent="scanner",reason="budget_spent"} 2';
  expect(await metrics.registry.metrics()).toContain(counted);
  expect(lines).toEqual([]);
});
