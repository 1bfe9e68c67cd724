import { expect, it } from 'vitest';
import { ERROR_RULES } from '#domain/errors.ts';
import { apiWith } from './http-support.ts';

type Json = Record<string, unknown>;

async function document(): Promise<Json & { paths: Record<string, Record<string, Json>>; components: Json }> {
  return (await (await apiWith().get('/openapi.json')).json()) as never;
}

it('lists every route the server has', async () => {
  const { app } = apiWith();
  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/docs/style.css')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  const { paths } = await document();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual([...new Set(served)].sort());
  expect(described).toEqual(
    expect.arrayContaining([
      'GET /healthz',
      'GET /readyz',
      'GET /metrics',
      'POST /api/analyses',
      'GET /api/runs',
      'GET /api/runs/{id}',
      'GET /api/runs/{id}/events',
      'GET /api/runs/{id}/export',
      'POST /api/runs/{id}/cancel',
      'GET /api/events',
      'GET /api/desks',
      'POST /api/desks',
      'PATCH /api/desks/{id}',
      'POST /api/desks/{id}/cycles',
      'GET /api/account',
      'GET /api/positions',
      'POST /api/positions/close',
      'GET /api/orders',
      'GET /api/trades',
      'GET /api/equity',
      'GET /api/state',
      'POST /api/state/halt',
      'POST /api/state/arm',
      'GET /api/breaker/events',
      'DELETE /api/prompts/{name}/labels/{label}',
      'GET /api/prompts',
      'GET /api/prompts/{name}',
      'POST /api/prompts/{name}/versions',
      'GET /api/prompts/{name}/diff',
      'PUT /api/prompts/{name}/labels/{label}',
      'POST /api/prompts/{name}/try',
      'POST /api/prompts/{name}/check',
      'POST /api/prompts/{name}/read',
      'GET /api/prompts/{name}/questions',
      'POST /api/prompts/{name}/preview',
      'GET /api/prompts/{name}/effect',
    ]),
  );
});

it('is a sound OpenAPI 3.1 document: summaries, parameters for every brace, answers with descriptions', async () => {
  const { openapi, info, paths } = await document();
  expect(openapi).toBe('3.1.0');
  expect(info).toMatchObject({ title: 'Vigil', version: expect.any(String) });
  for (const [path, methods] of Object.entries(paths))
    for (const operation of Object.values(methods)) {
      expect(operation.summary, path).toEqual(expect.any(String));
      const parameters = (operation.parameters ?? []) as { name: string; in: string }[];
      const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      const answers = Object.entries(operation.responses as Record<string, Json>);
      expect(
        answers.some(([status]) => status.startsWith('2')),
        path,
      ).toBe(true);
      for (const [, answer] of answers) expect(answer.description, path).toEqual(expect.any(String));
    }
});

it('has a schema behind every reference and names the domain’s words', async () => {
  const whole = await document();
  const schemas = (whole.components as { schemas: Json }).schemas;
  const references = [...JSON.stringify(whole).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    (match) => match[1],
  );
  expect(references).toEqual(
    expect.arrayContaining(['ListedRun', 'Span', 'Signal', 'Problem', 'SystemState', 'Desk']),
  );
  for (const name of references) expect(schemas).toHaveProperty(name as string);
});

it('tells each guarded route’s refusals as problems', async () => {
  const { paths } = await document();
  const answers = paths['/api/analyses']?.post?.responses as Record<string, { content: Json }>;
  for (const status of ['401', '403', '409', '413', '422', '429', '500'])
    expect(Object.keys(answers[status]?.content ?? {})).toEqual(['application/problem+json']);
});

it('is shown as a page that loads nothing from elsewhere and explains every error code', async () => {
  const response = await apiWith().get('/docs');
  const page = await response.text();
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(page).not.toMatch(/<script|https?:\/\/|<style/);
  expect([...page.matchAll(/<link[^>]*href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
    '/docs/style.css',
  ]);
  expect((await apiWith().get('/docs/style.css')).headers.get('content-type')).toContain('text/css');
  expect(page).toContain('/api/runs/{id}/events');
  for (const code of Object.keys(ERROR_RULES)) expect(page).toContain(`<tr id="${code}">`);
});
