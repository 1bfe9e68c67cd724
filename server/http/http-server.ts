/**
 * The node server under the app. What never becomes a request the app sees (headers over the limit, bytes that are no
 * HTTP, a Host that cannot be read, CONNECT) is answered as a problem too, and ends its connection.
 */
import {
  createServer,
  type IncomingMessage,
  maxHeaderSize,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import { AppError, toAppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import type { Logger } from '../telemetry/logger.ts';
import { CORRELATION_HEADER, correlationIdOf } from './correlation.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface HttpServerParts {
  readonly ids: IdSource;
  readonly logger: Logger;
}

export interface ArrivalLimits {
  /** From a request's first byte until its headers are whole. */
  readonly headersMs: number;
  /** Until its body is. */
  readonly requestMs: number;
  /** How often it is looked. */
  readonly checkEveryMs: number;
}

/** The largest body fits in half a megabyte: who takes longer holds a connection and nothing else. */
const ARRIVAL_LIMITS: ArrivalLimits = { headersMs: 10_000, requestMs: 15_000, checkEveryMs: 1_000 };

/** Time for the caller to read the answer before the rest of what it sends is cut off. */
const LINGER_MS = 1_000;

export function createHttpServer(
  answer: Parameters<typeof getRequestListener>[0],
  { ids, logger }: HttpServerParts,
  limits: ArrivalLimits = ARRIVAL_LIMITS,
): Server {
  const refusal = (error: AppError, correlationId = ids.next('req')) => {
    const level = error.rule.status < 500 ? 'info' : 'error';
    logger[level]({ correlationId, code: error.code, err: error }, 'refused below the app');
    return refusalOf(error, correlationId);
  };
  const listen = getRequestListener(answer, {
    errorHandler: (thrown) => {
      const { status, headers, body } = refusal(unreadable(thrown));
      return new Response(body, { status, headers });
    },
  });
  const answering = new WeakMap<Duplex, ServerResponse>();
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    answering.set(request.socket, response);
    return listen(request, response);
  };
  // A request without Host must reach our listener: node's own answer to it is an empty one.
  const server = createServer({ requireHostHeader: false, ...timeoutsOf(limits) }, onRequest);
  // An expectation may be ignored; node would refuse it without a word.
  server.on('checkExpectation', onRequest);
  const refused = new WeakSet<Duplex>();
  server.on('clientError', (thrown: NodeJS.ErrnoException, socket) => {
    // The parser fails again with each further chunk of what it could not read.
    if (refused.has(socket)) return;
    refused.add(socket);
    const begun = answering.get(socket);
    const isMidAnswer = begun?.headersSent === true && !begun.writableFinished;
    if (thrown.code === 'ECONNRESET' || !socket.writable || isMidAnswer) socket.destroy();
    else end(socket, refusal(protocolError(thrown)));
  });
  server.on('connect', (request, socket) => {
    const given = request.headers[CORRELATION_HEADER.toLowerCase()];
    const error = new AppError('method_not_allowed', 'CONNECT is for proxies: call a path of this server', {
      context: { headers: { Allow: 'GET, HEAD, POST, PATCH, PUT' } },
    });
    end(socket, refusal(error, correlationIdOf(given?.toString(), ids)));
  });
  return server;
}

function timeoutsOf({ headersMs, requestMs, checkEveryMs }: ArrivalLimits): ServerOptions {
  return { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkEveryMs };
}

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function refusalOf(error: AppError, correlationId: string): Refusal {
  const asked = (error.context.headers ?? {}) as Record<string, string>;
  return {
    status: error.rule.status,
    headers: {
      ...SECURITY_HEADERS,
      ...asked,
      'Content-Type': PROBLEM_TYPE,
      'Cache-Control': 'no-store',
      Connection: 'close',
      [CORRELATION_HEADER]: correlationId,
    },
    body: JSON.stringify(problemOf(error, { instance: '/', correlationId })),
  };
}

function end(socket: Duplex, { status, headers, body }: Refusal): void {
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body) });
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function unreadable(thrown: unknown): AppError {
  if (!(thrown instanceof RequestError)) return toAppError(thrown);
  return new AppError(
    'request_malformed',
    `the request's target or Host header cannot be read (${thrown.message}): send a path and the host it is for`,
    { cause: thrown },
  );
}

function protocolError(cause: NodeJS.ErrnoException): AppError {
  switch (cause.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError(
        'headers_too_large',
        `request line and headers are over ${maxHeaderSize} bytes: send less in them`,
        { cause },
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('payload_too_large', 'the chunk extensions of the body are over the limit', {
        cause,
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request_timed_out', 'the request did not arrive in time: send it whole', {
        cause,
      });
    default:
      return new AppError('request_malformed', `the bytes sent are not HTTP/1.1 (${cause.code})`, { cause });
  }
}
