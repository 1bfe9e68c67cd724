/** The pieces every route's description is made of. */
import { z } from '@hono/zod-openapi';
import type { Page } from '#db/cursor.ts';
import { ERROR_RULES, type ErrorCode } from '#domain/errors.ts';
import { instantOfIso } from '#domain/time.ts';
import { PROBLEM_TYPE, Problem } from './problem.ts';

/** What any call may be refused with, whatever it asks. */
const ALWAYS: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'rate_limited', 'internal'];

export function jsonOf<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The description is what a caller without a body is told. */
export function bodyOf<Schema extends z.ZodType>(schema: Schema, description?: string) {
  return { required: true, content: { 'application/json': { schema } }, ...(description && { description }) };
}

/** The problem answers of a route by status. Handlers throw them, so their types know nothing of these. */
export function refusals(...codes: readonly ErrorCode[]): Record<never, never> {
  const answers: Record<number, { description: string; content: object }> = {};
  for (const code of new Set([...codes, ...ALWAYS])) {
    const { status, meaning } = ERROR_RULES[code];
    const words = `\`${code}\`: ${meaning}`;
    const known = answers[status];
    answers[status] = {
      description: known ? `${known.description} ${words}` : words,
      content: { [PROBLEM_TYPE]: { schema: Problem } },
    };
  }
  return answers;
}

export function pageSchema<Row extends z.ZodType>(row: Row) {
  return z.object({ items: z.array(row), nextCursor: z.string().nullable() });
}

/** A page as the schema's mutable type wants it. */
export function pageBody<Row>(page: Page<Row>): { items: Row[]; nextCursor: string | null } {
  return { items: [...page.items], nextCursor: page.nextCursor };
}

/** A short list that is always whole. */
export function wholePage<Row>(rows: readonly Row[]): { items: Row[]; nextCursor: null } {
  return { items: [...rows], nextCursor: null };
}

export const Limit = z.coerce.number().int().min(1).max(200).default(50);
export const Cursor = z.string().min(1).max(500).optional();
export const PageQuery = z.object({ limit: Limit, cursor: Cursor });
export const Identifier = z.string().min(1).max(200);
export const RunParams = z.object({ id: Identifier });

/** A UTC instant as ISO 8601 or milliseconds since 1970. */
export const InstantQuery = z
  .string()
  .max(40)
  .transform((text, context) => {
    const atMs = /^\d{1,15}$/.test(text) ? Number(text) : instantOfIso(text);
    if (atMs !== null) return atMs;
    context.issues.push({
      code: 'custom',
      message: 'must be a time such as 2025-04-07T12:00:00Z, or milliseconds since 1970',
      input: text,
    });
    return z.NEVER;
  })
  .optional();

/** What a person types for a symbol; read by `parseSymbol`. */
export const SymbolText = z.string().trim().min(1).max(40);
export const StartedRun = z.object({ runId: z.string() });
