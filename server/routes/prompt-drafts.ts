/** What an editor asks about a text. These read: nothing is saved, traded or asked of a model. */
import { createRoute, z } from '@hono/zod-openapi';
import { AbstentionReason, DecidedBy } from '#domain/opinion.ts';
import { EpochMs } from '#domain/time.ts';
import { PromptSettings } from '#prompts/prompt-file.ts';
import type { ApiDeps } from '../api-deps.ts';
import { bodyOf, Identifier, jsonOf, Limit, pageSchema, refusals, wholePage } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { needs } from '../http/scopes.ts';
import { MOST_CHARACTERS } from '../prompts/check-draft.ts';

/** A text that has grown too long is told so, and not refused. */
const Typed = z.string().max(2 * MOST_CHARACTERS);

const Place = z.object({
  /** In UTF-16 units of the text with its lines ended by a line feed. */
  from: z.number().int(),
  to: z.number().int(),
  line: z.number().int().positive(),
  column: z.number().int().positive(),
});
const Checked = z.object({
  /** Of the text as it is written, in the vocabulary o200k. */
  tokens: z.object({ system: z.number().int(), evidence: z.number().int() }),
  /** Empty for a text that may be saved, once its dry run has passed. */
  problems: z.array(
    z.object({
      /** `text`, or a setting such as `config.temperature`. */
      location: z.string(),
      message: z.string(),
      variable: z.string().nullable(),
      at: Place.nullable(),
    }),
  ),
});
const AskedRun = z.object({
  runId: z.string(),
  deskId: z.string(),
  startedAtMs: EpochMs,
  marketAsOfMs: EpochMs.nullable(),
  /** The version it was asked with. */
  version: z.number().int().positive().nullable(),
  asked: z.array(
    z.object({
      agent: z.string(),
      symbol: z.string().nullable(),
      decidedBy: DecidedBy,
      abstention: AbstentionReason.nullable(),
    }),
  ),
});
const Previewed = z.object({
  items: z.array(
    z.object({
      agent: z.string(),
      symbol: z.string().nullable(),
      runId: z.string().nullable(),
      /** Of the messages and the answer’s schema, in the vocabulary o200k. */
      promptTokens: z.number().int(),
      messages: z.array(
        z.object({
          role: z.string(),
          /** One after the other they are the message; those with a variable were filled in. */
          parts: z.array(z.object({ text: z.string(), variable: z.string().nullable() })),
        }),
      ),
    }),
  ),
});

const params = z.object({ name: Identifier });
const REFUSED = ['not_found', 'request_invalid', 'payload_too_large', 'idempotency_mismatch'] as const;

const checkText = createRoute({
  method: 'post',
  path: '/api/prompts/{name}/check',
  tags: ['Prompts'],
  security: needs('read'),
  summary: 'How long a text is and all that keeps it from being saved, each with its place; saves nothing',
  request: {
    params,
    // Whatever the settings are, the answer says what is wrong with them.
    body: bodyOf(z.strictObject({ text: Typed, config: z.record(z.string(), z.unknown()).optional() })),
  },
  responses: { 200: jsonOf(Checked, 'What there is to say of it.'), ...refusals(...REFUSED) },
});

const readFile = createRoute({
  method: 'post',
  path: '/api/prompts/{name}/read',
  tags: ['Prompts'],
  security: needs('read'),
  summary: 'Text and settings of a file as `prompts pull` writes it, or of a bare text; saves nothing',
  request: { params, body: bodyOf(z.strictObject({ file: Typed })) },
  responses: {
    200: jsonOf(z.object({ text: z.string(), config: z.unknown() }), 'What stands in it.'),
    ...refusals(...REFUSED, 'prompt_invalid'),
  },
});

const listQuestions = createRoute({
  method: 'get',
  path: '/api/prompts/{name}/questions',
  tags: ['Prompts'],
  summary: 'Past cycles in which this prompt’s agent was asked, the newest first: for previews and trials',
  request: { params, query: z.object({ limit: Limit }) },
  responses: {
    200: jsonOf(pageSchema(AskedRun), 'The cycles of this market whose trace is still whole.'),
    ...refusals('not_found', 'request_invalid'),
  },
});

const previewDraft = createRoute({
  method: 'post',
  path: '/api/prompts/{name}/preview',
  tags: ['Prompts'],
  security: needs('read'),
  summary: 'What a model would be sent of a draft on a past run’s question; asks nobody',
  request: {
    params,
    body: bodyOf(
      z.strictObject({
        text: z.string().min(1).max(MOST_CHARACTERS),
        config: PromptSettings.optional(),
        runId: Identifier.nullable().describe('Null: the built-in sample question.'),
        symbol: z.string().max(40).optional().describe('Of several subjects, this one.'),
      }),
    ),
  },
  responses: {
    200: jsonOf(Previewed, 'The messages, for each agent that reads this prompt and was asked.'),
    ...refusals(...REFUSED, 'prompt_invalid', 'conflict'),
  },
});

const getEffect = createRoute({
  method: 'get',
  path: '/api/prompts/{name}/effect',
  tags: ['Prompts'],
  summary: 'From when on cycles would decide by a version that is given `production` now',
  request: { params },
  responses: {
    200: jsonOf(
      z.object({ takesEffectAtMs: EpochMs.nullable() }),
      'When the next cycle takes its prompts; null where nobody knows, as while the desk is paused.',
    ),
    ...refusals('not_found'),
  },
});

export function promptDraftRoutes(app: Router, { promptDesk }: Pick<ApiDeps, 'promptDesk'>): void {
  app.openapi(checkText, async (context) => {
    const { name } = context.req.valid('param');
    const { tokens, problems } = await promptDesk.check({ name, ...context.req.valid('json') });
    return context.json({ tokens, problems: [...problems] }, 200);
  });

  app.openapi(readFile, async (context) => {
    const { name } = context.req.valid('param');
    return context.json(await promptDesk.read(name, context.req.valid('json').file), 200);
  });

  app.openapi(listQuestions, async (context) => {
    const { name } = context.req.valid('param');
    const runs = await promptDesk.questions(name, context.req.valid('query').limit);
    return context.json(wholePage(runs.map((run) => ({ ...run, asked: [...run.asked] }))), 200);
  });

  app.openapi(previewDraft, async (context) => {
    const { name } = context.req.valid('param');
    const previews = await promptDesk.preview({ name, ...context.req.valid('json') });
    const items = previews.map((preview) => ({
      ...preview,
      messages: preview.messages.map(({ role, parts }) => ({ role, parts: [...parts] })),
    }));
    return context.json({ items }, 200);
  });

  app.openapi(getEffect, async (context) => {
    const { name } = context.req.valid('param');
    return context.json({ takesEffectAtMs: await promptDesk.takesEffectAtMs(name) }, 200);
  });
}
