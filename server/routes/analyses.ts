import { createRoute, z } from '@hono/zod-openapi';
import { Question } from '#domain/person-text.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { EventHub } from '../events/event-hub.ts';
import { bodyOf, jsonOf, refusals, StartedRun, SymbolText } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { readSymbols } from '../http/symbols.ts';
import { isRunOver, RunAnswer, readRun } from './run-answer.ts';

/** A run that ended without a wake is seen after this long at the latest. */
const POLL_MS = 2_000;

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
    query: z.object({ wait: z.coerce.number().min(0).max(60).optional() }),
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

type Deps = Pick<ApiDeps, 'startAnalysis' | 'marketSymbols' | 'runs' | 'clock'>;

export function analysisRoutes(app: Router, deps: Deps, hub: EventHub): void {
  app.openapi(startAnalysis, async (context) => {
    const { symbols, question } = context.req.valid('json');
    const { wait } = context.req.valid('query');
    const { runId } = await deps.startAnalysis({
      symbols: await readSymbols(symbols, deps.marketSymbols),
      question: question ?? null,
      correlationId: context.get('correlationId'),
    });
    context.header('Location', `/api/runs/${encodeURIComponent(runId)}`);
    const isOver = wait ? await runEnds(runId, wait * 1_000, context.req.raw.signal, deps, hub) : false;
    if (isOver) return context.json(await readRun(deps.runs, runId), 200);
    return context.json({ runId }, 202);
  });
}

/** Waits for the run to end; false when the time is up, the caller has gone or the server stops. */
async function runEnds(
  runId: string,
  waitMs: number,
  signal: AbortSignal,
  { runs, clock }: Pick<Deps, 'runs' | 'clock'>,
  hub: EventHub,
): Promise<boolean> {
  const deadlineMs = clock.nowMs() + waitMs;
  const watch = await hub.watch(signal);
  try {
    while (true) {
      const run = await runs.get(runId);
      if (run !== null && isRunOver(run.status)) return true;
      const leftMs = deadlineMs - clock.nowMs();
      if (leftMs <= 0) return false;
      if ((await watch.woken(Math.min(leftMs, POLL_MS))) === 'closed') return false;
    }
  } finally {
    watch.close();
  }
}
