import { describe, expect, it } from 'vitest';
import { createIdSource } from '#server/ids.ts';
import { sampleQuestion } from '#server/prompts/sample-question.ts';
import { tryPrompt } from '#server/prompts/trial.ts';
import { wallClock } from '#server/wall-clock.ts';
import { PROMPT_SET } from '#tests/support/agent-fixtures.ts';

const AGENTS = ['scanner', 'guardian', 'context', 'risk', 'executor'] as const;

describe('the sample question', () => {
  it.each(AGENTS)(
    'of the %s is one the baseline can be asked, though no run was ever made',
    async (agent) => {
      const question = await sampleQuestion(agent);
      const prompts = [...PROMPT_SET.prompts.values()];
      const trial = await tryPrompt({ question, runId: null, decided: null }, prompts, {
        model: { absentBecause: 'no model is configured' },
        ids: createIdSource(wallClock),
      });
      expect(trial).toMatchObject({
        agent,
        outcome: 'not_asked',
        why: 'no model is configured',
        decidedBy: 'rules',
      });
      const [system, evidence] = trial?.messages ?? [];
      expect([system?.role, evidence?.role]).toEqual(['system', 'user']);
      expect(evidence?.content).toContain('BTC/USDT:USDT');
      expect(evidence?.content).not.toMatch(/\{\{/);
      expect(trial?.promptTokens).toBeGreaterThan(1_500);
      expect(trial?.promptTokens).toBeLessThan(6_000);
    },
  );
});
