import { useQuery } from '@tanstack/react-query';
import { stateQuery } from '../api/queries.ts';
import { useDesk } from './use-desk.ts';

/** The trading state of the desk the page shows; until it is known, of the oldest. */
export function useDeskState() {
  const { deskId, isOldest } = useDesk();
  return useQuery(stateQuery(isOldest ? null : deskId));
}
