import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { PERSON } from '#domain/audit.ts';
import { AbstentionReason, DecidedBy, Opinion, Quote } from '#domain/opinion.ts';
import { Reason } from '#domain/person-text.ts';
import { EpochMs } from '#domain/time.ts';
import { PromptSettings } from '#prompts/prompt-file.ts';
import type { ApiDeps } from '../api-deps.ts';
import { bodyOf, Identifier, jsonOf, refusals } from '../http/openapi.ts';
import { invalidAt } from '../http/problem.ts';
import type { Router } from '../http/router.ts';
import { ASK_AGAIN, UNCHANGED } from '../http/unchanging.ts';
import { MOST_CHARACTERS, PromptLabel } from '../prompts/check-draft.ts';
import { effectWords } from '../prompts/effect-words.ts';

/** What else must hold is told with the line at fault, when the text is checked as a prompt. */
const Text = z.string().min(1).max(MOST_CHARACTERS);
const Version = z.number().int().positive();
const VersionRef = z.string().min(1).max(40);

const VersionBody = z.strictObject({
  text: Text,
  /** As the newest version has them when absent. */
  config: PromptSettings.optional(),
  message: Reason,
  /** The newest version the author has seen: refused when there is a newer one. */
  basedOn: Version.optional(),
  /** Points at the new version in the same step. */
  label: PromptLabel.optional(),
});
const LabelBody = z.strictObject({ version: Version, message: Reason.optional() });
const TryBody = z.strictObject({
  text: Text,
  config: PromptSettings.optional(),
  /** Whose question is put: a finished cycle in which this agent was asked. */
  runId: Identifier,
  /** Of several subjects, this one. */
  symbol: z.string().max(40).optional(),
  /** Another model of the same provider. */
  model: z
    .string()
    .regex(/^\S{1,120}$/, 'must be a model’s name')
    .optional(),
});

const Usage = z.object({
  calls: z.number().int(),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
});
const Trial = z.object({
  agent: z.string(),
  symbol: z.string().nullable(),
  /** The run the question is of; null for the built-in sample. */
  runId: z.string().nullable(),
  /** `passed`: the reply has the agent’s shape. `not_asked`: no model answered. */
  outcome: z.enum(['passed', 'not_asked', 'failed']),
  why: z.string().nullable(),
  /** Of the whole prompt, in the vocabulary o200k; what the provider counted is in `usage`. */
  promptTokens: z.number().int(),
  model: z.string().nullable(),
  doubts: z.array(z.string()),
  /** Its calls are on record, and in the day’s budget, under this id. */
  callsOf: z.string(),
  usage: Usage,
});
const DryRun = z.object({
  outcome: z.enum(['passed', 'not_asked', 'baseline']),
  details: z.unknown(),
});
const Effect = {
  /** When cycles decide by it; null where they do not, or where nobody knows when. */
  takesEffectAtMs: EpochMs.nullable(),
  message: z.string(),
};
const Saved = z.object({
  name: z.string(),
  version: Version,
  /** False when the newest version has this very content. */
  isNew: z.boolean(),
  label: z.string().nullable(),
  dryRun: DryRun.nullable(),
  ...Effect,
});
const LabelMoved = z.object({
  name: z.string(),
  label: z.string(),
  from: Version.nullable(),
  to: Version,
  changed: z.boolean(),
  dryRun: DryRun,
  ...Effect,
});
const Tried = z.object({
  items: z.array(
    Trial.extend({
      messages: z.array(z.object({ role: z.string(), content: z.string() })),
      /** The model’s own words, the last it said. */
      reply: z.string().nullable(),
      decidedBy: DecidedBy,
      /** Why the rules answered; null when the model did. */
      abstention: AbstentionReason.nullable(),
      /** The numbers in its words, and whether it was shown them. */
      quotes: z.array(Quote),
      answer: z.unknown(),
      /** What the run had decided then. */
      decided: Opinion.nullable(),
    }),
  ),
});
const Diff = z.object({
  name: z.string(),
  from: Version,
  to: Version,
  /** As `diff -u` prints it; empty when nothing differs. */
  unified: z.string(),
  addedLines: z.number().int(),
  removedLines: z.number().int(),
});

const NameParams = z.object({ name: Identifier });
const LabelParams = NameParams.extend({ label: PromptLabel });
const REFUSED = ['not_found', 'request_invalid', 'prompt_invalid', 'conflict', 'payload_too_large'] as const;

