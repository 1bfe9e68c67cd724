/** Browser sessions: who may begin one, what it is worth, and how it ends. */
import { createHash, randomBytes } from 'node:crypto';
import type { AttemptPlace, LogInAttempts } from '#db/repositories/log-in-attempts.ts';
import type { SessionRepository, SessionRow } from '#db/repositories/sessions.ts';
import { AppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import { type Clock, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { Credentials, LogInMethod, Scope } from './credentials.ts';

export type SessionStore = Pick<SessionRepository, 'begin' | 'byToken' | 'end' | 'endAll'>;
export type AttemptStore = Pick<LogInAttempts, 'claim' | 'succeeded' | 'failed'>;

export type Session = Pick<SessionRow, 'sessionId' | 'scope' | 'method' | 'expiresAtMs'> & {
  /** What changes must carry in a header of their own. */
  readonly csrfToken: string;
};

export interface BegunSession extends Session {
  /** For the browser's cookie alone. */
  readonly token: string;
}

export interface Sessions {
  /** @throws AppError `unauthorized`, or `rate_limited` after too many wrong ones */
  begin(method: LogInMethod, given: string, address: string): Promise<BegunSession>;
  /** Null for a token that is no session's, or of one that is over, ended, or began with a key that is no more. */
  of(token: string): Promise<Session | null>;
  end(sessionId: string): Promise<void>;
  endAll(): Promise<number>;
  /** Hears at once when this process ends the session; gives the way to stop listening. */
  onEnd(sessionId: string, hear: () => void): () => void;
}

export const SESSION_MS = 12 * HOUR_MS;

/** A slip or two is free. Nobody guesses a key, so only the address that tries is slowed. */
const AT_ADDRESS = { free: 5, maxLockMs: HOUR_MS };
/** A PIN can be guessed by many addresses together: at a hundred tries a day six digits last for decades. */
const OF_PIN = { free: 20, maxLockMs: 15 * MINUTE_MS };

interface Parts {
  readonly credentials: Credentials;
  readonly store: SessionStore;
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export function createSessions({ credentials, store, attempts, clock, ids }: Parts): Sessions {
  function scopeOf(method: LogInMethod, given: string): Scope | null {
    if (method === 'key') return credentials.scopeOfKey(given);
    return credentials.isPin(given) ? 'control' : null;
  }

  const listeners = new Map<string, Set<() => void>>();

  function tellEnd(sessionId: string): void {
    for (const hear of listeners.get(sessionId) ?? []) hear();
    listeners.delete(sessionId);
  }

  return {
    async begin(method, given, address) {
      const places = placesOf(method, address);
      const waitMs = await attempts.claim(places, clock.nowMs());
      if (waitMs > 0) throw tooManyLogIns(waitMs);
      const scope = scopeOf(method, given);
      const credentialMark = scope && credentials.markOf(method, scope);
      if (scope === null || credentialMark === null) {
        await attempts.failed(places, { method, address });
        throw new AppError(
          'unauthorized',
          `that is not the ${method === 'pin' ? 'PIN' : 'key'} of this desk`,
        );
      }
      await attempts.succeeded(places);
      const token = randomBytes(32).toString('base64url');
      const nowMs = clock.nowMs();
      const session = {
        ...{ sessionId: ids.next('session'), scope, method, credentialMark },
        ...{ createdAtMs: nowMs, expiresAtMs: nowMs + SESSION_MS },
      };
      await store.begin({ tokenSha256: sha256(token), ...session }, address);
      return { ...told(session, token), token };
    },
    async of(token) {
      const row = await store.byToken(sha256(token), clock.nowMs());
      if (row === null || row.credentialMark !== credentials.markOf(row.method, row.scope)) return null;
      return told(row, token);
    },
    async end(sessionId) {
      await store.end(sessionId);
      tellEnd(sessionId);
    },
    async endAll() {
      const ended = await store.endAll();
      for (const sessionId of [...listeners.keys()]) tellEnd(sessionId);
      return ended;
    },
    onEnd(sessionId, hear) {
      const hearers = listeners.get(sessionId) ?? new Set();
      listeners.set(sessionId, hearers.add(hear));
      return () => {
        hearers.delete(hear);
        if (hearers.size === 0 && listeners.get(sessionId) === hearers) listeners.delete(sessionId);
      };
    },
  };
}

function told(row: Omit<SessionRow, 'tokenSha256'>, token: string): Session {
  const { sessionId, scope, method, expiresAtMs } = row;
  return { sessionId, scope, method, expiresAtMs, csrfToken: csrfTokenOf(token) };
}

/** Made from the token, which no script can read, so nobody but a page of ours is told it. */
function csrfTokenOf(token: string): string {
  return sha256(`csrf:${token}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function placesOf(method: LogInMethod, address: string): AttemptPlace[] {
  const own = { place: `address ${networkOf(address)}`, ...AT_ADDRESS };
  return method === 'pin' ? [own, { place: 'pin', ...OF_PIN }] : [own];
}

/** One caller has a whole /64 of IPv6 to call from. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - before.length - after.length)).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

function tooManyLogIns(waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new AppError(
    'rate_limited',
    `too many wrong log-ins: try again in ${seconds} s, or, where only the PIN is locked, with the key`,
    { context: { headers: { 'Retry-After': String(seconds) } } },
  );
}
