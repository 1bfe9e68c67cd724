import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { apiWith, expectProblem } from './http-support.ts';

const KEY = 'a-long-enough-key';
const withKey = { config: { apiKey: KEY, host: '0.0.0.0' } };

describe('with an API key', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['one that begins right', { 'x-api-key': `${KEY}x` }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
  ])('refuses a call with %s and says how to authenticate', async (_case, headers) => {
    const { get } = apiWith(withKey);
    const response = await get('/api/state', headers as Record<string, string>);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="vigil"');
    await expectProblem(response, 'unauthorized');
  });

  it.each<Record<string, string>>([{ authorization: `Bearer ${KEY}` }, { 'x-api-key': KEY }])(
    'serves a call with it: %j',
    async (headers) => {
      const { get } = apiWith(withKey);
      expect((await get('/api/state', headers)).status).toBe(200);
    },
  );

  it('guards metrics and unknown routes of the API too, and leaves health open', async () => {
    const { get } = apiWith(withKey);
    await expectProblem(await get('/metrics'), 'unauthorized');
    await expectProblem(await get('/api/nothing'), 'unauthorized');
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
  });

  it('serves any host name', async () => {
    const { get } = apiWith(withKey);
    expect((await get('/api/state', { host: 'desk.example', 'x-api-key': KEY })).status).toBe(200);
  });
});

describe('without an API key', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST'])(
    'serves the host %s',
    async (host) => {
      const { get } = apiWith();
      expect((await get('/api/state', { host })).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    '192.168.1.7:3000',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    '127.999.999.999',
    '',
  ])('refuses the host "%s", which another site could make resolve here', async (host) => {
    const { get } = apiWith();
    await expectProblem(await get('/api/state', { host }), 'forbidden');
  });

  it.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:9999', host: 'localhost:3000' },
    { origin: 'http://127.0.0.1:3000', host: 'localhost:3000' },
  ])('refuses a change that another site’s page sends: %j', async (headers) => {
    const { send, calls } = apiWith();
    const response = await send('POST', '/api/positions/close', {}, headers);
    await expectProblem(response, 'forbidden');
    expect(calls).toEqual([]);
  });

  it('lets its own page change things', async () => {
    const { send } = apiWith();
    const origin = 'http://localhost:3000';
    const headers = { origin, host: 'localhost:3000', 'sec-fetch-site': 'same-origin' };
    expect((await send('POST', '/api/positions/close', {}, headers)).status).toBe(200);
  });
});

describe('a correlation id', () => {
  it('comes back as it was sent and stands in the log', async () => {
    const { get, logged } = apiWith();
    const response = await get('/api/state', { 'x-correlation-id': 'page-7' });
    expect(response.headers.get('x-correlation-id')).toBe('page-7');
    expect(logged[0]?.fields).toMatchObject({ correlationId: 'page-7', status: 200, route: '/api/state' });
  });

  it.each(['has space', 'x'.repeat(129), '<script>'])('is replaced when it is "%s"', async (given) => {
    const { get } = apiWith();
    const response = await get('/api/state', { 'x-correlation-id': given });
    expect(response.headers.get('x-correlation-id')).toMatch(/^req_\d+$/);
  });
});

