import { useQuery } from '@tanstack/react-query';
import { desksQuery } from '../api/queries.ts';
import { useSearchParams } from '../router/router.tsx';

export const DESK_PARAMETER = 'desk';

/** The desk the page shows: the one in the address, else the oldest of the running market. Null until it is known. */
export function useDesk() {
  const desks = useQuery(desksQuery);
  const [search, setSearch] = useSearchParams();
  const asked = search.get(DESK_PARAMETER);
  const items = desks.data?.items ?? [];
  const shown = items.find((desk) => desk.deskId === asked) ?? items[0];
  return {
    deskId: shown?.deskId ?? null,
    isOldest: shown === items[0],
    choose: (deskId: string) => setSearch(new URLSearchParams({ [DESK_PARAMETER]: deskId })),
  };
}
