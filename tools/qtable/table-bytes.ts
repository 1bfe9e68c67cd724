/** A trained table with its facts as bytes: the same training has the same bytes, and so the same hash. */
import { createHash } from 'node:crypto';
import { QTableFacts } from '#domain/q-table.ts';
import { ACTION_COUNT } from './actions.ts';
import { packColumns, unpackColumns } from './column-bytes.ts';
import type { LearnedTable } from './score-table.ts';

const MAGIC = 'VQT1';

export interface TrainedTable extends LearnedTable {
  readonly facts: QTableFacts;
}

export function packTable({ facts, values, visits }: TrainedTable): Uint8Array {
  return packColumns(MAGIC, facts, { values, visits });
}

/** SHA-256 of packed bytes, as 64 hexadecimal digits. */
export function tableHash(packed: Uint8Array): string {
  return createHash('sha256').update(packed).digest('hex');
}

/** @throws RangeError for bytes that `packTable` did not make */
export function unpackTable(packed: Uint8Array): TrainedTable {
  const { about, columns } = unpackColumns(MAGIC, packed);
  const facts = QTableFacts.safeParse(about);
  if (!facts.success)
    throw new RangeError(`what the table says of itself is not whole: ${facts.error.issues[0]?.message}`);
  const { values, visits } = columns;
  if (!(values instanceof Float64Array && visits instanceof Uint32Array))
    throw new RangeError('the table has no values or no visits');
  if (values.length !== visits.length * ACTION_COUNT)
    throw new RangeError(
      `the table has ${values.length} values for ${visits.length} states, expected ${ACTION_COUNT} each`,
    );
  return { facts: facts.data, values, visits };
}
