/** One subscription to new events for all clients of this process, and one read for all who stand at the same place. */
import type { DeskEvent } from '#domain/desk-event.ts';
import type { Schedule } from '../api-deps.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Watch {
  /**
   * Resolves when something may be new since the last call, or after `timeoutMs`. A wake between two calls is kept,
   * so "read, then wait" never misses an event. Ends at once when the watch is closed.
   */
  woken(timeoutMs: number): Promise<'woken' | 'timeout' | 'closed'>;
  close(): void;
}

/** What a hub reads and is woken by. */
export interface FollowedRows<Row> {
  after(id: number, options: { readonly runId?: string; readonly limit: number }): Promise<readonly Row[]>;
  subscribe(onWake: () => void): Promise<() => unknown>;
}

export interface EventHub<Row = DeskEvent> {
  watch(signal?: AbortSignal): Promise<Watch>;
  after(id: number, options: { runId?: string; limit: number }): Promise<readonly Row[]>;
  /** Ends every watch and the subscription. */
  close(): Promise<void>;
}

interface Waiter {
  wake(): void;
  end(): void;
}

export function createEventHub<Row = DeskEvent>(
  events: FollowedRows<Row>,
  schedule: Schedule,
  logger: Logger,
): EventHub<Row> {
  const waiters = new Set<Waiter>();
  const reads = new Map<string, Promise<readonly Row[]>>();
  let subscription: Promise<() => unknown> | null = null;
  let closed = false;

  function wakeAll(): void {
    // A read that began before this wake may lack what it announces: nobody may join it any more.
    reads.clear();
    for (const waiter of waiters) waiter.wake();
  }

  /** A failed subscription is tried again by the next watcher; until then the heartbeat's poll carries the stream. */
  async function subscribed(): Promise<void> {
    subscription ??= events.subscribe(wakeAll);
    try {
      await subscription;
    } catch (error) {
      subscription = null;
      logger.error({ err: error }, 'events not subscribed');
    }
  }

  return {
    async watch(signal) {
      if (!closed) await subscribed();
      const { watch, waiter } = createWatch(schedule, () => waiters.delete(waiter));
      waiters.add(waiter);
      if (closed || signal?.aborted) watch.close();
      signal?.addEventListener('abort', () => watch.close(), { once: true });
      return watch;
    },
    after(id, options) {
      const place = JSON.stringify([id, options.runId ?? null, options.limit]);
      const running = reads.get(place);
      if (running) return running;
      const read = events.after(id, options).finally(() => {
        if (reads.get(place) === read) reads.delete(place);
      });
      reads.set(place, read);
      return read;
    },
    async close() {
      closed = true;
      for (const waiter of [...waiters]) waiter.end();
      const unsubscribe = await subscription?.catch(() => null);
      await unsubscribe?.();
    },
  };
}

function createWatch(schedule: Schedule, onClose: () => void): { watch: Watch; waiter: Waiter } {
  let isWoken = false;
  let isClosed = false;
  let settle: (() => void) | null = null;
  const waiter: Waiter = {
    wake() {
      isWoken = true;
      settle?.();
    },
    end() {
      isClosed = true;
      onClose();
      settle?.();
    },
  };
  const watch: Watch = {
    async woken(timeoutMs) {
      if (!isWoken && !isClosed)
        await new Promise<void>((resolve) => {
          const cancel = schedule(timeoutMs, resolve);
          settle = () => {
            cancel();
            resolve();
          };
        });
      settle = null;
      if (isClosed) return 'closed';
      const reason = isWoken ? 'woken' : 'timeout';
      isWoken = false;
      return reason;
    },
    close: () => waiter.end(),
  };
  return { watch, waiter };
}
