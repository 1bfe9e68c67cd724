/** How the shape of an answer is asked of a provider, from the strictest way down to the plain words of the prompt. */
import { z } from 'zod';

export const RESPONSE_RUNGS = ['json_schema', 'json_object', 'plain'] as const;
export type ResponseRung = (typeof RESPONSE_RUNGS)[number];

/** Providers that are known to refuse `json_schema` (read from their API pages, November 2026). */
const JSON_OBJECT_MODELS = /deepseek|moonshot|kimi|glm/i;
/** Models that take no temperature. */
const FIXED_SAMPLING_MODELS = /^(o\d|gpt-5(?!-chat))/i;

export function firstRungFor(model: string): ResponseRung {
  return JSON_OBJECT_MODELS.test(model) ? 'json_object' : 'json_schema';
}

export function takesTemperature(model: string): boolean {
  return !FIXED_SAMPLING_MODELS.test(model);
}

/** The next weaker way to ask; null below the last. */
export function rungBelow(rung: ResponseRung): ResponseRung | null {
  return RESPONSE_RUNGS[RESPONSE_RUNGS.indexOf(rung) + 1] ?? null;
}

export type ResponseFormat =
  | {
      type: 'json_schema';
      json_schema: { name: string; strict: true; schema: Record<string, unknown> };
    }
  | { type: 'json_object' };

export function responseFormat(
  rung: ResponseRung,
  name: string,
  schema: Readonly<Record<string, unknown>>,
): ResponseFormat | undefined {
  if (rung === 'plain') return undefined;
  if (rung === 'json_object') return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } };
}

/** Keywords that strict mode refuses; our own parse holds these limits. */
const REFUSED_KEYWORDS = ['minLength', 'maxLength', '$schema'];

/** JSON Schema for the wire: every field required, nothing else allowed, no keyword that strict mode refuses. */
export function wireSchema(schema: z.ZodType): Record<string, unknown> {
  const json = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      for (const keyword of REFUSED_KEYWORDS) delete jsonSchema[keyword];
      if (jsonSchema.type === 'object') jsonSchema.additionalProperties = false;
    },
  });
  delete json.$schema;
  return json;
}

/** The schema as a prompt shows it, with the limits of every text. */
export function promptSchema(schema: z.ZodType): string {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema);
  return JSON.stringify(json);
}
