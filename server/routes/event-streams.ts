import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDeps, Schedule } from '../api-deps.ts';
import type { EventHub } from '../events/event-hub.ts';
import { type EventSourceOptions, eventFrames } from '../events/event-source.ts';
import type { ApiContext } from '../http/api-env.ts';
import { RunParams, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { EVENT_STREAM_HEADERS, eventStreamResponse, resumeAfter } from '../http/sse.ts';
import { isRunOver, runNotFound } from './run-answer.ts';
import { whileAllowed } from './while-allowed.ts';

const Resume = {
  query: z.object({ after: z.coerce.number().int().min(0).max(999_999_999_999_999).optional() }),
  headers: z.object({ 'last-event-id': z.string().max(40).optional() }),
};

const STREAM = {
  description: 'Server-sent events. Every frame has an id; send the last one as Last-Event-ID to resume.',
  content: { 'text/event-stream': { schema: z.string() } },
};

const allEvents = createRoute({
  method: 'get',
  path: '/api/events',
  tags: ['Events'],
  summary: 'Everything the desk page needs, from now on or from where you were',
  request: Resume,
  responses: { 200: STREAM, ...refusals('request_invalid') },
});

const runEvents = createRoute({
  method: 'get',
  path: '/api/runs/{id}/events',
  tags: ['Events'],
  summary: 'A run from its first event to its last; ends after run.finished',
  request: { params: RunParams, ...Resume },
  responses: {
    200: STREAM,
    204: { description: 'The run is over and you have seen all of it: do not reconnect.' },
    ...refusals('not_found', 'request_invalid'),
  },
});

type Deps = Pick<ApiDeps, 'runs' | 'events' | 'metrics' | 'logger'> & { readonly schedule: Schedule };

export function eventStreamRoutes(app: Router, deps: Deps, hub: EventHub): void {
  const { runs, events } = deps;

  app.openapi(allEvents, async (context) => {
    const resume = resumeAfter(context.req.header('Last-Event-ID'), context.req.valid('query').after);
    const latestId = await events.latestId();
    const afterId = Math.min(resume ?? latestId, latestId);
    return stream(context, { afterId, runId: null, isOver: async () => false }, deps, hub);
  });

  app.openapi(runEvents, async (context) => {
    const { id: runId } = context.req.valid('param');
    const asked = resumeAfter(context.req.header('Last-Event-ID'), context.req.valid('query').after);
    // A place after the newest event, as from before a reset, would hide all that comes until the ids get there.
    const resume = asked === null ? null : Math.min(asked, await events.latestId());
    const run = await runs.get(runId);
    if (run === null) throw runNotFound(runId);
    if (
      resume !== null &&
      isRunOver(run.status) &&
      (await hub.after(resume, { runId, limit: 1 })).length === 0
    )
      return context.body(null, 204);
    const isOver = async () => isRunOver((await runs.get(runId))?.status ?? 'lost');
    return stream(context, { afterId: resume ?? 0, runId, isOver }, deps, hub);
  });
}

async function stream(
  context: ApiContext,
  source: Pick<EventSourceOptions, 'afterId' | 'runId' | 'isOver'>,
  { metrics, logger, schedule }: Deps,
  hub: EventHub,
): Promise<Response> {
  // HEAD runs this handler too, and nobody would ever read or end its stream.
  if (context.req.method === 'HEAD') return context.body(null, 200, EVENT_STREAM_HEADERS);
  const watch = await hub.watch(context.req.raw.signal);
  const forget = whileAllowed(context, schedule, watch.close);
  metrics.eventStreams.inc();
  return eventStreamResponse(eventFrames({ hub, watch, ...source }), (error) => {
    forget();
    watch.close();
    metrics.eventStreams.dec();
    if (error !== undefined)
      logger.warn({ err: error, correlationId: context.get('correlationId') }, 'event stream broken');
  });
}
