/** Whether the server is there. The event stream decides; an unanswered request only makes the stream prove itself. */
import type { StreamStatus } from './event-stream.ts';

export interface ConnectionState {
  readonly stream: StreamStatus;
  /** Wall time of the last word from the server, once it is gone; null while it is there. */
  readonly lostSinceMs: number | null;
}

export interface Connection {
  state(): ConnectionState;
  onChange(listener: () => void): () => void;
  /** The server said something just now. */
  heard(): void;
  /** A request stayed without an answer. */
  doubt(): void;
  onDoubt(listener: () => void): () => void;
  streamIs(status: StreamStatus): void;
}

export function createConnection(nowMs: () => number): Connection {
  const listeners = new Set<() => void>();
  const doubters = new Set<() => void>();
  let state: ConnectionState = { stream: 'connecting', lostSinceMs: null };
  let lastHeardAtMs = nowMs();
  let failures = 0;

  function change(next: ConnectionState): void {
    if (next.stream === state.stream && next.lostSinceMs === state.lostSinceMs) return;
    state = next;
    for (const listener of listeners) listener();
  }

  return {
    state: () => state,
    onChange: (listener) => subscribe(listeners, listener),
    onDoubt: (listener) => subscribe(doubters, listener),
    heard() {
      lastHeardAtMs = nowMs();
    },
    doubt() {
      for (const doubter of doubters) doubter();
    },
    streamIs(status) {
      if (status === 'live') {
        failures = 0;
        lastHeardAtMs = nowMs();
        return change({ stream: status, lostSinceMs: null });
      }
      if (status === 'waiting') failures += 1;
      // One cut alone is no loss: the stream is mostly back within half a second.
      const isLost = failures > 1;
      change({ stream: status, lostSinceMs: isLost ? (state.lostSinceMs ?? lastHeardAtMs) : null });
    },
  };
}

function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const connection = createConnection(() => Date.now());
