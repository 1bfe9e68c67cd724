import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-env.ts';
import { requestInvalid } from './problem.ts';

export type Router = OpenAPIHono<ApiEnv>;

/** A router whose validation failures are thrown, so that one place answers them. */
export function createRouter(): Router {
  return new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw requestInvalid(result.target, result.error);
    },
  });
}
