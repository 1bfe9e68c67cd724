/** A run as a file: its record alone, or everything that is on record of it, one long body after the other. */
import { createRoute, z } from '@hono/zod-openapi';
import { RunLineage } from '#domain/lineage.ts';
import { Order } from '#domain/order.ts';
import { CycleRecord, ListedRun } from '#domain/run.ts';
import { KeptCall, KeptSpan, type RunTrace, type SpanSketch } from '#domain/run-trace.ts';
import type { ApiDeps } from '../api-deps.ts';
import { jsonOf, RunParams, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { recordOf, runNotFound } from './run-answer.ts';

const TraceFile = z.object({
  format: z.literal('vigil-run-trace-1'),
  run: ListedRun,
  /** Null for a run that left none. */
  record: CycleRecord.nullable(),
  lineage: RunLineage,
  orders: z.array(Order),
  /** With all they saw and gave. */
  spans: z.array(KeptSpan),
  /** With every word that was said. */
  calls: z.array(KeptCall),
});
type TraceFile = z.infer<typeof TraceFile>;

const exportRun = createRoute({
  method: 'get',
  path: '/api/runs/{id}/export',
  tags: ['Runs'],
  summary: 'An ended run as a file: its record, or its whole trace with spans, model calls and lineage',
  description: 'What looks like a key or a password is hidden in it.',
  request: {
    params: RunParams,
    query: z.object({ of: z.enum(['record', 'trace']).default('record') }),
  },
  responses: {
    200: jsonOf(z.union([CycleRecord, TraceFile]), 'The record, or the trace as it streams.'),
    ...refusals('request_invalid', 'not_found', 'conflict'),
  },
});

type Deps = Pick<ApiDeps, 'runs' | 'lineage' | 'redact' | 'logger'>;

export function runExportRoutes(app: Router, deps: Deps): void {
  app.openapi(exportRun, async (context) => {
    const { id } = context.req.valid('param');
    const isTrace = context.req.valid('query').of === 'trace';
    const name = `${id.replace(/[^A-Za-z0-9._-]/g, '_')}${isTrace ? '.trace' : ''}.json`;
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
    };
    if (!isTrace)
      return context.body(deps.redact(JSON.stringify(await recordOf(deps.runs, id))), 200, headers) as never;
    const trace = await deps.runs.trace(id);
    if (trace === null) throw runNotFound(id);
    const parts = traceParts(trace, deps);
    // The first part is read here, so that what fails is told as a problem and not as half a file.
    const first = await parts.next();
    return context.body(streamOf(first.value ?? '', parts, deps), 200, headers) as never;
  });
}

/** A body of megabytes is held one at a time. */
async function* traceParts(
  { run, spans, calls, orders }: RunTrace,
  { runs, lineage }: Deps,
): AsyncGenerator<string, undefined> {
  const { runId } = run;
  const [record, chain] = await Promise.all([runs.record(runId), lineage.ofRun(runId)]);
  const head: Omit<TraceFile, 'spans' | 'calls'> = {
    ...{ format: 'vigil-run-trace-1', run, record, lineage: chain, orders },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"spans":[`;
  for (const [index, span] of spans.entries()) yield listed(index, await wholeSpan(span, runs));
  yield '],"calls":[';
  for (const [index, { callId }] of calls.entries())
    yield listed(index, (await runs.call(runId, callId))?.call ?? null);
  yield ']}\n';
  return undefined;
}

function listed(index: number, value: unknown): string {
  return `${index === 0 ? '' : ','}${JSON.stringify(value)}`;
}

/** What was not cut is whole already. */
async function wholeSpan({ cut, ...span }: SpanSketch, runs: Deps['runs']): Promise<KeptSpan> {
  if (cut.input === null && cut.output === null) return span;
  return (await runs.span(span.runId, span.spanId))?.span ?? span;
}

function streamOf(
  first: string,
  parts: AsyncGenerator<string, undefined>,
  { redact, logger }: Deps,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: string | null = first;
  return new ReadableStream({
    async pull(controller) {
      try {
        if (next !== null) controller.enqueue(encoder.encode(redact(next)));
        const part = await parts.next();
        next = part.value ?? null;
        if (part.done) controller.close();
      } catch (err) {
        logger.warn({ err }, 'an export broke off');
        controller.error(err);
      }
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
