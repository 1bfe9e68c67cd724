/** One thing a venue tells by itself, listened to for as long as it takes: what breaks is connected anew. */
import { AppError, toAppError } from '#domain/errors.ts';
import { type Clock, type EpochMs, MINUTE_MS, SECOND_MS } from '#domain/time.ts';

const FIRST_WAIT_MS = SECOND_MS / 2;
const LONGEST_WAIT_MS = 30 * SECOND_MS;
/** A connection that stood for less has not shown that the venue is back for good. */
const STEADY_AFTER_MS = MINUTE_MS;

export interface ChannelOptions<Connection> {
  readonly connect: () => Connection;
  /** Ends a connection for good; what waits for its next word is rejected with the reason. */
  readonly end: (connection: Connection, reason: Error) => void;
  /** Subscribes where that was not done yet, and waits for the next word. */
  readonly next: (connection: Connection) => Promise<unknown>;
  /** Takes what has come since; false when nothing of it was of use. */
  readonly take: (connection: Connection) => boolean;
  /** After a silence of this length the connection counts as dead; null where silence is natural. */
  readonly silentAfterMs: number | null;
  readonly clock: Clock;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Told once of each change, however often it is tried in between. */
  readonly onChange: (state: ChannelState, failure: AppError | null) => void;
}

export type ChannelState = 'connecting' | 'streaming' | 'away';

export interface StreamChannel {
  readonly state: ChannelState;
  close(): Promise<void>;
}

/** How long to wait after so many failures in a row. */
export function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}

export function openChannel<Connection>(options: ChannelOptions<Connection>): StreamChannel {
  const { connect, end, next, take, silentAfterMs, clock, wait, onChange } = options;
  const closing = new AbortController();
  let state: ChannelState = 'connecting';
  let endCurrent: ((reason: Error) => void) | null = null;

  function change(to: ChannelState, failure: AppError | null): void {
    if (state === to) return;
    state = to;
    onChange(to, failure);
  }

  /** Listens until the connection breaks. */
  async function listen(): Promise<never> {
    const connection = connect();
    endCurrent = (reason) => end(connection, reason);
    const watchdog = silentAfterMs === null ? null : setTimeout(() => endCurrent?.(silence()), silentAfterMs);
    try {
      for (;;) {
        await next(connection);
        closing.signal.throwIfAborted();
        if (!take(connection)) continue;
        watchdog?.refresh();
        change('streaming', null);
      }
    } finally {
      if (watchdog) clearTimeout(watchdog);
      end(connection, ended());
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      const openedAtMs: EpochMs = clock.nowMs();
      try {
        await listen();
      } catch (thrown) {
        if (closing.signal.aborted) return;
        const wasSteady = state === 'streaming' && clock.nowMs() - openedAtMs >= STEADY_AFTER_MS;
        failures = wasSteady ? 1 : failures + 1;
        change('away', toAppError(thrown));
      }
      // Rejected when it is closed meanwhile.
      await wait(waitAfter(failures), closing.signal).catch(() => {});
    }
  }

  const running = run();
  return {
    get state() {
      return state;
    },
    async close() {
      closing.abort();
      endCurrent?.(ended());
      await running;
    },
  };

  function silence(): AppError {
    return new AppError('venue_unavailable', `nothing was told for ${silentAfterMs} ms`);
  }
}

function ended(): AppError {
  return new AppError('venue_unavailable', 'the stream was closed');
}
