import { authorization, keyRefused, keyState } from './api-key.ts';
import type { Problem } from './types.ts';

/** A refusal or failure as the API tells it, or our own words when there was no answer to read. */
export class ApiFailure extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiFailure';
    this.problem = problem;
  }
}

interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: unknown;
  /** The same key on a repeated POST makes the server do it once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export async function requestJson<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
  const { key } = keyState();
  const response = await send(path, request, key);
  if (response.ok) return (await response.json()) as Answer;
  if (response.status === 401) keyRefused(key);
  throw new ApiFailure(await readProblem(response));
}

async function send(path: string, request: ApiRequest, key: string | null): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...authorization(key) };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.idempotencyKey) headers['idempotency-key'] = request.idempotencyKey;
  try {
    return await fetch(path, {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal ?? null,
    });
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new ApiFailure({
      title: 'The desk does not answer',
      status: 0,
      detail: 'The server is stopped or the connection is gone. This page tries again by itself.',
      code: 'unreachable',
      correlationId: null,
    });
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return {
    title: body.title ?? `The server answered ${response.status}`,
    status: response.status,
    detail: body.detail ?? null,
    code: body.code ?? `http_${response.status}`,
    correlationId: body.correlationId ?? response.headers.get('x-correlation-id'),
  };
}

/** Random text for an Idempotency-Key; `crypto.randomUUID` does not exist on plain http hosts. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
