import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '#server/http/http-server.ts';
import { apiWith, expectProblem } from './http-support.ts';

let server: ReturnType<typeof createHttpServer>;
let logged: ReturnType<typeof apiWith>['logged'];

beforeEach(async () => {
  const api = apiWith();
  logged = api.logged;
  server = createHttpServer(api.app.fetch, api.deps);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

/** Sends the bytes as they are and gives what comes back until the server closes. */
function send(bytes: string | Buffer): Promise<Response> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(responseOf(text)));
  });
}

function responseOf(text: string): Response {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  expect(headers.get('connection')).toBe('close');
  return new Response(rest.join('\r\n\r\n'), { status: Number(first.split(' ')[1]), headers });
}

const HOST = 'Host: localhost\r\n';

describe('what the app never sees is a problem that closes the connection:', () => {
  it('headers over the limit, which is named', async () => {
    const response = await send(`GET /healthz HTTP/1.1\r\n${HOST}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    const problem = await expectProblem(response, 'headers_too_large');
    expect(problem.detail).toContain('16384 bytes');
  });

  it('a request line over the limit', async () => {
    const response = await send(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`);
    await expectProblem(response, 'headers_too_large');
  });

  it.each([
    ['a request line that is none', 'GARBAGE\r\n\r\n'],
    ['an unknown method', `BREW /pot HTTP/1.1\r\n${HOST}\r\n`],
    ['the first bytes of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    ['a header without a colon', `GET / HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`],
    ['two lengths', `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['an empty Host', 'GET /healthz HTTP/1.1\r\nHost:\r\n\r\n'],
    ['a Host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b/c?d\r\n\r\n'],
    ['a target that is no path', `GET nowhere HTTP/1.1\r\n${HOST}\r\n`],
  ])('%s', async (_case, bytes) => {
    await expectProblem(await send(bytes), 'request_malformed');
  });

  it('CONNECT, with the correlation id it was sent with', async () => {
    const response = await send(
      'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nX-Correlation-Id: page-7\r\n\r\n',
    );
    expect(response.headers.get('allow')).toContain('GET');
    expect(response.headers.get('x-correlation-id')).toBe('page-7');
    await expectProblem(response, 'method_not_allowed');
  });

  it('and stands in the log under its correlation id', async () => {
    const response = await send('GARBAGE\r\n\r\n');
    expect(logged).toMatchObject([
      {
        level: 'info',
        fields: {
          correlationId: response.headers.get('x-correlation-id'),
          code: 'request_malformed',
          err: { cause: { code: 'HPE_INVALID_METHOD' } },
        },
      },
    ]);
  });
});

it('serves a request with an expectation it does not know', async () => {
  const response = await send(
    `GET /healthz HTTP/1.1\r\n${HOST}Expect: miracles\r\nConnection: close\r\n\r\n`,
  );
  expect(response.status).toBe(200);
});

it('tells one refusal however many more bytes come', async () => {
  await send(Buffer.concat([Buffer.from('GARBAGE\r\n\r\n'), Buffer.alloc(300_000, 'x')]));
  expect(logged).toHaveLength(1);
});
