/** The states of a stored table in a compact form, such as a heat map is drawn from. */
import type { StoredQTable } from '#db/repositories/q-tables.ts';
import { ACTION_COUNT, allowedActions, Q_ACTIONS } from '#tools/qtable/actions.ts';
import { ENCODING_VERSION, MARKET_BUCKETS, POSITION_SIDES, sideOfState } from '#tools/qtable/encode-state.ts';
import { fromStore } from './table-file.ts';

export interface StateQuery {
  readonly limit: number;
  /** Only states of a greater index. */
  readonly after?: number | undefined;
  readonly minVisits: number;
}

/** In the order of an index' digits, the slowest first; null where the encoding is not today's. */
export function bucketsOf(encodingVersion: number): { name: string; values: string[] }[] | null {
  if (encodingVersion !== ENCODING_VERSION) return null;
  const buckets = Object.entries({ ...MARKET_BUCKETS, position: POSITION_SIDES });
  return buckets.map(([name, values]) => ({ name, values: [...values] }));
}

/** By index; what was never met is left out. */
export function statesOf(stored: StoredQTable, { limit, after = -1, minVisits }: StateQuery) {
  const { values, visits } = fromStore(stored);
  const items: { index: number; visits: number; values: (number | null)[] }[] = [];
  let nextAfter: number | null = null;
  for (let index = after + 1; index < visits.length; index++) {
    const count = visits[index] ?? 0;
    if (count < minVisits) continue;
    if (items.length === limit) {
      nextAfter = items.at(-1)?.index ?? null;
      break;
    }
    const allowed = allowedActions(sideOfState(index));
    items.push({
      index,
      visits: count,
      values: Q_ACTIONS.map((_, action) =>
        allowed.includes(action) ? (values[index * ACTION_COUNT + action] ?? 0) : null,
      ),
    });
  }
  return { items, nextAfter };
}
