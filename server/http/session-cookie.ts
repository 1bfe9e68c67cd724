import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { BegunSession } from '../access/sessions.ts';
import type { Config } from '../config.ts';
import type { ApiContext } from './api-env.ts';

export const SESSION_COOKIE = 'vigil_session';
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const POSTGRES_PORT = '5432';

export interface SessionCookie {
  /** The token of the request's cookie; null when there is none that could be one of ours. */
  tokenOf(context: ApiContext): string | null;
  /** No script reads it, no other site has it sent, and it is over with its session. */
  set(context: ApiContext, session: BegunSession): void;
  drop(context: ApiContext): void;
}

/** Browsers keep one cookie of a name for all ports of a host: each database, where sessions are, has a name of its own. */
export function sessionCookieName({ databaseUrl, homeDir }: Pick<Config, 'databaseUrl' | 'homeDir'>): string {
  const place = databaseUrl === null ? resolve(homeDir) : placeOf(new URL(databaseUrl));
  return `${SESSION_COOKIE}_${createHash('sha256').update(place).digest('hex').slice(0, 8)}`;
}

export function createSessionCookie(name: string): SessionCookie {
  return {
    tokenOf(context) {
      const given = getCookie(context, name);
      return given !== undefined && TOKEN.test(given) ? given : null;
    },
    set: (context, { token, expiresAtMs }) =>
      setCookie(context, name, token, { ...attributesOf(context), expires: new Date(expiresAtMs) }),
    drop: (context) => void deleteCookie(context, name, attributesOf(context)),
  };
}

function placeOf({ hostname, port, pathname }: URL): string {
  return `${hostname}:${port || POSTGRES_PORT}${pathname}`;
}

function attributesOf(context: ApiContext) {
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure: context.get('peer').isSecure } as const;
}
