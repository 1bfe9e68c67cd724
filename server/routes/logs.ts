import { createRoute, z } from '@hono/zod-openapi';
import type { LogLine } from '#domain/log-line.ts';
import type { ApiDeps, Schedule } from '../api-deps.ts';
import type { EventHub } from '../events/event-hub.ts';
import { refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { EVENT_STREAM_HEADERS, eventStreamResponse, resumeAfter } from '../http/sse.ts';
import { logFrames } from '../logs/log-frames.ts';
import { whileAllowed } from './while-allowed.ts';

const MOST_TAIL = 10_000;

const getLogs = createRoute({
  method: 'get',
  path: '/api/logs',
  tags: ['Operation'],
  summary:
    'The newest log lines of every process of this database, and those to come; told when some were forgotten',
  request: {
    query: z.object({
      tail: z.coerce.number().int().min(0).max(MOST_TAIL).default(500),
      after: z.coerce.number().int().min(0).max(999_999_999_999_999).optional(),
    }),
    headers: z.object({ 'last-event-id': z.string().max(40).optional() }),
  },
  responses: {
    200: {
      description:
        'Server-sent events: `line` with a redacted line, `lost` with how many lines were forgotten unread. Every frame has an id; send the last one as Last-Event-ID to resume.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...refusals('request_invalid'),
  },
});

type Deps = Pick<ApiDeps, 'logs' | 'metrics' | 'logger'> & { readonly schedule: Schedule };

export function logRoutes(app: Router, deps: Deps, hub: EventHub<LogLine>): void {
  const { logs, metrics, logger, schedule } = deps;

  app.openapi(getLogs, async (context) => {
    const { tail, after } = context.req.valid('query');
    // HEAD runs this handler too, and nobody would ever read or end its stream.
    if (context.req.method === 'HEAD') return context.body(null, 200, EVENT_STREAM_HEADERS);
    const asked = resumeAfter(context.req.header('Last-Event-ID'), after);
    const { latestId } = await logs.bounds();
    // A place after the newest line, as from before a reset, would hide all that comes until the ids get there.
    const afterId = asked === null ? await logs.beforeNewest(tail) : Math.min(asked, latestId ?? 0);
    const watch = await hub.watch(context.req.raw.signal);
    const forget = whileAllowed(context, schedule, watch.close);
    metrics.eventStreams.inc();
    const oldestId = async () => (await logs.bounds()).oldestId;
    return eventStreamResponse(logFrames({ hub, watch, afterId, oldestId }), (error) => {
      forget();
      watch.close();
      metrics.eventStreams.dec();
      if (error !== undefined)
        logger.warn({ err: error, correlationId: context.get('correlationId') }, 'log stream broken');
    });
  });
}
