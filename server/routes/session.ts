import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '#domain/errors.ts';
import { EpochMs } from '#domain/time.ts';
import type { Credentials } from '../access/credentials.ts';
import type { Session, Sessions } from '../access/sessions.ts';
import type { ApiContext } from '../http/api-env.ts';
import { bodyOf, jsonOf, refusals } from '../http/openapi.ts';
import { assertOwnOrigin } from '../http/own-origin.ts';
import type { Router } from '../http/router.ts';
import { needs } from '../http/scopes.ts';
import type { SessionCookie } from '../http/session-cookie.ts';

const LogIn = z.union([
  z.strictObject({ key: z.string().min(1).max(200) }),
  z.strictObject({ pin: z.string().regex(/^\d{1,12}$/, 'must be digits') }),
]);

const SessionAnswer = z.object({
  /** Null: this browser has to log in first. */
  scope: z.enum(['read', 'control']).nullable(),
  /** What it has logged in with; `none` where nobody has to. */
  method: z.enum(['key', 'pin', 'none']).nullable(),
  expiresAtMs: EpochMs.nullable(),
  /** What changes must carry as X-CSRF-Token; null where they need none. */
  csrfToken: z.string().nullable(),
  /** By what a browser may log in. */
  logIns: z.array(z.enum(['key', 'pin'])),
});
type SessionAnswer = z.infer<typeof SessionAnswer>;

const readSession = createRoute({
  method: 'get',
  path: '/api/session',
  tags: ['Access'],
  summary: 'What this browser may do, until when, and by what it may log in',
  security: [],
  responses: { 200: jsonOf(SessionAnswer, 'The session, or that there is none.'), ...refusals() },
});

const beginSession = createRoute({
  method: 'post',
  path: '/api/session',
  tags: ['Access'],
  summary: 'Logs this browser in by key or PIN; the answer sets a cookie that no script can read',
  security: [],
  request: { body: bodyOf(LogIn, 'send { "key": … } or { "pin": … }') },
  responses: {
    200: jsonOf(SessionAnswer, 'Logged in.'),
    ...refusals('request_invalid', 'unauthorized', 'conflict', 'rate_limited'),
  },
});

const endSession = createRoute({
  method: 'delete',
  path: '/api/session',
  tags: ['Access'],
  summary: 'Logs this browser out; its cookie is worth nothing from then on',
  security: needs('read'),
  responses: { 200: jsonOf(SessionAnswer, 'Logged out.'), ...refusals() },
});

const endSessions = createRoute({
  method: 'delete',
  path: '/api/sessions',
  tags: ['Access'],
  summary: 'Logs every browser out, this one too',
  security: needs('control'),
  responses: {
    200: jsonOf(z.object({ ended: z.number().int().nonnegative() }), 'How many sessions have ended.'),
    ...refusals(),
  },
});

interface Deps {
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
}

export function sessionRoutes(app: Router, { credentials, sessions, cookie }: Deps): void {
  const logIns = [...credentials.methods];
  const isOpen = logIns.length === 0;
  const nobody: SessionAnswer = { scope: null, method: null, expiresAtMs: null, csrfToken: null, logIns };
  const everybody: SessionAnswer = { ...nobody, scope: 'control', method: 'none' };
  const of = ({ scope, method, expiresAtMs, csrfToken }: Session): SessionAnswer => {
    return { scope, method, expiresAtMs, csrfToken, logIns };
  };

  /** Neither the cookie nor what the browser has kept of answers outlives the session. */
  function forgetBrowser(context: ApiContext): void {
    cookie.drop(context);
    context.header('Clear-Site-Data', '"cache"');
  }

  async function present(context: ApiContext): Promise<Session | null> {
    const token = cookie.tokenOf(context);
    return token === null ? null : sessions.of(token);
  }

  app.openapi(readSession, async (context) => {
    if (isOpen) return context.json(everybody, 200);
    const session = await present(context);
    return context.json(session === null ? nobody : of(session), 200);
  });

  app.openapi(beginSession, async (context) => {
    if (isOpen) throw new AppError('conflict', 'this desk asks for no key: there is nothing to log in to');
    assertOwnOrigin(context);
    const given = context.req.valid('json');
    const { address } = context.get('peer');
    const before = await present(context);
    const begun = await ('pin' in given
      ? sessions.begin('pin', given.pin, address)
      : sessions.begin('key', given.key, address));
    // A new log-in takes the place of the old one, which nobody could end any more.
    if (before !== null) await sessions.end(before.sessionId);
    cookie.set(context, begun);
    return context.json(of(begun), 200);
  });

  app.openapi(endSession, async (context) => {
    const session = context.get('caller')?.session;
    if (session) await sessions.end(session.sessionId);
    forgetBrowser(context);
    return context.json(isOpen ? everybody : nobody, 200);
  });

  app.openapi(endSessions, async (context) => {
    const ended = await sessions.endAll();
    forgetBrowser(context);
    return context.json({ ended }, 200);
  });
}
