import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FailureNote } from './failure-note.tsx';

interface LoadedProps<Answer> {
  readonly query: Pick<UseQueryResult<Answer>, 'data' | 'error' | 'refetch'>;
  readonly skeleton: ReactNode;
  readonly children: (answer: Answer) => ReactNode;
}

/** Skeleton, failure or content. An answer once read stays on the screen when a later reading fails. */
export function Loaded<Answer>({ query, skeleton, children }: LoadedProps<Answer>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <FailureNote error={query.error} onRetry={() => void query.refetch()} />;
  return skeleton;
}
