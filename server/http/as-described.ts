import type { RouteConfig } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import type { ApiContext, ApiEnv } from './api-env.ts';
import { invalidAt } from './problem.ts';

const JSON_TYPE = /^application\/([a-z-]+\+)?json\b/i;

/**
 * Holds a request to its route's description where the framework says nothing: a query parameter the route does not
 * know, which would leave a list unfiltered, and a body that is missing or not JSON, which would be read as `{}`.
 * @throws AppError `request_invalid`
 */
export function asDescribed(routeOf: (context: ApiContext) => RouteConfig | undefined) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const route = routeOf(context);
    if (route !== undefined) {
      refuseUnknownQuery(context, route);
      await refuseMissingBody(context, route);
    }
    await next();
  });
}

function refuseUnknownQuery(context: ApiContext, { request }: RouteConfig): void {
  const query = request?.query;
  const known = query !== undefined && 'shape' in query ? Object.keys(query.shape as object) : [];
  const unknown = Object.keys(context.req.queries()).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const allowed = known.length === 0 ? 'this call takes none' : `this call takes ${known.join(', ')}`;
  throw invalidAt(
    ...unknown.map((name) => ({ location: `query.${name}`, message: `is not known: ${allowed}` })),
  );
}

async function refuseMissingBody(context: ApiContext, { request }: RouteConfig): Promise<void> {
  if (!request?.body?.required) return;
  const hint = request.body.description ?? 'this call needs a body of JSON';
  if ((await context.req.text()).trim() === '')
    throw invalidAt({ location: 'body', message: `is missing: ${hint}` });
  if (!JSON_TYPE.test(context.req.header('Content-Type') ?? ''))
    throw invalidAt({ location: 'body', message: 'must be sent as application/json' });
}
