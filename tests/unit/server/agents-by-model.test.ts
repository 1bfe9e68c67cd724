import { describe, expect, it } from 'vitest';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import type { LlmConfig } from '#server/config-model.ts';
import { agentsByModel } from '#server/engine/agents-by-model.ts';
import { effectiveMode } from '#server/engine/spending-mode.ts';
import { PROMPTS } from '#tests/support/agent-fixtures.ts';
import { llmConfig } from '#tests/support/llm-config.ts';

describe('the agents of a fork', () => {
  const rules = createAgentDesk({ model: null, prompts: PROMPTS, budget: null });

  it.each(['saving', 'free'] as const)(
    'ask the model somebody names, though the desks were switched to %s',
    (mode) => {
      const opened: LlmConfig[] = [];
      const open = (config: LlmConfig) => {
        opened.push(config);
        return rules;
      };
      const config = llmConfig({ mode, savingModel: 'scripted-small' });
      agentsByModel(config, { rules, open })('another-1');
      const asked = opened[0] ?? config;
      expect(asked).toMatchObject({ model: 'another-1', savingModel: null });
      const switched = { mode, setBy: 'a person', atMs: Date.now() };
      expect(effectiveMode(asked, switched)).toBe('premium');
    },
  );

  it('are kept for the few models asked last, however many are named', () => {
    const opened: string[] = [];
    const open = ({ model }: LlmConfig) => {
      opened.push(model);
      return { ...rules };
    };
    const agentsOf = agentsByModel(llmConfig({ model: 'scripted-1' }), { rules, open });
    const first = agentsOf('a');
    for (const name of ['b', 'c', 'd']) agentsOf(name);
    expect(agentsOf('a')).toBe(first);
    agentsOf('e');
    expect(agentsOf('a')).toBe(first);
    expect(opened).toEqual(['a', 'b', 'c', 'd', 'e']);
    agentsOf('b');
    expect(opened.at(-1)).toBe('b');
    expect(opened).toHaveLength(6);
  });

  it('ask the configured model as the desks do, opened once and apart from theirs, and nobody by the rules', () => {
    const opened: LlmConfig[] = [];
    const open = (asked: LlmConfig) => {
      opened.push(asked);
      return { ...rules };
    };
    const config = llmConfig({ model: 'scripted-1' });
    const agentsOf = agentsByModel(config, { rules, open });
    expect(agentsOf('scripted-1')).toBe(agentsOf('scripted-1'));
    expect(opened).toEqual([config]);
    expect(agentsOf(null)).toBe(rules);
  });
});
