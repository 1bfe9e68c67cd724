/** What a run's page reads beside the run: what is long, one span or one model call at a time, and the way on. */
import { createRoute } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { jsonIn } from '#agents/json-in-text.ts';
import type { StoredCall } from '#db/repositories/run-trace.ts';
import { AppError } from '#domain/errors.ts';
import { RunNeighbours, WholeCall, WholeSpan } from '#domain/run-trace.ts';
import type { ApiDeps } from '../api-deps.ts';
import { Identifier, jsonOf, RunParams, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { ASK_AGAIN, UNCHANGED } from '../http/unchanging.ts';
import { isRunOver, runNotFound } from './run-answer.ts';

const getSpan = createRoute({
  method: 'get',
  path: '/api/runs/{id}/spans/{spanId}',
  tags: ['Runs'],
  summary: 'One span of a run, whole, with every attempt at its node',
  request: { params: RunParams.extend({ spanId: Identifier }) },
  middleware: etag(),
  responses: { 200: jsonOf(WholeSpan, 'The span.'), 304: UNCHANGED, ...refusals('not_found') },
});

const getCall = createRoute({
  method: 'get',
  path: '/api/runs/{id}/calls/{callId}',
  tags: ['Runs'],
  summary: 'One model call of a run, whole: what was said, what was read from it and what became of it',
  request: { params: RunParams.extend({ callId: Identifier }) },
  middleware: etag(),
  responses: { 200: jsonOf(WholeCall, 'The call.'), 304: UNCHANGED, ...refusals('not_found') },
});

const getNeighbours = createRoute({
  method: 'get',
  path: '/api/runs/{id}/neighbours',
  tags: ['Runs'],
  summary: 'The runs that began just after and just before one',
  request: { params: RunParams },
  responses: { 200: jsonOf(RunNeighbours, 'Their ids.'), ...refusals('not_found') },
});

export function runBodyRoutes(app: Router, { runs }: Pick<ApiDeps, 'runs'>): void {
  app.openapi(getSpan, async (context) => {
    const { id, spanId } = context.req.valid('param');
    const found = await runs.span(id, spanId);
    if (found === null) throw await missing(runs, id, `run "${id}" has no span "${spanId}"`);
    const { runStatus, span, attempts } = found;
    if (isRunOver(runStatus)) context.header('Cache-Control', ASK_AGAIN);
    return context.json({ span, attempts: [...attempts] }, 200);
  });

  app.openapi(getNeighbours, async (context) => {
    const { id } = context.req.valid('param');
    const found = await runs.neighbours(id);
    if (found === null) throw runNotFound(id);
    return context.json(found, 200);
  });

  app.openapi(getCall, async (context) => {
    const { id, callId } = context.req.valid('param');
    const found = await runs.call(id, callId);
    if (found === null) throw await missing(runs, id, `run "${id}" has no model call "${callId}"`);
    if (isRunOver(found.runStatus)) context.header('Cache-Control', ASK_AGAIN);
    return context.json(wholeCall(found), 200);
  });
}

/** The run itself may be what is not there, or its trace may have been thinned. */
async function missing(runs: ApiDeps['runs'], runId: string, words: string): Promise<AppError> {
  const run = await runs.get(runId);
  if (run === null) return runNotFound(runId);
  const why = run.thinnedAtMs === null ? '' : ' any more: its trace was dropped to save room';
  return new AppError('not_found', words + why, { context: { runId } });
}

function wholeCall({ call, opinions, promptVersions, ...found }: StoredCall): WholeCall {
  const opinion = opinions.find(({ agent, symbol }) => agent === call.agent && symbol === call.symbol);
  const version = promptVersions[call.agent];
  return {
    call,
    repairOf: found.repairOf,
    repairedBy: found.repairedBy,
    parsed: parsedOf(call.reply),
    prompt: version === undefined ? null : { name: call.agent, version },
    verdict:
      opinion === undefined || !found.isLastReply
        ? null
        : {
            decidedBy: opinion.decidedBy,
            abstention: opinion.abstention,
            doubts: opinion.doubts ?? [],
            quotes: opinion.quotes ?? [],
          },
  };
}

function parsedOf(reply: string | null): unknown {
  const found = reply === null ? null : jsonIn(reply);
  return found?.kind === 'found' ? found.json : null;
}
