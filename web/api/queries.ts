/** Everything the pages read, with the key it is cached under. */
import { queryOptions, skipToken } from '@tanstack/react-query';
import type { CostGroup, CostReport } from '#domain/costs.ts';
import type { EquityPoint, SystemState } from '#domain/desk-event.ts';
import type { HealthReport } from '#domain/health.ts';
import type { PerformanceReport } from '#domain/performance.ts';
import type { Desk, RunSummary, Span } from '#domain/run.ts';
import type { WholeCall, WholeSpan } from '#domain/run-trace.ts';
import type { ModelModes } from '#domain/spending.ts';
import type { EntryProgress } from '#domain/working-entry.ts';
import { requestJson } from './client.ts';
import { DESK_RUNS_SHOWN } from './desk-runs.ts';
import type { ToldSpike } from './told-spikes.ts';
import type { AccountAnswer, ApprovalPage, DeskPosition, DeskTrade, Page, RunAnswer } from './types.ts';

// The stream tells of changes at once; this polling is for what it may have missed, and keeps the clocks together.
const STATE_EVERY_MS = 5_000;
const BOOKS_EVERY_MS = 30_000;

export const STATE_KEY = ['state'] as const;

/** The state of one desk; of the oldest when none is named. */
export function stateQuery(deskId: string | null) {
  const search = deskId === null ? '' : `?${new URLSearchParams({ deskId })}`;
  return queryOptions({
    queryKey: [...STATE_KEY, deskId] as const,
    queryFn: ({ signal }) => requestJson<SystemState>(`/api/state${search}`, { signal }),
    refetchInterval: STATE_EVERY_MS,
  });
}

export const desksQuery = queryOptions({
  queryKey: ['desks'],
  queryFn: ({ signal }) => requestJson<Page<Desk>>('/api/desks', { signal }),
});

export function accountQuery(deskId: string | null) {
  return bookQuery<AccountAnswer>('account', deskId, { readsAgain: true });
}

export function positionsQuery(deskId: string | null) {
  return bookQuery<Page<DeskPosition>>('positions', deskId, { readsAgain: true });
}

export function entriesQuery(deskId: string | null) {
  return bookQuery<Page<EntryProgress>>('entries', deskId, { readsAgain: true });
}

export function tradesQuery(deskId: string | null) {
  return bookQuery<Page<DeskTrade>>('trades', deskId, { limit: 20 });
}

export function equityQuery(deskId: string | null) {
  return bookQuery<Page<EquityPoint>>('equity', deskId, { limit: 2_000 });
}

/** What a desk's trading came to since a market time; null for all of it. */
export function performanceQuery(deskId: string | null, fromMs: number | null) {
  const search = new URLSearchParams({
    ...(deskId && { deskId }),
    ...(fromMs !== null && { from: String(fromMs) }),
  });
  return queryOptions({
    queryKey: ['books', 'performance', deskId, fromMs] as const,
    queryFn:
      deskId === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) =>
            requestJson<PerformanceReport>(`/api/performance?${search}`, { signal }),
    refetchInterval: BOOKS_EVERY_MS,
    // Another hour is another question: its answer takes the place of the one that stands.
    placeholderData: (before: PerformanceReport | undefined) =>
      before?.deskId === deskId ? before : undefined,
  });
}

/** What model calls came to since a wall time. */
export function costsQuery(by: CostGroup, fromMs: number) {
  return queryOptions({
    queryKey: ['costs', by, fromMs] as const,
    queryFn: ({ signal }) =>
      requestJson<CostReport>(`/api/costs?${new URLSearchParams({ by, from: String(fromMs) })}`, { signal }),
    refetchInterval: BOOKS_EVERY_MS,
  });
}

/** How every dependency of the server stands. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => requestJson<HealthReport>('/api/health', { signal }),
  refetchInterval: STATE_EVERY_MS,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => requestJson<ModelModes>('/api/models', { signal }),
  refetchInterval: BOOKS_EVERY_MS,
});

/** A book of one desk; asked for once the desk is known. */
function bookQuery<Answer>(
  book: string,
  deskId: string | null,
  { limit, readsAgain = false }: { limit?: number; readsAgain?: boolean },
) {
  const search = new URLSearchParams({ ...(deskId && { deskId }), ...(limit && { limit: String(limit) }) });
  return queryOptions({
    queryKey: ['books', book, deskId] as const,
    queryFn:
      deskId === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) => requestJson<Answer>(`/api/${book}?${search}`, { signal }),
    refetchInterval: readsAgain ? BOOKS_EVERY_MS : false,
  });
}

/** What a person was asked of this desk: what still waits first. */
export function approvalsQuery(deskId: string | null) {
  return approvalQuery(deskId === null ? null : { deskId, limit: '5' });
}

export function approvalOfRunQuery(runId: string) {
  return approvalQuery({ runId, limit: '1' });
}

function approvalQuery(search: Readonly<Record<string, string>> | null) {
  return queryOptions({
    queryKey: ['approvals', search] as const,
    queryFn:
      search === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) =>
            requestJson<ApprovalPage>(`/api/approvals?${new URLSearchParams(search)}`, { signal }),
    refetchInterval: ({ state }: { state: { data: ApprovalPage | undefined } }) =>
      state.data?.items[0]?.status === 'pending' ? STATE_EVERY_MS : BOOKS_EVERY_MS,
  });
}

/** The newest runs of a desk, without those that decide another one again. */
export function deskRunsQuery(deskId: string | null) {
  const search = { forks: 'false', limit: String(DESK_RUNS_SHOWN) };
  return queryOptions({
    queryKey: ['desk-runs', deskId] as const,
    queryFn:
      deskId === null
        ? skipToken
        : ({ signal }: { signal: AbortSignal }) =>
            requestJson<Page<RunSummary>>(`/api/runs?${new URLSearchParams({ deskId, ...search })}`, {
              signal,
            }),
  });
}

export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ['run', runId] as const,
    queryFn: ({ signal }) => requestJson<RunAnswer>(`/api/runs/${encodeURIComponent(runId)}`, { signal }),
  });
}

/** A span with its whole bodies. It is read anew when it closes, and never again after that. */
export function wholeSpanQuery({ runId, spanId, status }: Pick<Span, 'runId' | 'spanId' | 'status'>) {
  return queryOptions({
    queryKey: ['run-span', runId, spanId, status] as const,
    queryFn: ({ signal }) =>
      requestJson<WholeSpan>(`/api/runs/${encodeURIComponent(runId)}/spans/${encodeURIComponent(spanId)}`, {
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** `isOver`: the run has come to its end, and so what became of the call is known. */
export function wholeCallQuery(runId: string, callId: string, isOver: boolean) {
  return queryOptions({
    queryKey: ['run-call', runId, callId, isOver] as const,
    queryFn: ({ signal }) =>
      requestJson<WholeCall>(`/api/runs/${encodeURIComponent(runId)}/calls/${encodeURIComponent(callId)}`, {
        signal,
      }),
    staleTime: isOver ? Number.POSITIVE_INFINITY : 0,
  });
}

/** Nobody asks for spikes: they are news or nothing. */
export const spikesQuery = queryOptions<readonly ToldSpike[]>({
  queryKey: ['spikes'],
  queryFn: skipToken,
  gcTime: Number.POSITIVE_INFINITY,
});
