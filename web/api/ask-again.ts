/**
 * Reads anew what an event made old. An answer under way when the event came may have been taken before it, and the
 * query library holds on to a first reading whatever is invalidated meanwhile: so it is read once more afterwards.
 */
import type { Query, QueryClient, QueryFilters, QueryKey } from '@tanstack/query-core';

/** Readings that an event has overtaken: each is asked for once more, however many events come. */
const overtaken = new WeakSet<Query>();

export function askAgain(client: QueryClient, queryKey: QueryKey): void {
  askAfterAnswer(client, { queryKey });
  // Events in a row must not cancel each other's readings: then none would ever be answered.
  void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
}

/** Everything, at once: what hangs on a connection that was lost is given up. */
export function askAllAgain(client: QueryClient): void {
  askAfterAnswer(client, { predicate: ({ state }) => state.data === undefined });
  void client.invalidateQueries();
}

/** Leaves what is shown as it is, and asks again for what is being read just now. */
export function askAfterAnswer(client: QueryClient, filters: QueryFilters): void {
  for (const query of client.getQueryCache().findAll({ ...filters, fetchStatus: 'fetching' })) {
    if (overtaken.has(query)) continue;
    overtaken.add(query);
    const again = () => {
      overtaken.delete(query);
      void client.invalidateQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false });
    };
    // While it is under way this starts nothing and gives the reading's own promise.
    query.fetch().then(again, again);
  }
}
