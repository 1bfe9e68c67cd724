/** Opens the work queue over either back end, for suites that run on both. */
import { openPool, QUEUE_SCHEMA } from '#server/open-database.ts';
import { openQueue, type QueueBackend, type WorkQueue } from '#server/queues/queue.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';

export interface QueueAddress {
  readonly kind: QueueBackend['kind'];
  readonly url: string;
  readonly name: string;
}

/** A queue whose `close` gives back all that it took. */
export async function openQueueAt({ kind, url, name }: QueueAddress): Promise<WorkQueue> {
  if (kind === 'redis') return openQueue({ kind, url }, SILENT_LOGGER, name);
  const pool = openPool(url, 12, `-c search_path=${QUEUE_SCHEMA}`, SILENT_LOGGER);
  const queue = await openQueue({ kind, pool }, SILENT_LOGGER, name);
  return {
    ...queue,
    async close() {
      await queue.close();
      await pool.end();
    },
  };
}
