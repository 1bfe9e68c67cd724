import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '#domain/errors.ts';
import { personText } from '#domain/person-text.ts';
import { CycleOutcome, CycleRecord, ListedRun, RunKind, RunStatus } from '#domain/run.ts';
import { parseSymbol } from '#domain/symbol.ts';
import type { ApiDeps, RunsPort } from '../api-deps.ts';
import {
  Identifier,
  InstantQuery,
  jsonOf,
  PageQuery,
  pageBody,
  pageSchema,
  RunParams,
  refusals,
  SymbolText,
} from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { deskToRead } from './named-desk.ts';
import { isRunOver, RunAnswer, readRun, runNotFound } from './run-answer.ts';

const listRuns = createRoute({
  method: 'get',
  path: '/api/runs',
  tags: ['Runs'],
  summary: 'Cycles and analyses of every market, newest first; each names its desk and its market',
  request: {
    query: PageQuery.extend({
      kind: RunKind.optional(),
      status: RunStatus.optional(),
      outcome: CycleOutcome.optional(),
      symbol: SymbolText.optional(),
      deskId: Identifier.optional(),
      from: InstantQuery,
      to: InstantQuery,
      q: personText(200).optional(),
    }),
  },
  responses: {
    200: jsonOf(pageSchema(ListedRun), 'A page of runs.'),
    ...refusals('request_invalid', 'symbol_invalid', 'not_found'),
  },
});

const getRun = createRoute({
  method: 'get',
  path: '/api/runs/{id}',
  tags: ['Runs'],
  summary: 'A run with its spans, model calls, decisions and orders',
  request: { params: RunParams },
  responses: { 200: jsonOf(RunAnswer, 'The run.'), ...refusals('not_found') },
});

const exportRun = createRoute({
  method: 'get',
  path: '/api/runs/{id}/export',
  tags: ['Runs'],
  summary: 'The record of an ended run as a file',
  request: { params: RunParams },
  responses: { 200: jsonOf(CycleRecord, 'The record.'), ...refusals('not_found', 'conflict') },
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

export function runRoutes(app: Router, { runs, desks }: Pick<ApiDeps, 'runs' | 'desks'>): void {
  app.openapi(listRuns, async (context) => {
    const { from, to, symbol, ...filter } = context.req.valid('query');
    if (filter.deskId !== undefined) await deskToRead(desks, filter.deskId);
    const page = await runs.list({
      ...filter,
      fromMs: from,
      toMs: to,
      symbol: symbol === undefined ? undefined : parseSymbol(symbol),
    });
    return context.json(pageBody(page), 200);
  });

  app.openapi(getRun, async (context) =>
    context.json(await readRun(runs, context.req.valid('param').id), 200),
  );

  app.openapi(exportRun, async (context) => {
    const { id } = context.req.valid('param');
    const record = await runs.record(id);
    if (record === null) throw await withoutRecord(runs, id);
    const name = id.replace(/[^A-Za-z0-9._-]/g, '_');
    return context.json(record, 200, { 'Content-Disposition': `attachment; filename="${name}.json"` });
  });

  app.openapi(cancelRun, async (context) => {
    const { id } = context.req.valid('param');
    if (await runs.requestCancel(id)) return context.json({ runId: id, cancelRequested: true as const }, 202);
    const run = await runs.get(id);
    if (run === null) throw runNotFound(id);
    throw new AppError('conflict', `run "${id}" is ${run.status} already: there is nothing to cancel`);
  });
}

async function withoutRecord(runs: RunsPort, runId: string): Promise<AppError> {
  const run = await runs.get(runId);
  if (run === null) return runNotFound(runId);
  const words = isRunOver(run.status) ? 'ended without a record' : 'has no record before it ends';
  return new AppError('conflict', `run "${runId}" is ${run.status} and ${words}`);
}
