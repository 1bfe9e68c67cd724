/** The way from one run to the next: through the list it was chosen from, else through all there are. */
import type { QueryClient } from '@tanstack/react-query';
import type { FoundRun } from '#domain/run.ts';
import type { RunNeighbours } from '#domain/run-trace.ts';
import { requestJson } from '../api/client.ts';
import { RUN_PAGES_KEY, type RunListFilter, runPageQuery } from '../api/run-list.ts';
import type { Page } from '../api/types.ts';

export type WalkDirection = keyof RunNeighbours;

/** As much of a list as was read: the list itself forgets its pages soon after one has left it. */
interface WalkedList {
  readonly filter: RunListFilter;
  readonly upToMs: number;
  readonly runIds: readonly string[];
  /** Where its first page begins; null at the top of the list. */
  readonly firstCursor: string | null;
  readonly nextCursor: string | null;
}

interface ReadPage extends WalkedList {
  readonly readAtMs: number;
}

const WALK_KEY = ['walked-runs'] as const;

/** Keeps the list that was just left, if it holds the run. To be called as soon as the run is opened. */
export function rememberList(client: QueryClient, runId: string): void {
  const [page] = readPages(client)
    .filter(({ runIds }) => runIds.includes(runId))
    .sort((left, right) => right.readAtMs - left.readAtMs);
  if (page !== undefined) client.setQueryData<WalkedList>(WALK_KEY, joined(page, readPages(client)));
}

/** Null where the way ends. */
export async function runBeside(
  client: QueryClient,
  runId: string,
  direction: WalkDirection,
): Promise<string | null> {
  const list = client.getQueryData<WalkedList>(WALK_KEY);
  const at = list?.runIds.indexOf(runId) ?? -1;
  if (list === undefined || at < 0 || (direction === 'newer' && at === 0 && list.firstCursor !== null))
    return (await requestJson<RunNeighbours>(`/api/runs/${encodeURIComponent(runId)}/neighbours`))[direction];
  if (direction === 'newer') return list.runIds[at - 1] ?? null;
  if (at + 1 < list.runIds.length || list.nextCursor === null) return list.runIds[at + 1] ?? null;
  const further = await client.fetchQuery(runPageQuery(list.filter, { ...list, cursor: list.nextCursor }));
  const longer = { ...list, runIds: [...list.runIds, ...idsOf(further)], nextCursor: further.nextCursor };
  client.setQueryData<WalkedList>(WALK_KEY, longer);
  return longer.runIds[at + 1] ?? null;
}

function readPages(client: QueryClient): ReadPage[] {
  return client
    .getQueryCache()
    .findAll({ queryKey: RUN_PAGES_KEY })
    .flatMap(({ queryKey, state }) => {
      const page = state.data as Page<FoundRun> | undefined;
      if (page === undefined) return [];
      const [, filter, upToMs, firstCursor] = queryKey as readonly [
        ...[string, RunListFilter, number],
        string | null,
      ];
      const { nextCursor } = page;
      return [
        { filter, upToMs, firstCursor, nextCursor, runIds: idsOf(page), readAtMs: state.dataUpdatedAt },
      ];
    });
}

/** The page with those of the same list that lie before and after it without a gap. */
function joined(page: ReadPage, pages: readonly ReadPage[]): WalkedList {
  const ofList = pages.filter(
    ({ filter, upToMs }) => upToMs === page.upToMs && JSON.stringify(filter) === JSON.stringify(page.filter),
  );
  let list: WalkedList = page;
  for (;;) {
    const { firstCursor, nextCursor } = list;
    const before = firstCursor === null ? undefined : ofList.find((one) => one.nextCursor === firstCursor);
    const after = nextCursor === null ? undefined : ofList.find((one) => one.firstCursor === nextCursor);
    if (before === undefined && after === undefined) return list;
    list = {
      ...list,
      runIds: [...(before?.runIds ?? []), ...list.runIds, ...(after?.runIds ?? [])],
      firstCursor: before === undefined ? firstCursor : before.firstCursor,
      nextCursor: after === undefined ? nextCursor : after.nextCursor,
    };
  }
}

function idsOf({ items }: Page<FoundRun>): string[] {
  return items.map(({ runId }) => runId);
}
