import { ApiFailure } from './api-failure.ts';
import { connection } from './connection.ts';
import { createPost, type Post } from './idempotent-post.ts';
import { type SessionAnswer, sessionRefused, sessionState, tellSession } from './session.ts';
import type { Problem } from './types.ts';

const READING_LIMIT_MS = 15_000;

interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** The same key on a repeated POST makes the server do it once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const SESSION_PATH = '/api/session';

export async function requestJson<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
  return (await answerTo(path, request)).json();
}

/** What is long is waited for until it is whole. */
export async function requestFile(path: string): Promise<Blob> {
  return (await answerTo(path, { method: 'GET' })).blob();
}

async function answerTo(path: string, request: ApiRequest): Promise<Response> {
  if (sessionState().status === 'ended' && path !== SESSION_PATH) throw new ApiFailure(SESSION_OVER);
  const usedToken = sessionState().csrfToken;
  let response = await send(path, request);
  // Another tab may have logged in anew: then this one's token is an old one.
  if (response.status === 403 && isChange(request) && usedToken !== null) {
    await readSession();
    if (sessionState().csrfToken !== usedToken) response = await send(path, request);
  }
  connection.heard();
  if (response.ok) return response;
  if (response.status === 401 && path !== SESSION_PATH) sessionRefused();
  throw new ApiFailure(await readProblem(response));
}

function isChange({ method = 'GET' }: ApiRequest): boolean {
  return method !== 'GET';
}

/** Asks the server what this browser may do. */
export async function readSession(): Promise<void> {
  tellSession(await requestJson<SessionAnswer>(SESSION_PATH));
}

const SESSION_OVER: Problem = {
  title: 'Your session has ended',
  status: 401,
  detail: 'Log in again to go on.',
  code: 'unauthorized',
  correlationId: null,
};

async function send(path: string, request: ApiRequest): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const { csrfToken } = sessionState();
  if (isChange(request) && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.idempotencyKey) headers['idempotency-key'] = request.idempotencyKey;
  try {
    return await fetch(path, {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.method === undefined ? withLimit(request.signal) : (request.signal ?? null),
    });
  } catch (error) {
    if (request.signal?.aborted) throw error;
    connection.doubt();
    throw new ApiFailure({
      title: 'The desk does not answer',
      status: 0,
      detail: 'The server is stopped or the connection is gone. This page tries again by itself.',
      code: 'unreachable',
      correlationId: null,
    });
  }
}

/** A reading may be given up and asked for again; what changes something is waited for. */
function withLimit(signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(READING_LIMIT_MS);
  return signal ? AbortSignal.any([signal, limit]) : limit;
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

/** The POSTs of one dialog, each under its own idempotency key. */
export function newPost(): Post {
  return createPost(
    (path, body, idempotencyKey) => requestJson(path, { method: 'POST', body, idempotencyKey }),
    newIdempotencyKey,
  );
}

/** Random text for an Idempotency-Key; `crypto.randomUUID` does not exist on plain http hosts. */
function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
