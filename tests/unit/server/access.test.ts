import { describe, expect, it } from 'vitest';
import { type Api, apiWith, expectProblem } from './http-support.ts';
import { asPage, config, KEY, logIn, OWN_PAGE, PIN, READ_KEY } from './log-in.ts';

describe('a key', () => {
  it('for reading reads and changes nothing', async () => {
    const { get, send, calls } = apiWith({ config });
    expect((await get('/api/state', { 'x-api-key': READ_KEY })).status).toBe(200);
    const refused = await send('POST', '/api/state/halt', { reason: 'x' }, { 'x-api-key': READ_KEY });
    expect((await expectProblem(refused, 'forbidden')).detail).toContain('scope control');
    expect(calls).toEqual([]);
  });

  it('for control does both', async () => {
    const { send, calls } = apiWith({ config });
    const answer = await send('POST', '/api/state/halt', { reason: 'x' }, { 'x-api-key': KEY });
    expect(answer.status).toBe(200);
    expect(calls.map(({ name }) => name)).toContain('halt');
  });

  it('is not taken from another scheme, the query or a cookie', async () => {
    const { get } = apiWith({ config });
    await expectProblem(await get('/api/state', { authorization: `Basic ${KEY}` }), 'unauthorized');
    await expectProblem(await get(`/api/state?api_key=${KEY}`), 'unauthorized');
    await expectProblem(await get('/api/state', { cookie: `vigil_session=${KEY}` }), 'unauthorized');
  });
});

describe('a browser that logs in', () => {
  it.each([
    ['the key', { key: KEY }, 'control', 'key'],
    ['the key for reading', { key: READ_KEY }, 'read', 'key'],
    ['the PIN', { pin: PIN }, 'control', 'pin'],
  ])('by %s gets a cookie no script can read, and its scope', async (_by, credential, scope, method) => {
    const api = apiWith({ config });
    const session = await logIn(api, credential);
    expect(session.attributes).toMatch(
      /^vigil_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    const told = await (await api.get('/api/session', { cookie: session.cookie })).json();
    expect(told).toMatchObject({ scope, method, csrfToken: session.csrf, logIns: ['pin', 'key'] });
    expect((await api.get('/api/state', { cookie: session.cookie })).status).toBe(200);
  });

  it('behind a trusted proxy over https gets a Secure cookie, and its own address in the books', async () => {
    const api = apiWith({ config: { ...config, trustedProxies: ['local'] } });
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '6.6.6.6, 203.0.113.7' };
    expect((await logIn(api, { pin: PIN }, forwarded)).attributes).toContain('; Secure');
    expect(api.calls).toContainEqual({
      name: 'session.begin',
      input: { sessionId: expect.any(String), address: '203.0.113.7' },
    });
  });

  it('behind nobody it trusts is not believed to be secure or elsewhere', async () => {
    const api = apiWith({ config });
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
    expect((await logIn(api, { pin: PIN }, forwarded)).attributes).not.toContain('Secure');
    expect(api.calls[0]?.input).toMatchObject({ address: 'local' });
  });

  it('is told that it is nobody before, without a refusal', async () => {
    const { get } = apiWith({ config });
    const answer = await get('/api/session');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      ...{ scope: null, method: null, expiresAtMs: null, csrfToken: null },
      logIns: ['pin', 'key'],
    });
  });

  it('from another site’s page is refused', async () => {
    const { send } = apiWith({ config });
    const headers = { ...OWN_PAGE, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    await expectProblem(await send('POST', '/api/session', { key: KEY }, headers), 'forbidden');
  });

  it('need not where no key is asked for', async () => {
    const { get, send } = apiWith();
    expect(await (await get('/api/session')).json()).toMatchObject({ scope: 'control', method: 'none' });
    await expectProblem(await send('POST', '/api/session', { key: KEY }), 'conflict');
  });

  it.each([{}, { key: KEY, pin: PIN }, { pin: 'abc' }, { key: '' }, { pin: 123456 }])(
    'with %j is refused for its form',
    async (body) => {
      const { send } = apiWith({ config });
      await expectProblem(await send('POST', '/api/session', body, OWN_PAGE), 'request_invalid');
    },
  );
});

