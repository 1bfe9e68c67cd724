/** Two stored Q-tables that can be promoted, for tests of the HTTP border. */
import { type QTablePromotion, type StoredQTable, unknownVersion } from '#db/repositories/q-tables.ts';
import { AppError } from '#domain/errors.ts';
import type { ApiDeps } from '#server/api-deps.ts';
import { trainedScene } from '#tests/support/training-scene.ts';

/** Trained when they are first asked for: most tests of the border never do. */
let made: readonly StoredQTable[] | null = null;

function storedTables(): readonly StoredQTable[] {
  made ??= [trainedScene(2, { encodingVersion: 1 }), trainedScene(1)].map((table, index) => {
    const version = 2 - index;
    return { ...table, version, tableId: `q${version}-${table.hash.slice(0, 8)}`, createdAtMs: 1_000 };
  });
  return made;
}

/** Version 1 can be read; version 2 has the encoding of yesterday. */
export function fakeQTables(note: (name: string, input: unknown) => void): Pick<ApiDeps, 'qTables'> {
  const moves: QTablePromotion[] = [];
  const promoted = () => moves[0]?.toVersion ?? null;
  const move = (
    kind: QTablePromotion['kind'],
    to: number | null,
    change: { readonly actor: string; readonly reason: string; readonly atMs: number },
  ) => {
    note(`qtables.${kind}`, { to, ...change });
    const from = promoted();
    moves.unshift({ promotionId: moves.length + 1, kind, fromVersion: from, toVersion: to, ...change });
    return { from, to };
  };
  return {
    qTables: {
      async page({ limit }) {
        const items = storedTables().map(({ body: _body, ...one }) => one);
        return { items: items.slice(0, limit), nextCursor: null };
      },
      get: async (version) => storedTables().find((one) => one.version === version) ?? null,
      promotedVersion: async () => promoted(),
      promotions: async (limit) => moves.slice(0, limit),
      async promote(version, change) {
        if (!storedTables().some((one) => one.version === version)) throw unknownVersion(version, 2);
        return move('promote', version, change);
      },
      nextRollback: async () => (promoted() === null ? null : { from: promoted(), to: null }),
      async rollback(change) {
        if (promoted() === null) throw new AppError('conflict', 'no Q-table is promoted');
        return move('rollback', null, change);
      },
    },
  };
}
