import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { AppError } from '#domain/errors.ts';
import { FoundRun } from '#domain/run.ts';
import type { ApiDeps } from '../api-deps.ts';
import { audited } from '../audited.ts';
import { jsonOf, PageQuery, pageBody, pageSchema, RunParams, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { ASK_AGAIN, UNCHANGED } from '../http/unchanging.ts';
import { deskToRead } from './named-desk.ts';
import { isRunOver, RunAnswer, readRun, runNotFound } from './run-answer.ts';
import { RunQuery, readRunQuery } from './run-query.ts';

const listRuns = createRoute({
  method: 'get',
  path: '/api/runs',
  tags: ['Runs'],
  summary: 'Runs of every market, newest first; each names its desk, its market and what it decides again',
  request: { query: PageQuery.extend(RunQuery.shape) },
  responses: {
    200: jsonOf(pageSchema(FoundRun), 'A page of runs.'),
    ...refusals('request_invalid', 'symbol_invalid', 'search_too_wide', 'not_found'),
  },
});

const getRun = createRoute({
  method: 'get',
  path: '/api/runs/{id}',
  tags: ['Runs'],
  summary: 'A run with its spans, model calls, decisions and orders; long bodies are cut to how they begin',
  request: { params: RunParams },
  middleware: etag(),
  responses: { 200: jsonOf(RunAnswer, 'The run.'), 304: UNCHANGED, ...refusals('not_found') },
});

const cancelRun = createRoute({
  method: 'post',
  path: '/api/runs/{id}/cancel',
  tags: ['Runs'],
  summary: 'Asks a run to stop before its next node; what was sent stays sent',
  request: { params: RunParams },
  responses: {
    202: jsonOf(z.object({ runId: z.string(), cancelRequested: z.literal(true) }), 'Asked to stop.'),
    ...refusals('not_found', 'conflict'),
  },
});

export function runRoutes(
  app: Router,
  { runs, desks, audit }: Pick<ApiDeps, 'runs' | 'desks' | 'audit'>,
): void {
  app.openapi(listRuns, async (context) => {
    const { limit, cursor, ...query } = context.req.valid('query');
    if (query.deskId !== undefined) await deskToRead(desks, query.deskId);
    const page = await runs.list({ ...readRunQuery(query), limit, cursor });
    return context.json(pageBody(page), 200);
  });

  app.openapi(getRun, async (context) => {
    const answer = await readRun(runs, context.req.valid('param').id);
    if (isRunOver(answer.run.status)) context.header('Cache-Control', ASK_AGAIN);
    return context.json(answer, 200);
  });

  app.openapi(cancelRun, async (context) => {
    const { id } = context.req.valid('param');
    const act = { action: 'run.cancel', subject: `run:${id}`, details: {} };
    const isAsked = await audited(
      audit,
      act,
      () => runs.requestCancel(id),
      (told) => ({ isAsked: told }),
    );
    if (isAsked) return context.json({ runId: id, cancelRequested: true as const }, 202);
    const run = await runs.get(id);
    if (run === null) throw runNotFound(id);
    throw new AppError('conflict', `run "${id}" is ${run.status} already: there is nothing to cancel`);
  });
}
