/** Turns what the stream tells into what the pages show. Applying an event twice changes nothing. */
import type { QueryClient } from '@tanstack/react-query';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { FoundRun, RunSummary, Span } from '#domain/run.ts';
import { askAfterAnswer, askAgain } from './ask-again.ts';
import { BACKTESTS_KEY } from './backtest-queries.ts';
import { withDeskRun } from './desk-runs.ts';
import { mergeSpan } from './merge-span.ts';
import { PROMPTS_KEY } from './prompt-queries.ts';
import { Q_TABLES_KEY } from './q-table-queries.ts';
import { deskRunsQuery, desksQuery, runQuery, STATE_KEY, spikesQuery } from './queries.ts';
import { NEWEST_RUNS_KEY, RUN_PAGES_KEY, withRun } from './run-list.ts';
import { type ToldSpike, withSpike } from './told-spikes.ts';
import type { Page, RunAnswer } from './types.ts';

export function applyEvent(client: QueryClient, event: DeskEvent): void {
  switch (event.type) {
    case 'run.started':
    case 'run.finished':
      if (isRun(event.payload)) applyRun(client, event.payload);
      if (event.runId) askAgain(client, runQuery(event.runId).queryKey);
      // What a run has asked ends with it, however it ends.
      if (event.type === 'run.finished') askAgain(client, ['approvals']);
      // The board and the history of signals are made of cycles that have ended.
      if (event.type === 'run.finished') askAgain(client, ['cycles']);
      break;
    case 'span.opened':
    case 'span.closed':
      if (isSpan(event.payload)) applySpan(client, event.payload);
      break;
    case 'approval.changed':
      askAgain(client, ['approvals']);
      // Its run waits, or goes on.
      askAgain(client, RUN_PAGES_KEY);
      break;
    case 'books.changed':
      askAgain(client, ['books']);
      break;
    case 'state.changed':
    case 'model.changed':
      askAgain(client, STATE_KEY);
      break;
    case 'desk.changed':
      askAgain(client, desksQuery.queryKey);
      break;
    case 'prompt.changed':
      askAgain(client, PROMPTS_KEY);
      break;
    case 'backtest.changed':
      askAgain(client, BACKTESTS_KEY);
      break;
    case 'qtable.changed':
      askAgain(client, Q_TABLES_KEY);
      break;
    case 'spike.told':
      client.setQueryData<readonly ToldSpike[]>(spikesQuery.queryKey, (spikes) =>
        withSpike(spikes ?? [], event),
      );
      break;
  }
}

function applyRun(client: QueryClient, run: RunSummary): void {
  askAgain(client, NEWEST_RUNS_KEY);
  client.setQueriesData<Page<FoundRun>>({ queryKey: RUN_PAGES_KEY }, (page) => page && withRun(page, run));
  const { queryKey } = deskRunsQuery(run.deskId);
  askAfterAnswer(client, { queryKey });
  client.setQueryData(queryKey, (page) => page && withDeskRun(page, run));
  client.setQueryData<RunAnswer>(
    runQuery(run.runId).queryKey,
    (data) => data && { ...data, run: { ...data.run, ...run } },
  );
}

function applySpan(client: QueryClient, span: Span): void {
  const { queryKey } = runQuery(span.runId);
  askAfterAnswer(client, { queryKey });
  client.setQueryData<RunAnswer>(queryKey, (data) => data && { ...data, spans: mergeSpan(data.spans, span) });
}

function isRun(payload: unknown): payload is RunSummary {
  return typeof payload === 'object' && payload !== null && 'runId' in payload && 'status' in payload;
}

function isSpan(payload: unknown): payload is Span {
  return typeof payload === 'object' && payload !== null && 'spanId' in payload && 'name' in payload;
}
