/** Sessions and log-in attempts in memory, by the rules of their repositories. */
import { lockMs } from '#db/repositories/log-in-attempts.ts';
import type { SessionRow } from '#db/repositories/sessions.ts';
import type { ApiDeps } from '#server/api-deps.ts';

type Noted = (name: string, input: unknown) => void;

export function fakeAccess(noted: Noted): Pick<ApiDeps, 'sessions' | 'logInAttempts'> {
  const sessions = new Map<string, SessionRow>();
  const attempts = new Map<string, { failures: number; lockedUntilMs: number }>();
  return {
    sessions: {
      async begin(session, address) {
        sessions.set(session.sessionId, session);
        noted('session.begin', { sessionId: session.sessionId, address });
      },
      byToken: async (tokenSha256, nowMs) =>
        [...sessions.values()].find((row) => row.tokenSha256 === tokenSha256 && row.expiresAtMs > nowMs) ??
        null,
      async end(sessionId) {
        if (sessions.delete(sessionId)) noted('session.end', sessionId);
      },
      async endAll() {
        const { size } = sessions;
        sessions.clear();
        return size;
      },
    },
    logInAttempts: {
      async claim(places, atMs) {
        const waitMs = Math.max(
          0,
          ...places.map(({ place }) => (attempts.get(place)?.lockedUntilMs ?? 0) - atMs),
        );
        if (waitMs > 0) return waitMs;
        for (const place of places) {
          const failures = (attempts.get(place.place)?.failures ?? 0) + 1;
          attempts.set(place.place, { failures, lockedUntilMs: atMs + lockMs(failures, place) });
        }
        return 0;
      },
      async succeeded(places) {
        for (const { place } of places) attempts.delete(place);
      },
      failed: async (places) =>
        noted(
          'session.refused',
          places.map(({ place }) => place),
        ),
    },
  };
}
