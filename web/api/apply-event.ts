/** Turns what the stream tells into what the pages show. Applying an event twice changes nothing. */
import type { QueryClient } from '@tanstack/react-query';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { RunSummary, Span } from '#domain/run.ts';
import { mergeSpan } from './merge-span.ts';
import { desksQuery, type RunPages, runQuery, STATE_KEY, spikesQuery } from './queries.ts';
import { type RunFilter, upsertRun } from './run-filter.ts';
import { type ToldSpike, withSpike } from './told-spikes.ts';
import type { RunAnswer } from './types.ts';

export function applyEvent(client: QueryClient, event: DeskEvent): void {
  switch (event.type) {
    case 'run.started':
    case 'run.finished':
      if (isRun(event.payload)) applyRun(client, event.payload);
      if (event.runId) void client.invalidateQueries({ queryKey: runQuery(event.runId).queryKey });
      break;
    case 'span.opened':
    case 'span.closed':
      if (isSpan(event.payload)) applySpan(client, event.payload);
      break;
    case 'books.changed':
      void client.invalidateQueries({ queryKey: ['books'] });
      break;
    case 'state.changed':
      void client.invalidateQueries({ queryKey: STATE_KEY });
      break;
    case 'desk.changed':
      void client.invalidateQueries({ queryKey: desksQuery.queryKey });
      break;
    case 'spike.told':
      client.setQueryData<readonly ToldSpike[]>(spikesQuery.queryKey, (spikes) =>
        withSpike(spikes ?? [], event),
      );
      break;
  }
}

function applyRun(client: QueryClient, run: RunSummary): void {
  for (const query of client.getQueryCache().findAll({ queryKey: ['runs'] })) {
    const filter = query.queryKey[1] as RunFilter;
    client.setQueryData<RunPages>(
      query.queryKey,
      (data) => data && { ...data, pages: upsertRun(data.pages, run, filter) },
    );
  }
  client.setQueryData<RunAnswer>(runQuery(run.runId).queryKey, (data) => data && { ...data, run });
}

function applySpan(client: QueryClient, span: Span): void {
  const { queryKey } = runQuery(span.runId);
  client.setQueryData<RunAnswer>(queryKey, (data) => data && { ...data, spans: mergeSpan(data.spans, span) });
}

function isRun(payload: unknown): payload is RunSummary {
  return typeof payload === 'object' && payload !== null && 'runId' in payload && 'status' in payload;
}

function isSpan(payload: unknown): payload is Span {
  return typeof payload === 'object' && payload !== null && 'spanId' in payload && 'name' in payload;
}
