/** The promoted Q-table as this process reads it: read at the start, and again whenever any process promotes another. */
import type { QTableRepository } from '#db/repositories/q-tables.ts';
import { toAppError } from '#domain/errors.ts';
import { createQTableReader, createSilentReader, type QTableReader } from '#tools/qtable/q-table.ts';
import type { Logger } from '../telemetry/logger.ts';
import { readerTable } from './table-file.ts';

export interface PromotedTable {
  /** The table that holds now. A run takes it once and keeps it to its end. */
  reader(): QTableReader;
  close(): Promise<void>;
}

type PromotedRows = Pick<QTableRepository, 'promoted' | 'subscribe'>;

/** While the database is away, what was known last stands; what is missed is read when it is back. */
export async function openPromotedTable(rows: PromotedRows, logger: Logger): Promise<PromotedTable> {
  let reader = await readPromoted(rows, logger);
  let reading: Promise<void> = Promise.resolve();
  // One after the other, so that the newest is read last.
  const readAgain = () => {
    reading = reading
      .then(async () => {
        reader = await readPromoted(rows, logger);
      })
      .catch((err: unknown) => logger.warn({ err }, 'the promoted Q-table was not read again'));
  };
  const unlisten = await rows.subscribe(readAgain);
  return {
    reader: () => reader,
    async close() {
      await unlisten();
      await reading;
    },
  };
}

/** A table that cannot be read has no say: it stops no cycle, and every advice tells why. */
async function readPromoted(rows: PromotedRows, logger: Logger): Promise<QTableReader> {
  const stored = await rows.promoted();
  if (stored === null) return createQTableReader(null);
  try {
    return createQTableReader(readerTable(stored));
  } catch (thrown) {
    const { message } = toAppError(thrown);
    logger.error({ err: thrown, version: stored.version }, 'the promoted Q-table cannot be used');
    return createSilentReader(stored.tableId, `${message}: promote another, or roll back`);
  }
}
