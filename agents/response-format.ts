/** How the shape of an answer is asked of a provider, from the strictest way down to the plain words of the prompt. */
import { z } from 'zod';

export const RESPONSE_RUNGS = ['json_schema', 'function_call', 'json_object', 'plain'] as const;
export type ResponseRung = (typeof RESPONSE_RUNGS)[number];

/** The next weaker of the ways a model takes; null below the last. */
export function rungBelow(rung: ResponseRung, taken: readonly ResponseRung[]): ResponseRung | null {
  return taken[taken.indexOf(rung) + 1] ?? null;
}

/** The settings of a request that ask for the shape; none where the words of the prompt are all there is. */
export function shapeSettings(rung: ResponseRung, name: string, schema: Readonly<Record<string, unknown>>) {
  switch (rung) {
    case 'json_schema':
      return {
        response_format: {
          type: 'json_schema' as const,
          json_schema: { name, strict: true as const, schema: { ...schema } },
        },
      };
    case 'function_call':
      return {
        tools: [
          {
            type: 'function' as const,
            function: { name, description: 'Gives the answer.', parameters: { ...schema } },
          },
        ],
        tool_choice: { type: 'function' as const, function: { name } },
      };
    case 'json_object':
      return { response_format: { type: 'json_object' as const } };
    case 'plain':
      return {};
  }
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
