import { createRoute, z } from '@hono/zod-openapi';
import { RunLineage, TradeLineage } from '#domain/lineage.ts';
import type { ApiDeps } from '../api-deps.ts';
import { Identifier, jsonOf, RunParams, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { desksToRead } from './named-desk.ts';

const runLineage = createRoute({
  method: 'get',
  path: '/api/runs/{id}/lineage',
  tags: ['Runs'],
  summary: 'What a run saw, heard and decided about each symbol, and every trade its orders had a hand in',
  request: { params: RunParams },
  responses: { 200: jsonOf(RunLineage, 'From snapshot to profit.'), ...refusals('not_found') },
});

const tradeLineage = createRoute({
  method: 'get',
  path: '/api/trades/{id}/lineage',
  tags: ['Books'],
  summary: 'A trade, open or closed, back to every run, opinion and look at the market it came from',
  description: 'The id is that of a trade, or of a position that is still open.',
  request: {
    params: z.object({ id: Identifier }),
    query: z.object({
      deskId: Identifier.optional().describe('Where several desks have a trade of this id.'),
    }),
  },
  responses: {
    200: jsonOf(
      TradeLineage,
      'Sums are exact: fills, fees and funding come to the profit to the last digit.',
    ),
    ...refusals('request_invalid', 'not_found', 'conflict'),
  },
});

export function lineageRoutes(app: Router, { lineage, desks }: Pick<ApiDeps, 'lineage' | 'desks'>): void {
  app.openapi(runLineage, async (context) =>
    context.json(await lineage.ofRun(context.req.valid('param').id), 200),
  );

  app.openapi(tradeLineage, async (context) => {
    const deskIds = await desksToRead(desks, context.req.valid('query').deskId);
    return context.json(await lineage.ofTrade(context.req.valid('param').id, deskIds), 200);
  });
}
