import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import matter from 'gray-matter';
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import {
  createPrompt,
  PROMPT_NAMES,
  type PromptFile,
  type PromptName,
  PromptSettings,
  promptInvalid,
} from './prompt-file.ts';

const FrontMatter = z.strictObject({
  agent: z.enum(PROMPT_NAMES),
  variables: z.array(z.string()),
  model: PromptSettings.optional(),
});

/** For prompts that are never sent on their own. */
const UNUSED_SETTINGS: PromptSettings = { temperature: null, maxOutputTokens: 64 };

/**
 * Reads the baseline prompts: the `.md` files of `dir` and of `dir/shared`, in the order of `PROMPT_NAMES`.
 * @throws AppError `prompt_invalid` for a missing prompt, a wrong front matter, or a missing or unknown variable
 */
export function loadPrompts(dir: string): PromptFile[] {
  const found = new Map<PromptName, PromptFile>();
  for (const path of [...markdownIn(dir), ...markdownIn(join(dir, 'shared'))]) {
    const prompt = parsePrompt(readFileSync(path, 'utf8'), path);
    if (found.has(prompt.name)) throw promptInvalid(path, `a second prompt for "${prompt.name}"`);
    found.set(prompt.name, prompt);
  }
  return PROMPT_NAMES.map((name) => {
    const prompt = found.get(name);
    if (prompt === undefined) throw promptInvalid(dir, `no file for "${name}"`);
    return prompt;
  });
}

/** Reads one file: YAML front matter (agent, variables, model settings), then the text. */
export function parsePrompt(source: string, path: string): PromptFile {
  const { data, content } = readFrontMatter(source, path);
  const front = FrontMatter.safeParse(data);
  if (!front.success)
    throw promptInvalid(path, `front matter: ${z.prettifyError(front.error).replaceAll('\n', ' ')}`);
  const { agent: name, variables, model: settings = UNUSED_SETTINGS } = front.data;
  if (basename(path) !== `${name}.md`)
    throw promptInvalid(path, `names the agent "${name}", so it is ${name}.md`);
  const prompt = createPrompt({ name, text: content, settings }, path);
  for (const variable of new Set([...variables, ...prompt.variables]))
    if (!variables.includes(variable) || !prompt.variables.includes(variable))
      throw promptInvalid(
        path,
        `{{${variable}}} must stand both in the front matter and in the text`,
        variable,
      );
  return prompt;
}

function readFrontMatter(source: string, path: string): { data: unknown; content: string } {
  const refuse = (): object => {
    throw promptInvalid(path, 'front matter must be YAML');
  };
  try {
    // gray-matter would evaluate `---js` front matter; a prompt is text and never code.
    const engines = { javascript: refuse, js: refuse, json: refuse };
    const { data, content } = matter(source, { language: 'yaml', engines });
    return { data, content };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw promptInvalid(
      path,
      `front matter cannot be read: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}

function markdownIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => join(dir, name));
  } catch (cause) {
    throw new AppError('prompt_invalid', `prompt folder ${dir} cannot be read`, { context: { dir }, cause });
  }
}