describe('a failure', () => {
  it('that nobody expected keeps its text in the log alone', async () => {
    const { get, logged } = apiWith({
      systemState: async () => {
        throw new Error('select secret_column from somewhere');
      },
    });
    const response = await get('/api/state');
    const problem = await expectProblem(response, 'internal');
    expect(JSON.stringify(problem)).not.toContain('secret_column');
    expect(logged[0]).toMatchObject({
      level: 'error',
      fields: { code: 'internal', err: { message: expect.stringContaining('secret_column') } },
    });
  });

  it('of ours tells its words, without any secret in them', async () => {
    const { get } = apiWith({
      systemState: async () => {
        throw new AppError('database_unavailable', 'postgres://vigil:hunter2@db is away');
      },
    });
    const problem = await expectProblem(await get('/api/state'), 'database_unavailable');
    expect(problem.detail).toBe('postgres://[redacted]@db is away');
    expect(problem.retryable).toBe(true);
  });

  it('to find a route is a problem, not a page', async () => {
    const { get, send } = apiWith();
    await expectProblem(await get('/api/nothing'), 'not_found');
    await expectProblem(await send('POST', '/elsewhere', {}), 'not_found');
  });

  it('to use a method names those the route knows', async () => {
    const { send } = apiWith();
    const response = await send('DELETE', '/api/desks', {});
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    await expectProblem(response, 'method_not_allowed');
  });

  it.each([
    ['unreadable JSON', '{"symbols":', 'application/json'],
    ['another media type', 'symbols=BTC', 'text/plain'],
    ['no media type', '{}', ''],
  ])('to read a body (%s) is a bad request', async (_case, body, type) => {
    const { send } = apiWith();
    await expectProblem(
      await send('POST', '/api/analyses', body, { 'content-type': type }),
      'request_invalid',
    );
  });

  it('lists every place that does not fit the schema', async () => {
    const { send } = apiWith();
    const response = await send('POST', '/api/desks', {
      name: '',
      symbols: ['BTC', 7],
      intervalMs: 5,
      colour: 'red',
    });
    const problem = await expectProblem(response, 'request_invalid');
    const places = (problem.errors as { location: string }[]).map(({ location }) => location);
    expect(places).toEqual(
      expect.arrayContaining(['body.name', 'body.symbols[1]', 'body.intervalMs', 'body']),
    );
  });
});

describe('a body over 64 kB', () => {
  it('is refused by its announced length', async () => {
    const { send } = apiWith();
    const body = JSON.stringify({ symbols: ['BTC'], question: 'x'.repeat(70_000) });
    const response = await send('POST', '/api/analyses', body, { 'content-length': String(body.length) });
    await expectProblem(response, 'payload_too_large');
  });

  it('is refused when it announces none', async () => {
    const { send } = apiWith();
    await expectProblem(await send('POST', '/api/analyses', 'x'.repeat(70_000)), 'payload_too_large');
  });
});

describe('the rate limit', () => {
  const limited = { config: { apiKey: null, host: '127.0.0.1', rateLimit: { limit: 2, perMs: 1_000 } } };

  it('refuses the call after the last token and says when to come back', async () => {
    const { get } = apiWith(limited);
    expect((await get('/api/state')).headers.get('ratelimit-remaining')).toBe('1');
    expect((await get('/api/state')).headers.get('ratelimit-remaining')).toBe('0');
    const response = await get('/api/state');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('ratelimit-limit')).toBe('2');
    await expectProblem(response, 'rate_limited');
  });

  it('fills up again with time', async () => {
    const { get, clock } = apiWith(limited);
    for (let call = 0; call < 3; call += 1) await get('/api/state');
    clock.atMs += 500;
    expect((await get('/api/state')).status).toBe(200);
    expect((await get('/api/state')).status).toBe(429);
  });

  it('leaves health alone', async () => {
    const { get } = apiWith(limited);
    for (let call = 0; call < 5; call += 1) expect((await get('/healthz')).status).toBe(200);
  });
});

it('sends strict security headers with every answer, problems included', async () => {
  const { get } = apiWith();
  for (const path of ['/api/state', '/api/nothing', '/docs', '/healthz']) {
    const { headers } = await get(path);
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
  }
  expect((await get('/api/state')).headers.get('cache-control')).toBe('no-store');
});

it('counts requests by route, never by path', async () => {
  const { get, deps } = apiWith();
  await get('/api/runs/run_secret');
  await get('/wp-admin.php');
  const text = await deps.metrics.registry.metrics();
  expect(text).toContain('route="/api/runs/:id",status="404"');
  expect(text).toContain('route="unmatched"');
  expect(text).not.toContain('run_secret');
});

describe('readiness', () => {
  it('falls with a required dependency alone', async () => {
    const down = { name: 'redis', status: 'down' as const, required: false, detail: 'refused' };
    expect((await apiWith({ health: async () => [down] }).get('/readyz')).status).toBe(200);
    const response = await apiWith({ health: async () => [{ ...down, required: true }] }).get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, checks: [{ name: 'redis' }] });
  });
});
