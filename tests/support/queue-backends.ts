/** Opens the work queue over either back end, for suites that run on both. */
import pg from 'pg';
import { QUEUE_SCHEMA } from '#server/open-database.ts';
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
  const pool = new pg.Pool({ connectionString: url, max: 12, options: `-c search_path=${QUEUE_SCHEMA}` });
  pool.on('error', () => {});
  const queue = await openQueue({ kind, pool }, SILENT_LOGGER, name);
  return {
    ...queue,
    async close() {
      await queue.close();
      await pool.end();
    },
  };
}
