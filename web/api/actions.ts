/** Everything the pages ask of the desk. Each takes the idempotency key of the question it was asked with. */
import type { Desk } from '#domain/run.ts';
import { requestJson } from './client.ts';
import type { CloseVerdict, StartedRun } from './types.ts';

function post<Answer>(path: string, body: unknown, idempotencyKey: string): Promise<Answer> {
  return requestJson<Answer>(path, { method: 'POST', body, idempotencyKey });
}

export function startCycle(deskId: string, idempotencyKey: string): Promise<StartedRun> {
  return post(`/api/desks/${encodeURIComponent(deskId)}/cycles`, {}, idempotencyKey);
}

export function askAnalysis(
  question: { symbols: string[]; question?: string },
  idempotencyKey: string,
): Promise<StartedRun> {
  return post('/api/analyses', question, idempotencyKey);
}

export function setPaused(deskId: string, paused: boolean): Promise<Desk> {
  return requestJson(`/api/desks/${encodeURIComponent(deskId)}`, { method: 'PATCH', body: { paused } });
}

export function halt(reason: string, idempotencyKey: string): Promise<unknown> {
  return post('/api/state/halt', { reason }, idempotencyKey);
}

export function arm(reason: string, idempotencyKey: string): Promise<unknown> {
  return post('/api/state/arm', { reason }, idempotencyKey);
}

/** Closes one position, or all of them when no symbol is named. */
export async function closePositions(
  symbol: string | null,
  idempotencyKey: string,
): Promise<readonly CloseVerdict[]> {
  const body = symbol === null ? {} : { symbol };
  return (await post<{ items: CloseVerdict[] }>('/api/positions/close', body, idempotencyKey)).items;
}

export function cancelRun(runId: string, idempotencyKey: string): Promise<unknown> {
  return post(`/api/runs/${encodeURIComponent(runId)}/cancel`, {}, idempotencyKey);
}
