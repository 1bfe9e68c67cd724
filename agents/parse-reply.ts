/** From a model's text to a checked answer. Fences, thoughts and prose around the JSON are forgiven; its shape is not. */
import type { z } from 'zod';

export type ParsedReply<Reply> =
  | { readonly ok: true; readonly reply: Reply }
  | { readonly ok: false; readonly issues: readonly string[] };

const MAX_ISSUES = 12;

export function parseReply<Reply>(text: string, schema: z.ZodType<Reply>): ParsedReply<Reply> {
  const json = jsonIn(text);
  if (json === undefined) return { ok: false, issues: ['the reply holds no complete JSON object'] };
  const first = schema.safeParse(json);
  if (first.success) return { ok: true, reply: first.data };
  // Too many words are no reason to pay for a second call, so they are cut before the shape is judged.
  const second = schema.safeParse(clipped(json, first.error.issues));
  if (second.success) return { ok: true, reply: second.data };
  return { ok: false, issues: second.error.issues.slice(0, MAX_ISSUES).map(issueLine) };
}

function jsonIn(text: string): unknown {
  const spoken = text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
  const fenced = /```(?:json)?\s*([\s\S]*?)```/i.exec(spoken)?.[1];
  const braced = spoken.slice(spoken.indexOf('{'), spoken.lastIndexOf('}') + 1);
  for (const candidate of [spoken, fenced, braced]) {
    const value = candidate ? readJson(candidate) : undefined;
    if (typeof value === 'object' && value !== null) return value;
  }
  return undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function clipped(json: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = structuredClone(json);
  for (const issue of issues) {
    if (issue.code !== 'too_big' || issue.origin !== 'string') continue;
    const parent = issue.path.slice(0, -1).reduce<unknown>(childOf, copy);
    const key = issue.path.at(-1);
    const words = childOf(parent, key ?? '');
    if (typeof parent === 'object' && parent !== null && key !== undefined && typeof words === 'string')
      Reflect.set(parent, key, `${words.slice(0, Number(issue.maximum) - 1)}…`);
  }
  return copy;
}

function childOf(parent: unknown, key: PropertyKey): unknown {
  return typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined;
}

function issueLine(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.') || 'the answer';
  return `${where}: ${issue.message}`;
}
