/** The API's contract over a fake desk, with the built web view beside it under a strict content policy. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Approval } from '#domain/approval.ts';
import { AppError, type ErrorCode } from '#domain/errors.ts';
import { overrideWarning } from '#server/override-warning.ts';
import { streamEvents } from './fake-api-events.ts';
import { createFakeDesk, type FakeDesk } from './fake-desk.ts';
import { fakeFigures } from './fake-figures.ts';
import { serveStatic } from './fake-static.ts';
import { fakeTrace, fakeWholeCall } from './fake-trace.ts';

export interface FakeApi {
  readonly url: string;
  readonly desk: FakeDesk;
  /** Method, path and body of every mutation, in order. */
  readonly mutations: readonly Mutation[];
  /** Cuts every event stream; the pages have to come back by themselves. */
  dropStreams(): void;
  close(): Promise<void>;
}

export interface Mutation {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly idempotencyKey: string | null;
}

interface FakeApiOptions {
  readonly desk?: FakeDesk;
  readonly webRoot: string;
  readonly port?: number;
}

export async function startFakeApi(options: FakeApiOptions): Promise<FakeApi> {
  const desk = options.desk ?? createFakeDesk();
  const mutations: Mutation[] = [];
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => refuse(response, error));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (!url.pathname.startsWith('/api/')) return serveStatic(options.webRoot, url.pathname, response);
    const streamed = /^\/api\/(?:runs\/([^/]+)\/)?events$/.exec(url.pathname);
    if (streamed) return streamEvents(desk, request, response, streams, streamed[1] ?? null);
    if (request.method === 'GET') return answer(response, 200, read(desk, url));
    const mutation = await readMutation(request, url.pathname);
    refuseReusedKey(mutations, mutation);
    mutations.push(mutation);
    const [status, body] = change(desk, mutation);
    answer(response, status, body);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    desk,
    mutations,
    dropStreams() {
      for (const stream of streams) stream.destroy();
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** As the server does: a key belongs to the request it first came with. */
function refuseReusedKey(earlier: readonly Mutation[], asked: Mutation): void {
  const { idempotencyKey: key, path, body } = asked;
  const first = key === null ? undefined : earlier.find(({ idempotencyKey }) => idempotencyKey === key);
  if (first && JSON.stringify([first.path, first.body]) !== JSON.stringify([path, body]))
    throw new AppError('idempotency_mismatch', `Idempotency-Key "${key}" was used for another request`);
}

/** As a desk on loopback tells it. */
const OPEN_TO_ALL = { scope: 'control', method: 'none', expiresAtMs: null, csrfToken: null, logIns: [] };

function read(desk: FakeDesk, url: URL): unknown {
  const deskId = url.searchParams.get('deskId');
  const all = (items: readonly unknown[]) => ({ items, nextCursor: null });
  const ofDesk = (items: readonly { deskId: string }[]) =>
    all(items.filter((row) => deskId === null || row.deskId === deskId));
  const [, , resource, id, part] = url.pathname.split('/');
  if (resource === 'session') return OPEN_TO_ALL;
  if (resource === 'state') return desk.state;
  if (resource === 'desks') return all([desk.desk, ...desk.otherDesks]);
  if (resource === 'account') return { account: desk.account };
  if (resource === 'positions') return ofDesk(desk.positions);
  if (resource === 'entries') return ofDesk(desk.entries);
  if (resource === 'trades') return ofDesk(desk.trades);
  if (resource === 'equity') return all(desk.equity);
  // No market stands behind it: the panels of the market say so, and are tested on the real server.
  if (resource === 'candles') return { symbols: [], timeframes: [], indicators: [] };
  if (resource === 'board') return { deskId, board: null };
  if (resource === 'signals' || resource === 'orders') return all([]);
  if (resource === 'approvals') {
    const runId = url.searchParams.get('runId');
    const items = desk.approvals.filter((one) => runId === null || one.runId === runId);
    return { ...ofDesk(items), nowMs: Date.now() };
  }
  if (resource === 'runs' && !id) return runsPage(desk, url.searchParams);
  const figures = fakeFigures(resource, deskId ?? desk.desk.deskId);
  if (figures !== undefined) return figures;
  const run = resource === 'runs' && id ? desk.find(decodeURIComponent(id)) : undefined;
  if (!run) throw new AppError('not_found', `${url.pathname} does not exist`);
  if (part === 'export') return run.record;
  return part === 'calls' ? fakeWholeCall(run, decodeURIComponent(url.pathname)) : fakeTrace(run);
}

function runsPage(desk: FakeDesk, search: URLSearchParams): unknown {
  const wanted = (name: 'deskId' | 'kind' | 'status' | 'outcome', value: string | null) =>
    !search.has(name) || search.get(name) === value;
  const symbol = search.get('symbol');
  const rows = desk.runs
    .map(({ run }) => run)
    .filter(
      (run) =>
        wanted('deskId', run.deskId) &&
        wanted('kind', run.kind) &&
        wanted('status', run.status) &&
        wanted('outcome', run.outcome),
    )
    .filter((run) => symbol === null || run.symbols.includes(symbol));
  const from = Number(search.get('cursor') ?? 0);
  const to = from + Number(search.get('limit') ?? 50);
  return { items: rows.slice(from, to), nextCursor: to < rows.length ? String(to) : null };
}

function change(desk: FakeDesk, { path, body }: Mutation): [status: number, body: unknown] {
  const reason = String(body.reason ?? '');
  if (path === '/api/state/halt') desk.setTrading('halted', reason);
  else if (path === '/api/state/arm') {
    if (desk.armRefusal !== null) throw new AppError('conflict', desk.armRefusal);
    const warning = overrideWarning(desk.state.breaker.reasons.filter(({ level }) => level === 'tripped'));
    desk.state.breaker = { level: 'clear', reasons: [], atMs: null };
    desk.setTrading('active', reason);
    return [200, { ...changedState(desk), warning }];
  } else if (path === '/api/analyses')
    return [202, { runId: desk.startRun('analysis', body.symbols as string[]) }];
  else if (path.endsWith('/cycles')) return [202, { runId: desk.startRun() }];
  else if (path === '/api/positions/close') return [200, { items: close(desk, body), entriesGivenUp: 0 }];
  else if (path.startsWith('/api/desks/')) {
    desk.setPaused(body.paused === true);
    return [200, desk.desk];
  } else if (path.startsWith('/api/approvals/')) return [200, answerApproval(desk, path, body)];
  else if (path.endsWith('/cancel')) return [202, {}];
  else throw new AppError('not_found', `${path} does not exist`);
  return [200, { ...changedState(desk), warning: null }];
}

function changedState({ state, desk }: FakeDesk) {
  return { ...state, changed: true, message: `${state.trading.mode} ${desk.deskId}` };
}

function answerApproval(desk: FakeDesk, path: string, body: Record<string, unknown>): Approval {
  const question = desk.approvals.find(({ approvalId }) => path.includes(approvalId));
  if (question?.status !== 'pending')
    throw new AppError(
      'conflict',
      `approval "${question?.approvalId}" was answered by ${question?.answeredBy}`,
    );
  const answers = body.answers as Approval['answers'];
  return desk.endApproval(question.approvalId, {
    ...{ status: 'answered', answers, answeredBy: 'a person', answeredAtMs: Date.now() },
    reason: typeof body.reason === 'string' ? body.reason : null,
  });
}

/** Closes what the body names; what it leaves out narrows nothing. */
function close(desk: FakeDesk, body: Record<string, unknown>): unknown[] {
  const narrows = (['deskId', 'symbol', 'side', 'positionId'] as const).filter(
    (name) => body[name] !== undefined,
  );
  const meant = desk.positions.filter((position) => narrows.every((name) => position[name] === body[name]));
  if (meant.length === 0)
    throw new AppError('conflict', `position "${body.positionId}" is not open any more`);
  desk.positions = desk.positions.filter((position) => !meant.includes(position));
  desk.tell({ type: 'books.changed', runId: null, payload: null });
  return meant.map((position) => ({
    ...position,
    outcome: 'sent',
    message: `${position.quantityBase} closed at market`,
  }));
}

async function readMutation(request: IncomingMessage, path: string): Promise<Mutation> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const key = request.headers['idempotency-key'];
  return {
    method: request.method ?? 'POST',
    path,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    idempotencyKey: typeof key === 'string' ? key : null,
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, error: unknown): void {
  const { code, message, rule } =
    error instanceof AppError ? error : new AppError('internal', String(error), { cause: error });
  const problem = {
    type: `/docs/errors#${code}`,
    title: rule.meaning,
    status: rule.status,
    detail: message,
    code: code satisfies ErrorCode,
    correlationId: 'c-fake',
  };
  response
    .writeHead(rule.status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify(problem));
}