describe('a change by a session', () => {
  const halt = (api: Api, headers: Record<string, string>) =>
    api.send('POST', '/api/state/halt', { reason: 'enough' }, headers);

  it('passes with its token from its own page', async () => {
    const api = apiWith({ config });
    expect((await halt(api, asPage(await logIn(api)))).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['no token', { 'x-csrf-token': '' }],
    ['another token', { 'x-csrf-token': 'x'.repeat(43) }],
    ['a form of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused with %s', async (_case, headers) => {
    const api = apiWith({ config });
    const session = await logIn(api);
    await expectProblem(await halt(api, { ...asPage(session), ...headers }), 'forbidden');
    expect(api.calls.map(({ name }) => name)).not.toContain('halt');
  });

  it('is refused with the token of another session', async () => {
    const api = apiWith({ config });
    const [one, other] = [await logIn(api), await logIn(api)];
    await expectProblem(await halt(api, asPage({ ...one, csrf: other.csrf })), 'forbidden');
  });

  it('that may only read is refused', async () => {
    const api = apiWith({ config });
    await expectProblem(await halt(api, asPage(await logIn(api, { key: READ_KEY }))), 'forbidden');
  });
});

describe('wrong log-ins', () => {
  const guess = (api: Api, pin: string) => api.send('POST', '/api/session', { pin }, OWN_PAGE);

  it('are free five times, then wait twice as long each time, and are told to the books', async () => {
    const api = apiWith({ config });
    for (let failure = 0; failure < 6; failure += 1)
      await expectProblem(await guess(api, '000000'), 'unauthorized');
    const locked = await guess(api, PIN);
    expect(locked.headers.get('retry-after')).toBe('1');
    await expectProblem(locked, 'rate_limited');
    api.clock.atMs += 1_000;
    await expectProblem(await guess(api, '000000'), 'unauthorized');
    api.clock.atMs += 1_999;
    await expectProblem(await guess(api, PIN), 'rate_limited');
    api.clock.atMs += 1;
    expect((await guess(api, PIN)).status).toBe(200);
    expect((await guess(api, '000000')).status).toBe(401);
    expect(api.calls.filter(({ name }) => name === 'session.refused')).toHaveLength(8);
  });

  it('lock the PIN for all addresses, and leave the key', async () => {
    const api = apiWith({ config: { ...config, trustedProxies: ['local'] } });
    const from = (last: number) => ({ ...OWN_PAGE, 'x-forwarded-for': `203.0.113.${last}` });
    for (let last = 0; last < 21; last += 1)
      await expectProblem(
        await api.send('POST', '/api/session', { pin: '000000' }, from(last)),
        'unauthorized',
      );
    await expectProblem(await api.send('POST', '/api/session', { pin: PIN }, from(99)), 'rate_limited');
    expect((await api.send('POST', '/api/session', { key: KEY }, from(99))).status).toBe(200);
  });

  it('count a whole IPv6 network as one address', async () => {
    const api = apiWith({ config: { ...config, trustedProxies: ['local'] } });
    const from = (last: number) => ({ ...OWN_PAGE, 'x-forwarded-for': `2001:db8::${last}` });
    for (let last = 1; last <= 6; last += 1)
      await api.send('POST', '/api/session', { key: 'wrong' }, from(last));
    await expectProblem(await api.send('POST', '/api/session', { key: KEY }, from(7)), 'rate_limited');
  });

  it('leave nothing of what was typed, whatever Idempotency-Key they carry', async () => {
    const api = apiWith({ config });
    await api.send('POST', '/api/session', { pin: PIN }, { ...OWN_PAGE, 'idempotency-key': 'k1' });
    expect(api.claims.size).toBe(0);
    expect(JSON.stringify(api.logged)).not.toContain(PIN);
  });
});

describe('the rate limit of a session', () => {
  it('holds from however many addresses it calls', async () => {
    const api = apiWith({
      config: { ...config, trustedProxies: ['local'], rateLimit: { limit: 3, perMs: 60_000 } },
    });
    const { cookie } = await logIn(api);
    const from = (last: number) => api.get('/api/state', { cookie, 'x-forwarded-for': `203.0.113.${last}` });
    for (let last = 1; last <= 3; last += 1)
      expect((await from(last)).headers.get('ratelimit-remaining')).toBe(String(3 - last > 2 ? 2 : 3 - last));
    expect((await expectProblem(await from(4), 'rate_limited')).detail).toContain('from this session');
  });
});
