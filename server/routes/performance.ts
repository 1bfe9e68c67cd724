import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '#domain/errors.ts';
import { PerformanceReport } from '#domain/performance.ts';
import type { ApiDeps } from '../api-deps.ts';
import { Identifier, InstantQuery, jsonOf, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { deskToRead } from './named-desk.ts';

/** Later than any market. */
const END_OF_TIME_MS = Date.UTC(9999, 0);

const getPerformance = createRoute({
  method: 'get',
  path: '/api/performance',
  tags: ['Books'],
  summary:
    'What a desk’s trading came to, after fees and funding; the oldest desk, and all of its time, when nothing is named',
  request: {
    query: z.object({ deskId: Identifier.optional(), from: InstantQuery, to: InstantQuery }),
  },
  responses: {
    200: jsonOf(PerformanceReport, 'The figures, each with the count it rests on. Times are the market’s.'),
    ...refusals('request_invalid', 'not_found'),
  },
});

type Deps = Pick<ApiDeps, 'desks' | 'performance'>;

export function performanceRoutes(app: Router, { desks, performance }: Deps): void {
  app.openapi(getPerformance, async (context) => {
    const { deskId, from: fromMs = 0, to: toMs = END_OF_TIME_MS } = context.req.valid('query');
    if (fromMs >= toMs) throw new AppError('request_invalid', 'from must be before to');
    const desk = await desks.get(await deskToRead(desks, deskId));
    if (desk === null) throw new AppError('not_found', 'the desk is gone');
    return context.json(await performance(desk, { fromMs, toMs }), 200);
  });
}
