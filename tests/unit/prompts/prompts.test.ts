import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPrompts, parsePrompt, readPrompts } from '#prompts/load-prompts.ts';
import { createPrompt } from '#prompts/prompt-file.ts';
import { fixedPromptSource, promptSetOf, storedPromptSet } from '#prompts/prompt-source.ts';
import { PROMPT_NAMES, PROMPT_VARIABLES } from '#prompts/prompt-variables.ts';
import { renderPrompt } from '#prompts/render-prompt.ts';

const baseline = loadPrompts('prompts');
const SETTINGS = { temperature: 0, maxOutputTokens: 500 };

const GOOD = `---
agent: executor
variables: [rules, answerSchema, proposals, signals, sequences, menu]
model:
  temperature: 0
  maxOutputTokens: 500
---
{{rules}} {{answerSchema}}
<!-- evidence -->
{{proposals}} {{signals}} {{sequences}} {{menu}}
`;

describe('the baseline prompts', () => {
  it('are one for each agent and the shared rules, each using every variable the code fills in', () => {
    expect(baseline.map(({ name }) => name)).toEqual(PROMPT_NAMES);
    for (const { name, variables } of baseline) {
      const { system, evidence } = PROMPT_VARIABLES[name];
      expect(variables.toSorted()).toEqual([...system, ...evidence].toSorted());
    }
  });

  it('have an id that changes with any text or setting', () => {
    const [first, ...rest] = baseline;
    if (first === undefined) throw new Error('no prompts');
    const warmer = createPrompt({ ...first, settings: { ...first.settings, temperature: 1 } }, 'draft');
    expect(promptSetOf([...rest, first]).promptSetId).toBe(promptSetOf(baseline).promptSetId);
    expect(promptSetOf([warmer, ...rest]).promptSetId).not.toBe(promptSetOf(baseline).promptSetId);
  });

  it('come back the same from a store that keeps text and settings', () => {
    const stored = Object.fromEntries(
      baseline.map(({ name, text, settings }) => [name, { text, config: settings }]),
    );
    expect([...storedPromptSet('ps_1', stored).prompts.values()]).toEqual(baseline);
  });
});

it('names the folder that stands where a prompt belongs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'prompts-'));
  try {
    mkdirSync(join(dir, 'risk.md'));
    expect(() => readPrompts(dir)).toThrow(
      expect.objectContaining({
        code: 'prompt_invalid',
        message: expect.stringContaining(`${join(dir, 'risk.md')} cannot be read as a prompt`),
      }),
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

describe('a stored version', () => {
  const stored = (text: string) =>
    storedPromptSet('ps_1', { executor: { text, config: SETTINGS } }).prompts.get('executor');
  const halves = '{{rules}} {{answerSchema}} <!-- evidence --> {{proposals}}';

  it('is read though a variable came after it, which a new save must use', () => {
    expect(stored(halves)?.variables).toEqual(['rules', 'answerSchema', 'proposals']);
    expect(() => createPrompt({ name: 'executor', text: halves, settings: SETTINGS }, 'draft')).toThrow(
      expect.objectContaining({ code: 'prompt_invalid', message: 'prompt draft: {{signals}} is missing' }),
    );
  });

  it('is refused all the same for a variable nobody fills in, and for evidence in its system half', () => {
    expect(() => stored(`${halves} {{balance}}`)).toThrow('{{balance}} is unknown');
    expect(() => stored(`{{menu}} ${halves}`)).toThrow('{{menu}} is evidence');
  });
});

describe('a prompt file', () => {
  it.each([
    ['a missing variable', GOOD.replace(' {{menu}}', '').replace(', menu', ''), '{{menu}} is missing'],
    ['an unknown variable', GOOD.replace('{{menu}}', '{{menu}} {{balance}}'), '{{balance}} is unknown'],
    ['a variable outside its front matter', GOOD.replace(', menu', ''), '{{menu}} must stand both'],
    ['evidence in its system half', GOOD.replace('{{rules}}', '{{rules}} {{menu}}'), '{{menu}} is evidence'],
    ['no evidence marker', GOOD.replace('<!-- evidence -->', ''), 'needs one line <!-- evidence -->'],
    ['an unknown agent', GOOD.replace('agent: executor', 'agent: broker'), 'front matter'],
    ['an unknown setting', GOOD.replace('temperature: 0', 'temperature: 0\n  seed: 1'), 'front matter'],
    ['a setting out of range', GOOD.replace('temperature: 0', 'temperature: 9'), 'front matter'],
    ['front matter that is code', GOOD.replace('---', '---js'), 'must be YAML'],
    ['broken front matter', GOOD.replace('agent: executor', 'agent: [executor'), 'front matter'],
  ])('is refused for %s, with its name', (_name, source, problem) => {
    expect(() => parsePrompt(source, 'prompts/executor.md')).toThrow(
      expect.objectContaining({
        code: 'prompt_invalid',
        message: expect.stringMatching(/prompts\/executor\.md/),
      }),
    );
    expect(() => parsePrompt(source, 'prompts/executor.md')).toThrow(problem);
  });

  it('is refused under another agent’s name', () => {
    expect(() => parsePrompt(GOOD, 'prompts/risk.md')).toThrow('names the agent "executor"');
  });

  it('is refused when it is empty', () => {
    expect(() => createPrompt({ name: 'rules', text: ' \n', settings: SETTINGS }, 'draft')).toThrow(
      'text is empty',
    );
  });

  describe('in a folder', () => {
    const dir = mkdtempSync(join(tmpdir(), 'prompts-'));
    afterAll(() => rmSync(dir, { recursive: true }));

    it('is missed when there is none for an agent, or no folder at all', () => {
      writeFileSync(join(dir, 'executor.md'), GOOD);
      expect(() => loadPrompts(dir)).toThrow(expect.objectContaining({ code: 'prompt_invalid' }));
      expect(() => loadPrompts(join(dir, 'nowhere'))).toThrow(
        expect.objectContaining({ code: 'prompt_invalid' }),
      );
    });
  });
});

describe('rendering', () => {
  const prompt = parsePrompt(GOOD, 'executor.md');
  const values = {
    ...{
      rules: 'R',
      answerSchema: 'S',
      proposals: 'P',
      signals: '{{rules}} $& $1',
      sequences: 'Q',
      menu: 'M',
    },
  };

  it('fills a system and a user message, and reads no value for variables', () => {
    expect(renderPrompt(prompt, values)).toEqual([
      { role: 'system', content: 'R S' },
      { role: 'user', content: 'P {{rules}} $& $1 Q M' },
    ]);
  });

  it('names the variable that has no value', () => {
    const { menu: _menu, ...rest } = values;
    expect(() => renderPrompt(prompt, rest)).toThrow('no value for {{menu}}');
  });
});

describe('the fixed source', () => {
  it('serves its own set and no other', async () => {
    const set = promptSetOf(baseline);
    const source = fixedPromptSource(set);
    expect(await source.set(set.promptSetId)).toBe(set);
    await expect(source.set('ps_other')).rejects.toMatchObject({ code: 'not_found' });
  });
});
