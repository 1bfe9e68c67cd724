/** From a model's text to a checked answer. What stands around the JSON is forgiven; its shape is not. */
import type { z } from 'zod';
import type { AbstentionReason } from '#domain/opinion.ts';
import { jsonIn } from './json-in-text.ts';

export type ParseFailure = Extract<AbstentionReason, `reply_${string}`>;

export type ParsedReply<Reply> =
  | { readonly ok: true; readonly reply: Reply }
  | { readonly ok: false; readonly reason: ParseFailure; readonly issues: readonly string[] };

const MAX_ISSUES = 12;
const MAX_ISSUE_LENGTH = 200;
/** Twice what the largest answer with all its texts at their limits can take. */
const MAX_REPLY_LENGTH = 100_000;

export function parseReply<Reply>(text: string, schema: z.ZodType<Reply>): ParsedReply<Reply> {
  if (text.length > MAX_REPLY_LENGTH)
    return failed(
      'reply_too_long',
      `the reply has ${text.length} characters, at most ${MAX_REPLY_LENGTH} are read`,
    );
  const found = jsonIn(text);
  if (found.kind === 'empty') return failed('reply_empty', 'the reply is empty');
  if (found.kind === 'truncated') return failed('reply_truncated', 'the JSON object never ends');
  if (found.kind === 'none') return failed('reply_not_json', 'the reply holds no complete JSON object');
  const { json } = found;
  const first = schema.safeParse(json);
  if (first.success) return { ok: true, reply: first.data };
  // Too many words are no reason to pay for a second call, so they are cut before the shape is judged.
  const wordy = first.error.issues.filter(isTooManyWords);
  if (wordy.length > 0) for (const issue of wordy) clip(json, issue);
  const second = wordy.length > 0 ? schema.safeParse(json) : first;
  if (second.success) return { ok: true, reply: second.data };
  return failed('reply_wrong_shape', ...second.error.issues.slice(0, MAX_ISSUES).map(issueLine));
}

function failed(reason: ParseFailure, ...issues: readonly string[]) {
  return { ok: false, reason, issues } as const;
}

type Issue = z.core.$ZodIssue;
type TooManyWords = Extract<Issue, { code: 'too_big' }>;

function isTooManyWords(issue: Issue): issue is TooManyWords {
  return issue.code === 'too_big' && issue.origin === 'string';
}

/** Shortens the words an issue is about, in place: nobody else holds what was just parsed. */
function clip(json: unknown, { path, maximum }: TooManyWords): void {
  const parent = path.slice(0, -1).reduce<unknown>(childOf, json);
  const key = path.at(-1);
  const words = childOf(parent, key ?? '');
  if (typeof parent === 'object' && parent !== null && key !== undefined && typeof words === 'string')
    Reflect.set(parent, key, `${words.slice(0, Number(maximum) - 1)}…`);
}

function childOf(parent: unknown, key: PropertyKey): unknown {
  return typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined;
}

function issueLine(issue: Issue): string {
  const where = issue.path.map(String).join('.') || 'the answer';
  return `${where}: ${issue.message}`.slice(0, MAX_ISSUE_LENGTH);
}
