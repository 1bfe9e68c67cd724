import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import matter from 'gray-matter';
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import { createPrompt, type PromptFile, PromptSettings, promptInvalid } from './prompt-file.ts';
import { PROMPT_NAMES, type PromptName } from './prompt-variables.ts';

const FrontMatter = z.strictObject({
  agent: z.enum(PROMPT_NAMES),
  variables: z.array(z.string()),
  model: PromptSettings.optional(),
});

/** For prompts that are never sent on their own. */
export const UNUSED_SETTINGS: PromptSettings = { temperature: null, maxOutputTokens: 64 };

/**
 * Reads the baseline prompts: the `.md` files of `dir` and of `dir/shared`, in the order of `PROMPT_NAMES`.
 * @throws AppError `prompt_invalid` for a missing prompt, a wrong front matter, or a missing or unknown variable
 */
export function loadPrompts(dir: string): PromptFile[] {
  const found = new Map(readPrompts(dir).map((prompt) => [prompt.name, prompt]));
  return PROMPT_NAMES.map((name) => {
    const prompt = found.get(name);
    if (prompt === undefined) throw promptInvalid(dir, `no file for "${name}"`);
    return prompt;
  });
}

/**
 * Reads what prompts a folder has, in the order of their files.
 * @throws AppError `prompt_invalid` for an unreadable folder or file, and for two files of one prompt
 */
export function readPrompts(dir: string): PromptFile[] {
  const found = new Map<PromptName, PromptFile>();
  const shared = join(dir, 'shared');
  for (const path of [...markdownIn(dir), ...(existsSync(shared) ? markdownIn(shared) : [])]) {
    const prompt = parsePrompt(readPromptFile(path), path);
    if (found.has(prompt.name)) throw promptInvalid(path, `a second prompt for "${prompt.name}"`);
    found.set(prompt.name, prompt);
  }
  return [...found.values()];
}

/** @throws AppError `prompt_invalid` for a folder of that name, and for what may not be read */
export function readPromptFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `${path} cannot be read as a prompt: make it a readable file or take it away`;
    throw new AppError('prompt_invalid', message, { context: { path }, cause });
  }
}

/**
 * A file for an editor, in which the text may still be wrong: its front matter, where it has one, must be of `name`.
 * @throws AppError `prompt_invalid`
 */
export function readDraft(
  source: string,
  name: PromptName,
): { readonly text: string; readonly settings: PromptSettings | null } {
  if (!/^\uFEFF?---\s*\r?\n/.test(source)) return { text: source.trim(), settings: null };
  const { data, content } = readFrontMatter(source, 'file');
  const front = parseFrontMatter(data, 'file');
  if (front.agent !== name)
    throw promptInvalid('file', `is of the agent "${front.agent}", and this is "${name}"`);
  return { text: content.trim(), settings: front.model ?? null };
}

/** Reads one file: YAML front matter (agent, variables, model settings), then the text. */
export function parsePrompt(source: string, path: string): PromptFile {
  const { data, content } = readFrontMatter(source, path);
  const { agent: name, variables, model: settings = UNUSED_SETTINGS } = parseFrontMatter(data, path);
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

function parseFrontMatter(data: unknown, path: string): z.infer<typeof FrontMatter> {
  const front = FrontMatter.safeParse(data);
  if (front.success) return front.data;
  throw promptInvalid(path, `front matter: ${z.prettifyError(front.error).replaceAll('\n', ' ')}`);
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
