import { expect } from 'vitest';
import { ERROR_RULES, type ErrorCode } from '#domain/errors.ts';
import type { ApiDeps } from '#server/api-deps.ts';
import { createApp } from '#server/app.ts';
import { fakeDeps } from './fake-deps.ts';

export type Api = ReturnType<typeof apiWith>;

/** The app on fakes, with `change` laid over its ports. */
export function apiWith(change: Partial<ApiDeps> = {}) {
  const fakes = fakeDeps();
  const app = createApp({ ...fakes.deps, ...change });
  return {
    ...fakes,
    app,
    get: (path: string, headers: Record<string, string> = {}) => app.request(path, { headers }),
    send: (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      app.request(path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

/** Holds an answer to be the problem of this code, and gives its body. */
export async function expectProblem(response: Response, code: ErrorCode): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ code, status: ERROR_RULES[code].status, title: ERROR_RULES[code].meaning });
  expect(response.status).toBe(ERROR_RULES[code].status);
  expect(problem.detail).toEqual(expect.any(String));
  expect(problem.instance).toEqual(expect.stringMatching(/^\//));
  expect(problem.correlationId).toBe(response.headers.get('x-correlation-id'));
  return problem;
}
