import { createRoute, z } from '@hono/zod-openapi';
import { Question } from '#domain/person-text.ts';
import type { ApiDeps } from '../api-deps.ts';
import { audited } from '../audited.ts';
import type { EventHub } from '../events/event-hub.ts';
import { bodyOf, jsonOf, refusals, StartedRun, SymbolText } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { readSymbols } from '../http/symbols.ts';
import { RunAnswer, readRun } from './run-answer.ts';
import { runEnds, WaitQuery } from './run-ends.ts';

const AnalysisBody = z.strictObject({
  symbols: z.array(SymbolText).min(1).max(20),
  question: Question.optional(),
});

const startAnalysis = createRoute({
  method: 'post',
  path: '/api/analyses',
  tags: ['Runs'],
  summary: 'Asks the agents about symbols; never trades',
  description: 'With `wait` the answer is the finished run when it ends in time, else 202 as without it.',
  request: {
    query: WaitQuery,
    body: bodyOf(AnalysisBody),
  },
  responses: {
    200: jsonOf(RunAnswer, 'The run, finished within the wait.'),
    202: jsonOf(StartedRun, 'Started; Location leads to the run.'),
    ...refusals(
      'request_invalid',
      'symbol_invalid',
      'symbol_unknown',
      'payload_too_large',
      'idempotency_mismatch',
      'conflict',
      'market_finished',
      'queue_unavailable',
    ),
  },
});

type Deps = Pick<ApiDeps, 'startAnalysis' | 'audit' | 'marketSymbols' | 'runs' | 'clock'>;

export function analysisRoutes(app: Router, deps: Deps, hub: EventHub): void {
  app.openapi(startAnalysis, async (context) => {
    const { symbols, question } = context.req.valid('json');
    const { wait } = context.req.valid('query');
    const asked = { symbols: await readSymbols(symbols, deps.marketSymbols), question: question ?? null };
    const { runId } = await audited(
      deps.audit,
      { action: 'analysis.start', subject: 'runs', details: asked },
      () => deps.startAnalysis({ ...asked, correlationId: context.get('correlationId') }),
      (started) => started,
    );
    context.header('Location', `/api/runs/${encodeURIComponent(runId)}`);
    if (await runEnds(runId, wait, context.req.raw.signal, deps, hub))
      return context.json(await readRun(deps.runs, runId), 200);
    return context.json({ runId }, 202);
  });
}
