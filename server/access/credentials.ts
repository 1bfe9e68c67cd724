/** What opens the API: the keys and the PIN, compared in a time that tells nothing of them. */
import { createHmac } from 'node:crypto';
import type { AccessConfig } from '../config-access.ts';
import { sameText } from '../http/same-text.ts';

export type Scope = 'read' | 'control';
export type LogInMethod = 'key' | 'pin';

export interface Credentials {
  /** What a key allows; null for one that is not ours. */
  scopeOfKey(given: string): Scope | null;
  isPin(given: string): boolean;
  /** Names the key or PIN behind a session without telling anything of it; null where there is none (any more). */
  markOf(method: LogInMethod, scope: Scope): string | null;
  /** By what a browser may log in. */
  readonly methods: readonly LogInMethod[];
}

export function createCredentials({
  apiKey,
  readKey = null,
  pin = null,
}: Pick<AccessConfig, 'apiKey'> & Partial<Omit<AccessConfig, 'apiKey'>>): Credentials {
  const keys = [
    { scope: 'control', key: apiKey },
    { scope: 'read', key: readKey },
  ] as const;

  function secretOf(method: LogInMethod, scope: Scope): string | null {
    if (method === 'pin') return scope === 'control' ? pin : null;
    return scope === 'control' ? apiKey : readKey;
  }

  return {
    scopeOfKey(given) {
      // Both are compared, whichever it is.
      const fitting = keys.filter(({ key }) => matches(given, key));
      return fitting[0]?.scope ?? null;
    },
    isPin: (given) => matches(given, pin),
    markOf(method, scope) {
      const value = secretOf(method, scope);
      // Under the key, since the digest of a PIN alone could be tried out.
      if (apiKey === null || value === null) return null;
      return createHmac('sha256', apiKey).update(`${method}:${value}`).digest('base64url');
    },
    methods: apiKey === null ? [] : pin === null ? ['key'] : ['pin', 'key'],
  };
}

function matches(given: string, expected: string | null): boolean {
  return sameText(given, expected ?? '') && expected !== null;
}
