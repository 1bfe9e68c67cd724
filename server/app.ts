/** The HTTP border: middleware in the order it guards, then the routes, then the web view. */

import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { AppError } from '#domain/errors.ts';
import { type Credentials, createCredentials } from './access/credentials.ts';
import { createSessions, type Sessions } from './access/sessions.ts';
import type { ApiDeps, Schedule } from './api-deps.ts';
import { createEventHub, type EventHub } from './events/event-hub.ts';
import type { ApiContext } from './http/api-env.ts';
import { asDescribed } from './http/as-described.ts';
import { auditOriginOf } from './http/audit-origin.ts';
import { authenticate } from './http/auth.ts';
import { correlation } from './http/correlation.ts';
import { describedRoutes } from './http/described-routes.ts';
import { idempotency } from './http/idempotency.ts';
import { localCallersOnly } from './http/local-callers.ts';
import { peer } from './http/peer.ts';
import { problemResponse } from './http/problem.ts';
import { DEFAULT_RATE_LIMIT, rateLimit, sessionRateLimit } from './http/rate-limit.ts';
import { readableUrl, withoutNul } from './http/readable-input.ts';
import { requestLog } from './http/request-log.ts';
import { createRouter, type Router } from './http/router.ts';
import { scopeNeeded } from './http/scopes.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createSessionCookie, SESSION_COOKIE, type SessionCookie } from './http/session-cookie.ts';
import { createStaticWeb } from './http/static-web.ts';
import { analysisRoutes } from './routes/analyses.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { auditRoutes } from './routes/audit.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { bookRoutes } from './routes/books.ts';
import { handRoutes } from './routes/by-hand.ts';
import { chartRoutes } from './routes/charts.ts';
import { costRoutes } from './routes/costs.ts';
import { deskRoutes } from './routes/desks.ts';
import { eventStreamRoutes } from './routes/event-streams.ts';
import { forkRoutes } from './routes/forks.ts';
import { healthRoutes } from './routes/health.ts';
import { lineageRoutes } from './routes/lineage.ts';
import { logRoutes } from './routes/logs.ts';
import { marketRoutes } from './routes/market.ts';
import { modelRoutes } from './routes/models.ts';
import { performanceRoutes } from './routes/performance.ts';
import { promptChangeRoutes } from './routes/prompt-changes.ts';
import { promptDraftRoutes } from './routes/prompt-drafts.ts';
import { promptRoutes } from './routes/prompts.ts';
import { qTableRoutes } from './routes/q-tables.ts';
import { referenceRoutes } from './routes/reference.ts';
import { runBodyRoutes } from './routes/run-bodies.ts';
import { runExportRoutes } from './routes/run-export.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { stateRoutes } from './routes/state.ts';
import { weightsRoutes } from './routes/weights.ts';

const BODY_LIMIT_BYTES = 64 * 1_024;
/** A prompt's text at its longest, in any writing, as JSON. */
const PROMPT_BODY_LIMIT_BYTES = 512 * 1_024;
const GUARDED = ['/api/*', '/metrics'] as const;

export function createApp(deps: ApiDeps): Router {
  const app = createRouter();
  const schedule = deps.schedule ?? scheduleOnTimer;
  const hub = createEventHub(deps.events, schedule, deps.logger);
  const logHub = createEventHub(deps.logs, schedule, deps.logger);
  for (const one of [hub, logHub])
    deps.shutdown?.addEventListener('abort', () => void one.close(), { once: true });
  const access = openAccess(deps);
  guard(app, deps, access);
  route(app, { ...deps, schedule }, hub);
  logRoutes(app, { ...deps, schedule }, logHub);
  sessionRoutes(app, access);
  app.onError((thrown, context) => problemResponse(thrown, context));
  app.notFound(webOrProblem(deps.webRoot));
  return app;
}

interface Access {
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
}

function openAccess({ config, sessions: store, logInAttempts: attempts, clock, ids }: ApiDeps): Access {
  const credentials = createCredentials(config);
  const cookie = createSessionCookie(config.sessionCookie ?? SESSION_COOKIE);
  return { credentials, sessions: createSessions({ credentials, store, attempts, clock, ids }), cookie };
}

function guard(app: Router, deps: ApiDeps, access: Access): void {
  const { config, clock, logger, metrics } = deps;
  const limit = config.rateLimit ?? DEFAULT_RATE_LIMIT;
  const routeOf = describedRoutes(app);
  app.use(peer(config.trustedProxies ?? []));
  app.use(correlation(deps.ids));
  app.use(requestLog({ logger, metrics, clock }));
  app.use(securityHeaders());
  if (config.apiKey === null) app.use(localCallersOnly());
  app.use(readableUrl());
  for (const path of GUARDED) {
    app.use(path, rateLimit(limit, clock));
    app.use(path, authenticate({ ...access, routeOf }));
    app.use(path, sessionRateLimit(limit, clock));
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
  const [body, promptBody] = [limitedBody(BODY_LIMIT_BYTES), limitedBody(PROMPT_BODY_LIMIT_BYTES)];
  app.use('/api/*', (context, next) =>
    (context.req.path.startsWith('/api/prompts/') ? promptBody : body)(context, next),
  );
  app.use('/api/*', withoutNul());
  const changes = (context: ApiContext) => {
    const route = routeOf(context);
    return route !== undefined && scopeNeeded(route) === 'control';
  };
  app.use('/api/*', asDescribed(routeOf));
  app.use('/api/*', auditOriginOf());
  app.use('/api/*', idempotency(deps.idempotency, { clock, logger, changes }));
}

function limitedBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError('payload_too_large', `the body is over ${maxSize} bytes`);
    },
  });
}

function route(app: Router, deps: ApiDeps & { readonly schedule: Schedule }, hub: EventHub): void {
  healthRoutes(app, deps);
  analysisRoutes(app, deps, hub);
  forkRoutes(app, deps, hub);
  lineageRoutes(app, deps);
  runExportRoutes(app, deps);
  runRoutes(app, deps);
  runBodyRoutes(app, deps);
  eventStreamRoutes(app, deps, hub);
  deskRoutes(app, deps);
  bookRoutes(app, deps);
  chartRoutes(app, deps);
  backtestRoutes(app, deps);
  marketRoutes(app, deps);
  stateRoutes(app, deps);
  auditRoutes(app, deps);
  handRoutes(app, deps);
  approvalRoutes(app, deps);
  promptRoutes(app, deps);
  promptChangeRoutes(app, deps);
  promptDraftRoutes(app, deps);
  modelRoutes(app, deps);
  costRoutes(app, deps);
  performanceRoutes(app, deps);
  qTableRoutes(app, deps);
  weightsRoutes(app, deps);
  referenceRoutes(app, deps.config.sessionCookie ?? SESSION_COOKIE);
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
