import { createRoute, z } from '@hono/zod-openapi';
import { RegimeWeights, WeightsFacts } from '#domain/strategy-weights.ts';
import { EpochMs } from '#domain/time.ts';
import type { ApiDeps } from '../api-deps.ts';
import { jsonOf, pageSchema, wholePage } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const Version = z.number().int().positive();

const StoredWeights = z.object({
  version: Version,
  /** SHA-256 of the weights and all they say of themselves. */
  hash: z.string(),
  createdAtMs: EpochMs,
  isPromoted: z.boolean(),
  cells: RegimeWeights.shape.cells,
  facts: WeightsFacts,
});

/** Null is even weights: the same for all. */
const Promotion = z.object({
  fromVersion: Version.nullable(),
  toVersion: Version.nullable(),
  ...{ actor: z.string(), reason: z.string(), atMs: EpochMs },
});

const Versions = pageSchema(StoredWeights).extend({
  promotedVersion: Version.nullable(),
  /** The newest of them. */
  promotions: z.array(Promotion),
});

const PROMOTIONS_TOLD = 50;

const listWeights = createRoute({
  method: 'get',
  path: '/api/weights',
  tags: ['Strategies'],
  summary:
    'Versions of the weights by which votes of strategies are added, newest first, and which one desks take',
  responses: { 200: jsonOf(Versions, 'Every version.') },
});

export function weightsRoutes(app: Router, { strategyWeights }: Pick<ApiDeps, 'strategyWeights'>): void {
  app.openapi(listWeights, async (context) => {
    const [items, promotedVersion, promotions] = await Promise.all([
      strategyWeights.list(),
      strategyWeights.promotedVersion(),
      strategyWeights.promotions(PROMOTIONS_TOLD),
    ]);
    const moves = promotions.map(({ promotionId: _id, ...move }) => move);
    const told = items.map((one) => ({ ...one, isPromoted: one.version === promotedVersion }));
    return context.json({ ...wholePage(told), promotedVersion, promotions: moves }, 200);
  });
}
