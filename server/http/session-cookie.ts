import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { BegunSession } from '../access/sessions.ts';
import type { ApiContext } from './api-env.ts';

const NAME = 'vigil_session';
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The token of the request's cookie; null when there is none that could be one of ours. */
export function sessionTokenOf(context: ApiContext): string | null {
  const given = getCookie(context, NAME);
  return given !== undefined && TOKEN.test(given) ? given : null;
}

/** No script reads it, no other site has it sent, and it is over with its session. */
export function setSessionCookie(context: ApiContext, { token, expiresAtMs }: BegunSession): void {
  setCookie(context, NAME, token, { ...attributesOf(context), expires: new Date(expiresAtMs) });
}

export function dropSessionCookie(context: ApiContext): void {
  deleteCookie(context, NAME, attributesOf(context));
}

function attributesOf(context: ApiContext) {
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure: context.get('peer').isSecure } as const;
}
