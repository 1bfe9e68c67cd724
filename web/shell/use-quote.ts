import { useQuery } from '@tanstack/react-query';
import { accountQuery } from '../api/queries.ts';
import { useDesk } from './use-desk.ts';

/** What the shown desk's money is counted in, as `USDT`; null until its account is known. */
export function useQuote(): string | null {
  return useQuery(accountQuery(useDesk().deskId)).data?.account?.quote ?? null;
}
