import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { AppError } from '#domain/errors.ts';
import { EpochMs } from '#domain/time.ts';
import type { ApiDeps } from '../api-deps.ts';
import { Identifier, jsonOf, pageSchema, refusals, wholePage } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { ASK_AGAIN, UNCHANGED } from '../http/unchanging.ts';

const PromptSummary = z.object({
  name: z.string(),
  latestVersion: z.number().int().positive(),
  labels: z.record(z.string(), z.number().int().positive()),
  /** Who pointed each label where it stands; null where nobody wrote it down. */
  moves: z.array(
    z.object({
      label: z.string(),
      version: z.number().int().positive(),
      movedBy: z.string().nullable(),
      movedAtMs: EpochMs.nullable(),
    }),
  ),
  /** What the newest version is. */
  newest: z.object({ author: z.string(), message: z.string(), createdAtMs: EpochMs }),
});

const PromptDetail = PromptSummary.extend({
  /** What a text must use: in its system half, and below `<!-- evidence -->`. */
  variables: z.object({ system: z.array(z.string()), evidence: z.array(z.string()) }),
  versions: z.array(
    z.object({
      version: z.number().int().positive(),
      text: z.string(),
      config: z.unknown(),
      variables: z.array(z.string()),
      author: z.string(),
      message: z.string(),
      sha256: z.string(),
      createdAtMs: EpochMs,
    }),
  ),
});

const listPrompts = createRoute({
  method: 'get',
  path: '/api/prompts',
  tags: ['Prompts'],
  summary: 'All prompts with their labels',
  responses: { 200: jsonOf(pageSchema(PromptSummary), 'The prompts.'), ...refusals() },
});

const getPrompt = createRoute({
  method: 'get',
  path: '/api/prompts/{name}',
  tags: ['Prompts'],
  summary: 'A prompt with all of its versions, newest first',
  request: { params: z.object({ name: Identifier }) },
  middleware: etag(),
  responses: { 200: jsonOf(PromptDetail, 'The prompt.'), 304: UNCHANGED, ...refusals('not_found') },
});

export function promptRoutes(
  app: Router,
  { prompts, promptDesk }: Pick<ApiDeps, 'prompts' | 'promptDesk'>,
): void {
  app.openapi(listPrompts, async (context) => {
    const rows = (await prompts.list()).map((row) => ({ ...row, moves: [...row.moves] }));
    return context.json(wholePage(rows), 200);
  });

  app.openapi(getPrompt, async (context) => {
    const { name } = context.req.valid('param');
    const prompt = await prompts.get(name);
    if (prompt === null) throw new AppError('not_found', `there is no prompt "${name}"`);
    const versions = prompt.versions.map((version) => ({ ...version, variables: [...version.variables] }));
    const { system, evidence } = promptDesk.variables(name);
    const variables = { system: [...system], evidence: [...evidence] };
    // Its versions do not change; with their labels and a new one comes another tag.
    context.header('Cache-Control', ASK_AGAIN);
    return context.json({ ...prompt, moves: [...prompt.moves], variables, versions }, 200);
  });
}