const saveVersion = createRoute({
  method: 'post',
  path: '/api/prompts/{name}/versions',
  tags: ['Prompts'],
  summary:
    'A new version, after a dry run on a recorded question; the newest one when its content is the same',
  request: { params: NameParams, body: bodyOf(VersionBody) },
  responses: {
    200: jsonOf(Saved, 'The newest version has this content already.'),
    201: jsonOf(Saved, 'The new version.'),
    ...refusals(...REFUSED, 'idempotency_mismatch'),
  },
});

const diffVersions = createRoute({
  method: 'get',
  path: '/api/prompts/{name}/diff',
  tags: ['Prompts'],
  summary: 'What differs between two versions, each named by its number or a label',
  request: { params: NameParams, query: z.object({ from: VersionRef, to: VersionRef }) },
  middleware: etag(),
  responses: {
    200: jsonOf(Diff, 'The difference.'),
    304: UNCHANGED,
    ...refusals('not_found', 'request_invalid'),
  },
});

const putLabel = createRoute({
  method: 'put',
  path: '/api/prompts/{name}/labels/{label}',
  tags: ['Prompts'],
  summary: 'Points a label at a version that passes its dry run; production decides from the next cycle on',
  request: { params: LabelParams, body: bodyOf(LabelBody) },
  responses: { 200: jsonOf(LabelMoved, 'Where the label is now.'), ...refusals(...REFUSED) },
});

const deleteLabel = createRoute({
  method: 'delete',
  path: '/api/prompts/{name}/labels/{label}',
  tags: ['Prompts'],
  summary: 'Removes a label; production stays',
  request: { params: LabelParams },
  responses: {
    200: jsonOf(z.object({ name: z.string(), label: z.string(), from: Version }), 'Where it was.'),
    ...refusals('not_found', 'conflict', 'request_invalid'),
  },
});

const tryDraft = createRoute({
  method: 'post',
  path: '/api/prompts/{name}/try',
  tags: ['Prompts'],
  summary: 'Puts a past run’s question to a draft; nothing is saved and nothing traded',
  request: { params: NameParams, body: bodyOf(TryBody) },
  responses: {
    200: jsonOf(Tried, 'What was asked, what was said and what code makes of it.'),
    ...refusals(...REFUSED, 'idempotency_mismatch'),
  },
});

export function promptChangeRoutes(app: Router, { promptDesk }: Pick<ApiDeps, 'promptDesk'>): void {
  app.openapi(saveVersion, async (context) => {
    const { name } = context.req.valid('param');
    const { message, label = null, ...given } = context.req.valid('json');
    const by = { author: PERSON, message };
    const [saved] = await promptDesk.save([{ name, ...given }], label, by);
    const { from: _from, ...answer } = saved ?? missing();
    const words = `version ${answer.version} ${answer.isNew ? 'is saved' : 'has this content already'}`;
    const body = { ...answer, message: effectWords(words, label, answer.takesEffectAtMs) };
    if (!answer.isNew) return context.json(body, 200);
    return context.json(body, 201, { Location: `/api/prompts/${encodeURIComponent(name)}` });
  });

  app.openapi(diffVersions, async (context) => {
    const { from, to } = context.req.valid('query');
    context.header('Cache-Control', ASK_AGAIN);
    return context.json(await promptDesk.diff(context.req.valid('param').name, from, to), 200);
  });

  app.openapi(putLabel, async (context) => {
    const { name, label } = context.req.valid('param');
    const { version, message } = context.req.valid('json');
    if (label === 'production' && message === undefined)
      throw invalidAt({ location: 'body.message', message: 'must say why production moves' });
    const by = { author: PERSON, message: message ?? `${label} to version ${version}` };
    const moved = await promptDesk.moveLabel({ name, label, version }, by);
    const words = moved.changed
      ? `${label} is version ${version}`
      : `${label} was version ${version} already`;
    return context.json({ ...moved, message: effectWords(words, label, moved.takesEffectAtMs) }, 200);
  });

  app.openapi(deleteLabel, async (context) => {
    const at = context.req.valid('param');
    const by = { author: PERSON, message: `${at.label} removed` };
    return context.json(await promptDesk.removeLabel(at, by), 200);
  });

  app.openapi(tryDraft, async (context) => {
    const { name } = context.req.valid('param');
    const trials = await promptDesk.try({ name, ...context.req.valid('json') });
    const items = trials.map((trial) => ({
      ...trial,
      messages: [...trial.messages],
      doubts: [...trial.doubts],
      quotes: [...trial.quotes],
    }));
    return context.json({ items }, 200);
  });
}

function missing(): never {
  throw new Error('what was saved is not told');
}
