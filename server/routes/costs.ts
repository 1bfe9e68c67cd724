import { createRoute, z } from '@hono/zod-openapi';
import { CostGroup, CostReport } from '#domain/costs.ts';
import { AppError } from '#domain/errors.ts';
import { DAY_MS } from '#domain/time.ts';
import type { ApiDeps } from '../api-deps.ts';
import { InstantQuery, jsonOf, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const DEFAULT_SPAN_MS = 7 * DAY_MS;

const getCosts = createRoute({
  method: 'get',
  path: '/api/costs',
  tags: ['Models'],
  summary:
    'What model calls came to, by day, agent, model, symbol or accepted trade; the last seven days when no time is given',
  request: {
    query: z.object({ from: InstantQuery, to: InstantQuery, by: CostGroup.default('day') }),
  },
  responses: {
    200: jsonOf(CostReport, 'The sums, and how many calls did not tell what went into them.'),
    ...refusals('request_invalid'),
  },
});

export function costRoutes(app: Router, { costs, clock }: Pick<ApiDeps, 'costs' | 'clock'>): void {
  app.openapi(getCosts, async (context) => {
    const { from, to, by } = context.req.valid('query');
    const toMs = to ?? clock.nowMs() + 1;
    const fromMs = from ?? Math.max(0, toMs - DEFAULT_SPAN_MS);
    if (fromMs >= toMs) throw new AppError('request_invalid', 'from must be before to');
    return context.json(await costs.report(by, { fromMs, toMs }), 200);
  });
}
