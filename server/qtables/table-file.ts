/** Q-tables as they are stored, and as files that can be carried to another database. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { NewQTable, StoredQTable } from '#db/repositories/q-tables.ts';
import { AppError } from '#domain/errors.ts';
import type { QTable } from '#tools/qtable/q-table.ts';
import { packTable, type TrainedTable, tableHash, unpackTable } from '#tools/qtable/table-bytes.ts';

const MAGIC = 'VQF1';
const HASH_DIGITS = 64;
const BODY_AT = MAGIC.length + HASH_DIGITS;
/** A table of today's encoding is under a megabyte; what claims to be far more is no table. */
const MAX_TABLE_BYTES = 64 * 1_024 * 1_024;

export function toStore(table: TrainedTable, origin: NewQTable['origin']): NewQTable {
  const packed = packTable(table);
  return { hash: tableHash(packed), origin, facts: table.facts, body: deflateSync(packed) };
}

/** @throws AppError `internal` for a row that was changed by another hand */
export function fromStore({
  version,
  hash,
  body,
}: Pick<StoredQTable, 'version' | 'hash' | 'body'>): TrainedTable {
  try {
    return readBody(body, hash);
  } catch (cause) {
    throw new AppError(
      'internal',
      `Q-table version ${version} as it is stored cannot be used: ${textOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/** What a desk reads of a stored table. */
export function readerTable(stored: StoredQTable): QTable {
  const { facts, values, visits } = fromStore(stored);
  const { encodingVersion, parameters } = facts;
  return { tableId: stored.tableId, encodingVersion, values, visits, minVisits: parameters.minVisits };
}

/** Magic, hash in hexadecimal digits, body. */
export function toFile({ hash, body }: Pick<StoredQTable, 'hash' | 'body'>): Buffer {
  return Buffer.concat([Buffer.from(MAGIC + hash, 'ascii'), body]);
}

/** @throws AppError `request_invalid` for a file that is not whole or is something else */
export function fromFile(file: Buffer, name: string): NewQTable {
  if (file.toString('ascii', 0, MAGIC.length) !== MAGIC)
    throw new AppError(
      'request_invalid',
      `${name} is no Q-table: such a file is written by \`vigil qtables export\` and begins with ${MAGIC}`,
    );
  const hash = file.toString('ascii', MAGIC.length, BODY_AT);
  const body = file.subarray(BODY_AT);
  try {
    return { hash, origin: 'imported', facts: readBody(body, hash).facts, body };
  } catch (cause) {
    throw new AppError(
      'request_invalid',
      `${name} is damaged (${textOf(cause)}): export the table again, or take another copy`,
      { cause },
    );
  }
}

function readBody(body: Buffer, hash: string): TrainedTable {
  const packed = inflateSync(body, { maxOutputLength: MAX_TABLE_BYTES });
  const found = tableHash(packed);
  if (found !== hash) throw new RangeError(`its hash is ${found.slice(0, 12)}…, not ${hash.slice(0, 12)}…`);
  return unpackTable(packed);
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
