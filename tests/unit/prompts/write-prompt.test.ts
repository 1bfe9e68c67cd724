import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPrompts, parsePrompt } from '#prompts/load-prompts.ts';
import { promptFileText, promptPath } from '#prompts/write-prompt.ts';

describe('a prompt that is written', () => {
  it.each(loadPrompts('prompts').map((prompt) => [prompt.name, prompt] as const))(
    'is the file it was read from, but for the order and the lines of its variables: %s',
    (name, prompt) => {
      const file = readFileSync(join('prompts', promptPath(name)), 'utf8');
      const listed = /^variables: *\[[^\]]*\]/m;
      expect(promptFileText(prompt).replace(listed, '')).toBe(file.replace(listed, ''));
      const again = parsePrompt(promptFileText(prompt), promptPath(name));
      expect([again, promptFileText(again)]).toEqual([prompt, promptFileText(prompt)]);
    },
  );

  it('is read back as it was, settings that leave the provider its own included', () => {
    const [scanner] = loadPrompts('prompts');
    if (scanner === undefined) throw new Error('there is no scanner');
    const changed = { ...scanner, settings: { temperature: null, maxOutputTokens: 700 } };
    const read = parsePrompt(promptFileText(changed), 'scanner.md');
    expect([read.settings, read.text]).toEqual([changed.settings, changed.text]);
  });
});
