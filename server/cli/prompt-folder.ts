/** `vigil prompts pull | push | diff`: prompts as files, for an editor and a repository of one's own. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolders } from '#db/embedded/make-folder.ts';
import { contentHash } from '#db/repositories/prompt-changes.ts';
import { AppError } from '#domain/errors.ts';
import { diffTexts } from '#prompts/diff-texts.ts';
import { readPromptFile, readPrompts } from '#prompts/load-prompts.ts';
import { type PromptFile, storedPrompt } from '#prompts/prompt-file.ts';
import { promptFileText, promptPath } from '#prompts/write-prompt.ts';
import { effectWords } from '../prompts/effect-words.ts';
import { type PromptDesk, versionNamed } from '../prompts/prompt-desk.ts';
import { withPromptDesk, withStoredPrompts } from './prompt-session.ts';
import { COMMAND_LINE, existing, type Json, labelNamed } from './prompts.ts';
import { personWords, printJson } from './session.ts';

const FOLDER = 'prompts';
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Writes what the label points at, where it differs from the file that is there. */
export async function pull(
  folder: string = FOLDER,
  { json, label }: Json & { readonly label: string },
): Promise<void> {
  const dir = resolve(folder);
  const where = labelNamed(label);
  const found = await withStoredPrompts(async (desk) => {
    const names = (await desk.list()).filter(({ labels }) => labels[where] !== undefined);
    return Promise.all(names.map(async ({ name }) => labelled(desk, name, where)));
  });
  if (found.length === 0)
    throw new AppError('not_found', `no prompt of this database is labelled ${where}: nothing was written`);
  const files = found.map(({ version, prompt }) => {
    const path = join(dir, promptPath(prompt.name));
    const text = promptFileText(prompt);
    const changed = !existsSync(path) || readPromptFile(path) !== text;
    if (changed) write(path, text);
    return { name: prompt.name, version, path, changed };
  });
  if (json) return printJson({ folder: dir, label: where, files });
  for (const { name, version, path, changed } of files)
    say(`${changed ? 'written  ' : 'unchanged'} ${path} (${name} version ${version})`);
}

/** Saves what differs from the stored prompts: all of it or, when one is refused, nothing. */
export async function push(
  folder: string = FOLDER,
  { json, message, label }: Json & { readonly message?: string; readonly label?: string },
): Promise<void> {
  const dir = resolve(folder);
  const where = label === undefined ? null : labelNamed(label);
  const files = filesIn(dir);
  const by = {
    author: COMMAND_LINE,
    message: message === undefined ? 'pushed from files' : personWords('reason', message),
  };
  const differing = await withStoredPrompts(async (desk) => {
    // A label other than production marks what differs from it: what cycles decide by already is no candidate.
    const standing = await Promise.all(
      files.map(
        async (file) =>
          (await isStanding(desk, file, 'production')) ||
          (where !== null && (await isStanding(desk, file, where))),
      ),
    );
    return files.filter((_file, index) => !standing[index]);
  });
  const texts = differing.map(({ name, text, settings: config }) => ({
    ...{ name, text, config, origin: join(dir, promptPath(name)) },
  }));
  const saved = texts.length === 0 ? [] : await withPromptDesk((desk) => desk.save(texts, where, by));
  const unchanged = files.filter((file) => !differing.includes(file)).map(({ name }) => name);
  if (json) return printJson({ folder: dir, label: where, saved, unchanged });
  for (const { name, version, isNew, dryRun, takesEffectAtMs } of saved) {
    const tried = dryRun === null ? '' : ` (dry run: ${dryRun.outcome})`;
    const words = `${name}: version ${version} ${isNew ? 'is saved' : 'was there already'}${tried}`;
    say(effectWords(where === null ? words : `${words}, labelled ${where}`, where, takesEffectAtMs));
  }
  for (const name of unchanged) say(`${name}: unchanged${where === null ? '' : ', no label is moved'}`);
}

/** Of two versions; without a name, of the files against what is stored. */
export async function diff(
  name: string | undefined,
  from: string | undefined,
  to: string | undefined,
  { json, dir: folder }: Json & { readonly dir: string },
): Promise<void> {
  const diffs = await withStoredPrompts(async (desk) => {
    if (name === undefined) return ofFiles(desk, resolve(folder));
    const detail = await existing(desk, name);
    return [await desk.diff(name, from ?? 'production', to ?? String(detail.latestVersion))];
  });
  if (json) return printJson({ items: diffs });
  for (const { unified } of diffs) process.stdout.write(unified);
  if (diffs.every(({ unified }) => unified === '')) say('nothing differs');
}

function ofFiles(desk: PromptDesk, dir: string) {
  return Promise.all(
    filesIn(dir).map(async (file) => {
      const { version, prompt } = await labelled(desk, file.name, 'production');
      const stored = { title: `${file.name} version ${version}`, text: promptFileText(prompt).trimEnd() };
      const onDisk = { title: join(dir, promptPath(file.name)), text: promptFileText(file).trimEnd() };
      return { name: file.name, from: version, to: onDisk.title, ...diffTexts(stored, onDisk) };
    }),
  );
}

async function labelled(
  desk: PromptDesk,
  name: string,
  label: string,
): Promise<{ version: number; prompt: PromptFile }> {
  const { version, text, config } = versionNamed(await existing(desk, name), label);
  return { version, prompt: storedPrompt({ name, text, settings: config }, name) };
}

async function isStanding(desk: PromptDesk, file: PromptFile, label: string): Promise<boolean> {
  const detail = await existing(desk, file.name);
  const standing = detail.versions.find(({ version }) => version === detail.labels[label]);
  const { text, settings: config, variables } = file;
  return standing?.sha256 === contentHash({ text, config, variables });
}

function filesIn(dir: string): PromptFile[] {
  const files = readPrompts(dir);
  if (files.length === 0)
    throw new AppError('prompt_invalid', `prompt folder ${dir} holds no prompt: pull them first`, {
      context: { dir },
    });
  return files;
}

function write(path: string, text: string): void {
  try {
    makeFolders(dirname(path));
    writeFileSync(path, text);
  } catch (cause) {
    throw new AppError('usage_invalid', `${path} cannot be written`, { context: { path }, cause });
  }
}
