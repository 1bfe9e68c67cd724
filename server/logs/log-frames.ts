/** The lines one client has not seen yet, as server-sent event frames, in order, without gaps or repeats. */
import type { LogLine } from '#domain/log-line.ts';
import type { EventHub, Watch } from '../events/event-hub.ts';
import { commentFrame, eventFrame } from '../http/sse.ts';

const BATCH = 500;
const HEARTBEAT_MS = 15_000;

export interface LogSource {
  readonly hub: EventHub<LogLine>;
  readonly watch: Watch;
  /** Frames begin with the first line after this one. */
  readonly afterId: number;
  /** The oldest line that is kept; null before the first. */
  readonly oldestId: () => Promise<number | null>;
}

/** Says first where it begins, and in between when lines were forgotten before this client had read them. */
export async function* logFrames({ hub, watch, afterId, oldestId }: LogSource): AsyncGenerator<string> {
  let lastId = afterId;
  yield eventFrame({ id: lastId, event: 'ready', data: { id: lastId } });
  try {
    while (true) {
      const batch = await hub.after(lastId, { limit: BATCH });
      const [first] = batch;
      if (first !== undefined) {
        const lost = lastId === 0 ? 0 : await forgottenBetween(lastId, first.id, oldestId);
        if (lost > 0) yield eventFrame({ id: first.id - 1, event: 'lost', data: { lines: lost } });
        lastId = batch.at(-1)?.id ?? lastId;
        yield batch.map((line) => eventFrame({ id: line.id, event: 'line', data: line })).join('');
        continue;
      }
      const reason = await watch.woken(HEARTBEAT_MS);
      if (reason === 'closed') return;
      if (reason === 'timeout') yield commentFrame('heartbeat');
    }
  } finally {
    watch.close();
  }
}

/** A number that was never given out, as by an insert that failed, is no lost line: only what lies before the oldest is. */
async function forgottenBetween(
  lastId: number,
  firstId: number,
  oldestId: LogSource['oldestId'],
): Promise<number> {
  if (firstId === lastId + 1) return 0;
  const oldest = await oldestId();
  return oldest !== null && oldest > lastId + 1 ? Math.min(oldest, firstId) - lastId - 1 : 0;
}
