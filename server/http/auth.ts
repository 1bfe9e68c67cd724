import type { RouteConfig } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { AppError } from '#domain/errors.ts';
import type { Credentials } from '../access/credentials.ts';
import type { Sessions } from '../access/sessions.ts';
import type { ApiContext, ApiEnv, Caller } from './api-env.ts';
import { assertOwnOrigin } from './own-origin.ts';
import { sameText } from './same-text.ts';
import { isReading, scopeNeeded } from './scopes.ts';
import type { SessionCookie } from './session-cookie.ts';

export const CSRF_HEADER = 'X-CSRF-Token';

interface AuthOptions {
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly routeOf: (context: ApiContext) => RouteConfig | undefined;
}

/**
 * Holds a call to what its route needs: a key, as `Authorization: Bearer` or `X-API-Key`, or the cookie of a browser's
 * session, whose changes must come from its own page. Serves everybody when there is no key to ask for.
 */
export function authenticate({ credentials, sessions, cookie, routeOf }: AuthOptions) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const route = routeOf(context) ?? { method: context.req.method.toLowerCase() as RouteConfig['method'] };
    const needed = scopeNeeded(route);
    if (needed !== null) {
      const caller = credentials.methods.length === 0 ? LOCAL : await callerOf(context);
      if (needed === 'control' && caller.scope !== 'control') throw mayOnlyRead(context);
      context.set('caller', caller);
    }
    await next();
  });

  async function callerOf(context: ApiContext): Promise<Caller> {
    const key = givenKey(context);
    if (key !== null) {
      const scope = credentials.scopeOfKey(key);
      if (scope === null) throw unauthorized('that is not the key of this desk');
      return { ...LOCAL, scope, hasKey: true };
    }
    const token = cookie.tokenOf(context);
    const session = token === null ? null : await sessions.of(token);
    if (token === null || session === null)
      throw unauthorized(
        token === null
          ? 'this call needs the API key as "Authorization: Bearer <key>" or "X-API-Key: <key>", or a session by POST /api/session'
          : 'this session is over: log in again',
      );
    if (!isReading(context.req.method)) {
      assertOwnOrigin(context);
      if (!sameText(context.req.header(CSRF_HEADER) ?? '', session.csrfToken))
        throw new AppError(
          'forbidden',
          `a change by a session needs its token as "${CSRF_HEADER}": GET /api/session tells it`,
        );
    }
    return {
      scope: session.scope,
      session,
      hasKey: false,
      isOver: async () => (await sessions.of(token)) === null,
      onEnd: (hear) => sessions.onEnd(session.sessionId, hear),
    };
  }
}

const LOCAL: Caller = {
  ...{ scope: 'control', session: null, hasKey: false },
  isOver: async () => false,
  onEnd: () => () => {},
};

function givenKey(context: ApiContext): string | null {
  const authorization = context.req.header('Authorization');
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  return context.req.header('X-API-Key') ?? null;
}

function unauthorized(words: string): AppError {
  return new AppError('unauthorized', words, {
    context: { headers: { 'WWW-Authenticate': 'Bearer realm="vigil"' } },
  });
}

function mayOnlyRead(context: ApiContext): AppError {
  return new AppError(
    'forbidden',
    `${context.req.method} ${context.req.path} needs the scope control: this key or session may only read`,
  );
}
