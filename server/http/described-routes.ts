import type { RouteConfig } from '@hono/zod-openapi';
import { matchedRoutes } from 'hono/route';
import type { ApiContext } from './api-env.ts';
import type { Router } from './router.ts';

/** Finds the description of the route a request is for; undefined where there is none. */
export function describedRoutes(app: Router): (context: ApiContext) => RouteConfig | undefined {
  // Read with the first request: by then every route is there.
  let byRoute: ReadonlyMap<string, RouteConfig> | null = null;
  return (context) => {
    byRoute ??= readRoutes(app);
    for (const { method, path } of matchedRoutes(context)) {
      const found = byRoute.get(`${method} ${path}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function readRoutes(app: Router): ReadonlyMap<string, RouteConfig> {
  const routes = new Map<string, RouteConfig>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path } = definition.route;
    routes.set(`${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`, definition.route);
  }
  return routes;
}
