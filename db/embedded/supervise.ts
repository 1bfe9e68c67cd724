/**
 * Starts a server again that died while this process uses it, such as one the system killed for its memory. On its old
 * port, so that every pool finds it again; a few times and ever later, since what dies at once each time needs a person.
 */
import { toAppError } from '#domain/errors.ts';

export interface Supervised {
  isRunning(): boolean;
  /** Starts it again unless another of its users has. */
  startAgain(): Promise<void>;
  readonly warn: (line: string) => void;
}

export interface SupervisionTimes {
  /** Waits before the tries in a row: after the last one the server is left alone. */
  readonly retryAfterMs: readonly number[];
  readonly lookEveryMs: number;
  /** A server that lived this long had no lasting trouble: its next death is a first one. */
  readonly soundAfterMs: number;
}

const TIMES: SupervisionTimes = {
  retryAfterMs: [0, 1_000, 5_000, 15_000, 60_000],
  lookEveryMs: 1_000,
  soundAfterMs: 60_000,
};

/** Gives the way to end the supervision, which waits for a start that is under way. */
export function supervise(server: Supervised, times: SupervisionTimes = TIMES): () => Promise<void> {
  let tries = 0;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let starting: Promise<void> | null = null;

  async function startAgain(): Promise<void> {
    tries += 1;
    const which = `try ${tries} of ${times.retryAfterMs.length}`;
    server.warn(`the embedded Postgres died: starting it again (${which})`);
    try {
      await server.startAgain();
      server.warn('the embedded Postgres runs again');
    } catch (thrown) {
      server.warn(
        `the embedded Postgres could not be started again (${which}): ${toAppError(thrown).message}`,
      );
    }
    triedAtMs = performance.now();
  }

  const timer = setInterval(() => {
    if (starting !== null) return;
    const sinceMs = performance.now() - triedAtMs;
    if (server.isRunning()) {
      if (sinceMs > times.soundAfterMs) tries = 0;
      return;
    }
    const waitMs = times.retryAfterMs[tries];
    if (waitMs === undefined) {
      clearInterval(timer);
      server.warn('the embedded Postgres is left as it is: see its log, then start Vigil again');
      return;
    }
    if (sinceMs < waitMs) return;
    starting = startAgain().finally(() => {
      starting = null;
    });
  }, times.lookEveryMs);
  timer.unref();

  return async () => {
    clearInterval(timer);
    await starting;
  };
}
