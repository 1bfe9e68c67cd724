import { createRoute, z } from '@hono/zod-openapi';
import { ModelModes, SPENDING_MODES } from '#domain/spending.ts';
import type { ApiDeps } from '../api-deps.ts';
import { bodyOf, jsonOf, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const getModels = createRoute({
  method: 'get',
  path: '/api/models',
  tags: ['Models'],
  summary: 'Which mode the desks stand on: as configured, as switched, and as it holds',
  responses: { 200: jsonOf(ModelModes, 'The modes.'), ...refusals() },
});

const putModels = createRoute({
  method: 'put',
  path: '/api/models',
  tags: ['Models'],
  summary:
    'Switches every process of the database to a mode, from its next run on; null or `configured` takes the switch back',
  request: { body: bodyOf(z.strictObject({ mode: z.enum([...SPENDING_MODES, 'configured']).nullable() })) },
  responses: {
    200: jsonOf(ModelModes, 'The modes as they now are.'),
    ...refusals('request_invalid', 'conflict'),
  },
});

export function modelRoutes(app: Router, { models }: Pick<ApiDeps, 'models'>): void {
  app.openapi(getModels, async (context) => context.json(await models.modes(), 200));
  app.openapi(putModels, async (context) => {
    const { mode } = context.req.valid('json');
    return context.json(await models.switchTo(mode === 'configured' ? null : mode), 200);
  });
}
