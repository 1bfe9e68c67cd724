/** The HTTP border: middleware in the order it guards, then the routes, then the web view. */
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { AppError } from '#domain/errors.ts';
import type { ApiDeps } from './api-deps.ts';
import { createEventHub, type EventHub } from './events/event-hub.ts';
import type { ApiContext } from './http/api-env.ts';
import { asDescribed } from './http/as-described.ts';
import { requireApiKey } from './http/auth.ts';
import { correlation } from './http/correlation.ts';
import { idempotency } from './http/idempotency.ts';
import { localCallersOnly } from './http/local-callers.ts';
import { problemResponse } from './http/problem.ts';
import { DEFAULT_RATE_LIMIT, rateLimit } from './http/rate-limit.ts';
import { readableUrl, withoutNul } from './http/readable-input.ts';
import { requestLog } from './http/request-log.ts';
import { createRouter, type Router } from './http/router.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createStaticWeb } from './http/static-web.ts';
import { analysisRoutes } from './routes/analyses.ts';
import { bookRoutes } from './routes/books.ts';
import { deskRoutes } from './routes/desks.ts';
import { eventStreamRoutes } from './routes/event-streams.ts';
import { healthRoutes } from './routes/health.ts';
import { promptRoutes } from './routes/prompts.ts';
import { referenceRoutes } from './routes/reference.ts';
import { runRoutes } from './routes/runs.ts';
import { stateRoutes } from './routes/state.ts';

const BODY_LIMIT_BYTES = 64 * 1_024;
const GUARDED = ['/api/*', '/metrics'] as const;

export function createApp(deps: ApiDeps): Router {
  const app = createRouter();
  const hub = createEventHub(deps.events, deps.schedule ?? scheduleOnTimer, deps.logger);
  deps.shutdown?.addEventListener('abort', () => void hub.close(), { once: true });
  guard(app, deps);
  route(app, deps, hub);
  app.onError((thrown, context) => problemResponse(thrown, context));
  app.notFound(webOrProblem(deps.webRoot));
  return app;
}

function guard(app: Router, deps: ApiDeps): void {
  const { config, clock, logger, metrics } = deps;
  app.use(correlation(deps.ids));
  app.use(requestLog({ logger, metrics, clock }));
  app.use(securityHeaders());
  if (config.apiKey === null) app.use(localCallersOnly());
  app.use(readableUrl());
  for (const path of GUARDED) {
    app.use(path, rateLimit(config.rateLimit ?? DEFAULT_RATE_LIMIT, clock));
    app.use(path, requireApiKey(config.apiKey));
  }
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (context, methods) =>
        problemResponse(
          new AppError(
            'method_not_allowed',
            `${context.req.path} knows ${methods.join(', ')}, not ${context.req.method}`,
            {
              context: { headers: { Allow: methods.join(', ') } },
            },
          ),
          context as ApiContext,
        ),
    }),
  );
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: () => {
        throw new AppError('payload_too_large', `the body is over ${BODY_LIMIT_BYTES} bytes`);
      },
    }),
  );
  app.use('/api/*', withoutNul());
  app.use('/api/*', asDescribed(app));
  app.use('/api/*', idempotency(deps.idempotency, clock, logger));
}

function route(app: Router, deps: ApiDeps, hub: EventHub): void {
  healthRoutes(app, deps);
  analysisRoutes(app, deps, hub);
  runRoutes(app, deps);
  eventStreamRoutes(app, deps, hub);
  deskRoutes(app, deps);
  bookRoutes(app, deps);
  stateRoutes(app, deps);
  promptRoutes(app, deps);
  referenceRoutes(app);
}

/** What no route answers: a file or page of the web view, else a problem. */
function webOrProblem(webRoot: string): (context: ApiContext) => Promise<Response> {
  const serveWeb = createStaticWeb(webRoot);
  return async (context) => {
    const { method, path } = context.req;
    const mayBeWeb =
      (method === 'GET' || method === 'HEAD') && !/^\/(api|metrics|healthz|readyz)(\/|$)/.test(path);
    const page = mayBeWeb ? await serveWeb(context) : null;
    return (
      page ?? problemResponse(new AppError('not_found', `nothing is served at ${method} ${path}`), context)
    );
  };
}

/** A heartbeat must not keep a stopping process alive. */
function scheduleOnTimer(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}
