import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelRequest } from '#agents/chat-model.ts';
import { countTokens } from '#prompts/count-tokens.ts';
import { storedPromptSet } from '#prompts/prompt-source.ts';
import { PROMPT_NAMES, type PromptName } from '#prompts/prompt-variables.ts';
import { renderPrompt } from '#prompts/render-prompt.ts';
import { PROMPT_SET } from '#tests/support/agent-fixtures.ts';
import { createPromptScene } from '#tests/support/prompt-scene.ts';

/** The whole of what an agent is asked, for eight subjects. */
const MOST_TOKENS = 6_000;
const AGENTS = PROMPT_NAMES.filter((name) => name !== 'rules');

let asked: ReadonlyMap<string, ModelRequest>;
beforeAll(async () => {
  asked = await (await createPromptScene()).asked();
});

function evidenceOf(agent: PromptName): string {
  return asked.get(agent)?.messages[1]?.content ?? '';
}

describe('the prompt of a desk with its hands full', () => {
  it.each(AGENTS)(
    'of the %s stays under its bound of tokens, system, evidence and schema together',
    async (agent) => {
      const { messages = [], answerSchema = {} } = asked.get(agent) ?? {};
      const tokens = await countTokens(messages, answerSchema);
      expect(tokens).toBeLessThan(MOST_TOKENS);
      expect(tokens).toBeGreaterThan(1_500);
    },
  );

  it.each(AGENTS)(
    'of the %s has no variable left, nothing undefined, and its rules and schema in place',
    (agent) => {
      const { messages = [] } = asked.get(agent) ?? {};
      expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
      const whole = messages.map(({ content }) => content).join('\n');
      expect(whole).not.toMatch(/\{\{|undefined|NaN|Infinity|\[object|null \|/);
      expect(whole).toContain('You propose, code disposes');
      expect(whole).toContain('"additionalProperties":false');
    },
  );

  it('holds all eight subjects, the three positions and the record where they are decided on', () => {
    for (const agent of ['scanner', 'risk', 'executor'] as const)
      for (const base of ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'ADA', 'AVAX', 'LINK'])
        expect(evidenceOf(agent)).toContain(`${base}/USDT:USDT`);
    for (const agent of ['guardian', 'scanner', 'risk'] as const)
      for (const base of ['BNB', 'TRX', 'LTC'])
        expect(evidenceOf(agent)).toContain(`${base}/USDT:USDT | long`);
    for (const agent of ['scanner', 'context', 'risk'] as const)
      expect(evidenceOf(agent)).toMatch(/^all \| 20 \| 0\.65 \| 1\.5 \|/m);
  });

  it('is longer with each variable: no text leaves one out', () => {
    for (const agent of AGENTS) {
      const prompt = PROMPT_SET.prompts.get(agent);
      if (prompt === undefined) throw new Error(`no prompt for ${agent}`);
      const marks = Object.fromEntries(prompt.variables.map((variable) => [variable, `‹${variable}›`]));
      const text = renderPrompt(prompt, marks)
        .map(({ content }) => content)
        .join('\n');
      for (const variable of prompt.variables) expect(text).toContain(`‹${variable}›`);
    }
  });
});

describe('a version saved before the newest variables came', () => {
  /** The variables of the first baseline: a name, once used, is filled in for good. */
  const FIRST: Readonly<Record<string, readonly string[]>> = {
    scanner: ['shortlist', 'positions', 'maxSubjects'],
    guardian: ['level', 'reasons', 'signals', 'account', 'positions'],
    context: ['symbol', 'readings', 'votes', 'backdrop', 'advice', 'position', 'question'],
    risk: ['proposals', 'signals', 'account', 'positions'],
    executor: ['proposals', 'signals', 'menu'],
  };

  it('is asked with all it names, and with nothing it does not', async () => {
    const stored = Object.fromEntries(
      Object.entries(FIRST).map(([agent, variables]) => {
        const evidence = variables.map((variable) => `[${variable}] {{${variable}}}`).join('\n');
        const text = `{{rules}} {{answerSchema}}\n<!-- evidence -->\n${evidence}`;
        return [agent, { text, config: { temperature: 0, maxOutputTokens: 500 } }];
      }),
    );
    const rules = { text: 'Be brief.', config: { temperature: null, maxOutputTokens: 64 } };
    const set = storedPromptSet('ps_old', { ...stored, rules });
    const old = await (await createPromptScene(set)).asked();
    expect([...old.keys()].toSorted()).toEqual(AGENTS.toSorted());
    for (const [agent, variables] of Object.entries(FIRST)) {
      const evidence = old.get(agent)?.messages[1]?.content ?? '';
      for (const variable of variables) expect(evidence).toMatch(new RegExp(`\\[${variable}\\] .`));
      expect(evidence).not.toContain('last trades, newest first');
    }
  });
});

describe('counting tokens', () => {
  it('counts a text as the vocabulary cuts it, and what looks like a control token as text', async () => {
    const countOf = (content: string) => countTokens([{ role: 'user', content }], {});
    const empty = await countOf('');
    expect((await countOf('hello world')) - empty).toBe(2);
    expect((await countOf('<|endoftext|>')) - empty).toBeGreaterThan(1);
  });
});
