import { createRoute, z } from '@hono/zod-openapi';
import { HealthReport } from '#domain/health.ts';
import type { ApiDeps } from '../api-deps.ts';
import { jsonOf, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const DependencyHealth = z.object({
  name: z.string(),
  status: z.enum(['up', 'degraded', 'down']),
  required: z.boolean(),
  detail: z.string(),
});

const Readiness = z.object({ ready: z.boolean(), checks: z.array(DependencyHealth) });

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  tags: ['Operation'],
  summary: 'Whether the process is alive; looks at nothing else',
  security: [],
  responses: { 200: jsonOf(z.object({ status: z.literal('ok') }), 'Alive.') },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  tags: ['Operation'],
  summary: 'Whether everything it depends on answers',
  security: [],
  responses: {
    200: jsonOf(Readiness, 'Every required dependency is up.'),
    503: jsonOf(Readiness, 'A required dependency is down.'),
  },
});

const healthReport = createRoute({
  method: 'get',
  path: '/api/health',
  tags: ['Operation'],
  summary: 'Every dependency with its state, since when, what it means and the way out',
  responses: { 200: jsonOf(HealthReport, 'As it stands, ready or not.'), ...refusals() },
});

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['Operation'],
  summary: 'Metrics in the Prometheus text format',
  responses: {
    200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } },
    ...refusals(),
  },
});

export function healthRoutes(app: Router, deps: Pick<ApiDeps, 'health' | 'healthReport' | 'metrics'>): void {
  app.openapi(healthz, (context) => context.json({ status: 'ok' as const }, 200));

  app.openapi(readyz, async (context) => {
    const checks = [...(await deps.health())];
    const ready = checks.every((check) => !check.required || check.status !== 'down');
    return context.json({ ready, checks }, ready ? 200 : 503);
  });

  app.openapi(healthReport, async (context) => context.json(await deps.healthReport(), 200));

  app.openapi(metrics, async (context) => {
    const text = await deps.metrics.registry.metrics();
    return context.text(text, 200, { 'Content-Type': deps.metrics.registry.contentType });
  });
}
