/** `vigil prompts list | show | label | unlabel | rollback | diff | try`: what is stored of prompts, and what points where. */
import { readFileSync } from 'node:fs';
import type { PromptDetail } from '#db/repositories/prompts.ts';
import { AppError } from '#domain/errors.ts';
import { isoTime } from '#domain/time.ts';
import { parsePrompt } from '#prompts/load-prompts.ts';
import { storedPrompt } from '#prompts/prompt-file.ts';
import { promptFileText } from '#prompts/write-prompt.ts';
import { isModelConfigured } from '../engine/models.ts';
import { PromptLabel } from '../prompts/check-draft.ts';
import { effectWords } from '../prompts/effect-words.ts';
import { type PromptDesk, versionNamed } from '../prompts/prompt-desk.ts';
import type { Trial } from '../prompts/trial.ts';
import { withPromptDesk, withStoredPrompts } from './prompt-session.ts';
import { cliConfig, personWords, printJson } from './session.ts';

export interface Json {
  readonly json: boolean;
}

export const COMMAND_LINE = 'command line';

const say = (line: string) => process.stdout.write(`${line}\n`);

export async function list({ json }: Json): Promise<void> {
  const prompts = await withStoredPrompts((desk) => desk.list());
  if (json) return printJson({ items: prompts });
  if (prompts.length === 0) return void say('none yet: they are stored when Vigil starts for the first time');
  for (const { name, latestVersion, labels } of prompts)
    say(`${name.padEnd(10)} version ${latestVersion}, ${labelWords(labels)}`);
}

export async function show(name: string, ref: string | undefined, { json }: Json): Promise<void> {
  const detail = await withStoredPrompts((desk) => existing(desk, name));
  const row = versionNamed(detail, ref ?? 'production');
  if (json) return printJson({ ...row, labels: detail.labels });
  say(`# ${name} version ${row.version} of ${detail.latestVersion}, ${labelWords(detail.labels)}`);
  say(`# ${isoTime(row.createdAtMs)} by ${row.author}: ${row.message}`);
  process.stdout.write(promptFileText(storedPrompt({ name, text: row.text, settings: row.config }, name)));
}

export async function label(
  name: string,
  where: string,
  ref: string,
  { json, message }: Json & { readonly message: string },
): Promise<void> {
  const at = { name, label: labelNamed(where) };
  const by = { author: COMMAND_LINE, message: personWords('reason', message) };
  const detail = await withStoredPrompts((desk) => existing(desk, name));
  const { version } = versionNamed(detail, ref);
  const proof = await withStoredPrompts((desk) => desk.dryRun(name, version));
  const isProved = proof !== null && proof.outcome !== 'not_asked';
  const open = isProved || !isModelConfigured(cliConfig().llm) ? withStoredPrompts : withPromptDesk;
  const moved = await open((desk) => desk.moveLabel({ ...at, version }, by));
  tellMove(moved, json);
}

export async function unlabel(name: string, where: string, { json }: Json): Promise<void> {
  const at = { name, label: labelNamed(where) };
  const by = { author: COMMAND_LINE, message: `${where} removed` };
  const gone = await withStoredPrompts((desk) => desk.removeLabel(at, by));
  if (json) return printJson(gone);
  say(`${name}: ${where} is removed from version ${gone.from}`);
}

/** Needs the tables alone, so that it can be done while a venue or a model is away. */
export async function rollback(
  name: string,
  ref: string | undefined,
  { json, message }: Json & { readonly message?: string },
): Promise<void> {
  const moved = await withStoredPrompts(async (desk) => {
    const detail = await existing(desk, name);
    const version = ref === undefined ? await desk.before(name) : versionNamed(detail, ref).version;
    const words = message === undefined ? `back to version ${version}` : personWords('reason', message);
    return desk.moveLabel({ name, label: 'production', version }, { author: COMMAND_LINE, message: words });
  });
  tellMove(moved, json);
}

export async function tryDraft(
  name: string,
  options: Json & {
    readonly run: string;
    readonly file?: string;
    readonly symbol?: string;
    readonly model?: string;
  },
): Promise<void> {
  const { json, run: runId, file, symbol, model } = options;
  const given = file === undefined ? null : draftIn(file, name);
  const trials = await withPromptDesk(async (desk) => {
    const { versions, latestVersion } = await existing(desk, name);
    const newest = versions.find(({ version }) => version === latestVersion);
    const { text = '', config } = given ?? newest ?? {};
    return desk.try({ name, text, config, runId, symbol, model });
  });
  if (json) return printJson({ items: trials });
  for (const trial of trials) tellTrial(trial);
}

/** A file as `prompts/` has them, or the words alone, which keep the newest settings. */
function draftIn(file: string, name: string): { text: string; config?: unknown } {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('prompt_invalid', `prompt file ${file} cannot be read`, { context: { file }, cause });
  }
  if (!source.startsWith('---\n')) return { text: source };
  const { text, settings } = parsePrompt(source, `${name}.md`);
  return { text, config: settings };
}

function tellTrial(trial: Trial): void {
  const { agent, symbol, runId, messages, model, reply, outcome, why, doubts, decidedBy, decided } = trial;
  say(`== ${agent}${symbol === null ? '' : ` about ${symbol}`}, as asked in run ${runId}`);
  for (const { role, content } of messages) say(`-- ${role}\n${content}`);
  say(`-- ${model ?? 'nobody was asked'}: ${outcome}${why === null ? '' : ` (${why})`}`);
  if (reply !== null) say(reply);
  for (const doubt of doubts) say(`doubt: ${doubt}`);
  say(`-- within what code allows, by ${decidedBy}\n${JSON.stringify(trial.answer, null, 2)}`);
  if (decided !== null) say(`-- then, by ${decided.decidedBy}\n${JSON.stringify(decided.answer, null, 2)}`);
  const { inputTokens, outputTokens, costUsd } = trial.usage;
  const told = (value: number | null) => (value === null ? 'unknown' : String(value));
  say(
    `-- tokens: ${trial.promptTokens} in the prompt as counted here, ${told(inputTokens)} in and ${told(outputTokens)} out as told, ${told(costUsd)} USD`,
  );
}

function tellMove(moved: Awaited<ReturnType<PromptDesk['moveLabel']>>, json: boolean): void {
  if (json) {
    printJson(moved);
    return;
  }
  const { name, label: where, from, to, changed, dryRun, takesEffectAtMs } = moved;
  const words = changed
    ? `${name}: ${where} is version ${to} (before: ${from ?? 'none'}; dry run: ${dryRun.outcome})`
    : `${name}: ${where} was version ${to} already`;
  say(changed ? effectWords(words, where, takesEffectAtMs) : words);
}

export async function existing(desk: PromptDesk, name: string): Promise<PromptDetail> {
  const detail = await desk.get(name);
  if (detail !== null) return detail;
  const known = (await desk.list()).map((prompt) => prompt.name).join(', ') || 'none yet';
  throw new AppError('not_found', `there is no prompt "${name}"; there are ${known}`);
}

export function labelNamed(text: string): string {
  const read = PromptLabel.safeParse(text);
  if (read.success) return read.data;
  throw new AppError('usage_invalid', `"${text}" ${read.error.issues[0]?.message}`);
}

function labelWords(labels: Readonly<Record<string, number>>): string {
  const words = Object.entries(labels).map(([name, version]) => `${name} ${version}`);
  return words.join(', ') || 'no label';
}
