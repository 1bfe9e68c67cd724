import {
  type QTableChange,
  type QTableMove,
  type QTableRepository,
  unknownVersion,
} from '#db/repositories/q-tables.ts';
import { AppError } from '#domain/errors.ts';
import { ENCODING_VERSION } from '#tools/qtable/encode-state.ts';
import { fromStore } from './table-file.ts';

/** What the HTTP border needs of stored tables. */
export type QTablesPort = Pick<
  QTableRepository,
  'page' | 'get' | 'promotedVersion' | 'promotions' | 'promote' | 'nextRollback' | 'rollback'
>;

/**
 * Promotes a version a desk can read: what cannot be read is found out here, not in a cycle.
 * @throws AppError `not_found`, `conflict` for another encoding and for the version that is promoted already, `internal`
 */
export async function promoteVersion(
  tables: Pick<QTableRepository, 'get' | 'page' | 'promote'>,
  version: number,
  change: QTableChange,
): Promise<QTableMove> {
  const stored = await existingTable(tables, version);
  const { encodingVersion } = stored.facts;
  if (encodingVersion !== ENCODING_VERSION)
    throw new AppError(
      'conflict',
      `Q-table version ${version} has the state encoding ${encodingVersion}, and desks read ${ENCODING_VERSION}: train another`,
      { context: { version, encodingVersion } },
    );
  fromStore(stored);
  return tables.promote(version, change);
}

/** @throws AppError `not_found`, telling what there is */
export async function existingTable(tables: Pick<QTableRepository, 'get' | 'page'>, version: number) {
  const stored = await tables.get(version);
  if (stored !== null) return stored;
  const { items } = await tables.page({ limit: 1 });
  throw unknownVersion(version, items[0]?.version);
}
