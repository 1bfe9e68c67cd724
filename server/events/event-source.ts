/** The events one client has not seen yet, as server-sent event frames, in order, without gaps or repeats. */
import type { DeskEvent } from '#domain/desk-event.ts';
import { commentFrame, eventFrame } from '../http/sse.ts';
import type { EventHub, Watch } from './event-hub.ts';

const BATCH = 200;
const HEARTBEAT_MS = 15_000;
const LAST_EVENT_MS = 1_000;

export interface EventSourceOptions {
  readonly hub: EventHub;
  readonly watch: Watch;
  /** Frames begin with the first event after this one. */
  readonly afterId: number;
  /** Follows one run, to its end; null follows everything for ever. */
  readonly runId: string | null;
  /** Whether the followed run is over: then its stream ends with its last event, whichever that is. */
  readonly isOver: () => Promise<boolean>;
}

/**
 * Reads, then waits for a wake: one batch is in memory at a time, and the next one is read when the client has taken
 * it. The heartbeat also reads, so a lost wake costs a delay and no event.
 */
export async function* eventFrames(options: EventSourceOptions): AsyncGenerator<string> {
  const { hub, watch, runId } = options;
  let lastId = options.afterId;
  // Tells the place from which to resume before there is any event to carry it.
  yield eventFrame({ id: lastId, event: 'ready', data: { type: 'ready', id: lastId } });
  let wasOver = false;
  let reason: Awaited<ReturnType<Watch['woken']>> = 'timeout';
  try {
    while (true) {
      const batch = await hub.after(lastId, { limit: BATCH, ...(runId === null ? {} : { runId }) });
      for (const event of batch) {
        lastId = event.id;
        yield frameOf(event);
        if (runId !== null && event.type === 'run.finished') return;
      }
      if (batch.length > 0) continue;
      const isOver = runId !== null && reason === 'timeout' && (await options.isOver());
      if (isOver && wasOver) return;
      // A run's last event may be written just after its end: one more short wait before the stream ends without it.
      wasOver = isOver;
      reason = await watch.woken(isOver ? LAST_EVENT_MS : HEARTBEAT_MS);
      if (reason === 'closed') return;
      if (reason === 'timeout' && !isOver) yield commentFrame('heartbeat');
    }
  } finally {
    watch.close();
  }
}

function frameOf(event: DeskEvent): string {
  return eventFrame({ id: event.id, event: event.type, data: event });
}
