import { describe, expect, it } from 'vitest';
import { SESSION_MS } from '#server/access/sessions.ts';
import { sessionCookieName } from '#server/http/session-cookie.ts';
import { type Api, apiWith, expectProblem } from './http-support.ts';
import { asPage, config, KEY, type LoggedIn, logIn, PIN, READ_KEY } from './log-in.ts';

/** Reads a stream until it ends. */
async function follow(api: Api, path: string, { cookie }: LoggedIn) {
  const response = await api.get(path, { cookie });
  expect(response.status).toBe(200);
  let isOpen = true;
  const ended = response.text().then(() => {
    isOpen = false;
  });
  return { isOpen: () => isOpen, ended };
}

describe('two Vigils under one host name', () => {
  it('keep their sessions apart in a browser that sends both cookies', async () => {
    const [one, other] = ['vigil_session_1', 'vigil_session_2'].map((sessionCookie) =>
      apiWith({ config: { ...config, sessionCookie } }),
    ) as [Api, Api];
    const [first, second] = [await logIn(one), await logIn(other)];
    const cookie = `${first.cookie}; ${second.cookie}`;
    expect((await one.get('/api/state', { cookie })).status).toBe(200);
    const out = await other.send('DELETE', '/api/session', '', asPage({ ...second, cookie }));
    expect(out.headers.get('set-cookie')).toMatch(/^vigil_session_2=; Max-Age=0/);
    expect((await one.get('/api/state', { cookie })).status).toBe(200);
    await expectProblem(await other.get('/api/state', { cookie }), 'unauthorized');
    const { components } = (await (await other.get('/openapi.json')).json()) as {
      components: { securitySchemes: { session: { name: string } } };
    };
    expect(components.securitySchemes.session.name).toBe('vigil_session_2');
  });

  it('have cookies of their own by the database their sessions are in', () => {
    const names = [
      { databaseUrl: null, homeDir: '/desk/one' },
      { databaseUrl: null, homeDir: '/desk/two' },
      { databaseUrl: 'postgres://vigil:secret@db:5432/vigil', homeDir: '/desk/one' },
      { databaseUrl: 'postgres://vigil:secret@db:5432/other', homeDir: '/desk/one' },
    ].map(sessionCookieName);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^vigil_session_[0-9a-f]{8}$/);
    // Another password or another process's folder changes nothing.
    expect(sessionCookieName({ databaseUrl: 'postgresql://v:changed@db/vigil', homeDir: '/x' })).toBe(
      names[2],
    );
  });
});

describe('a session ends', () => {
  it('when it is logged out, for whoever holds its cookie', async () => {
    const api = apiWith({ config });
    const session = await logIn(api);
    const out = await api.send('DELETE', '/api/session', '', asPage(session));
    expect(out.headers.get('set-cookie')).toMatch(/^vigil_session=; Max-Age=0; Path=\//);
    await expectProblem(await api.get('/api/state', { cookie: session.cookie }), 'unauthorized');
  });

  it('everywhere at once when that is asked, by control alone', async () => {
    const api = apiWith({ config });
    const [one, other, reader] = [
      await logIn(api),
      await logIn(api, { pin: PIN }),
      await logIn(api, { key: READ_KEY }),
    ];
    await expectProblem(await api.send('DELETE', '/api/sessions', '', asPage(reader)), 'forbidden');
    const out = await api.send('DELETE', '/api/sessions', '', asPage(one));
    expect(await out.json()).toEqual({ ended: 3 });
    await expectProblem(await api.get('/api/state', { cookie: other.cookie }), 'unauthorized');
  });

  it('with its time', async () => {
    const api = apiWith({ config });
    const { cookie } = await logIn(api);
    api.clock.atMs += SESSION_MS - 1;
    expect((await api.get('/api/state', { cookie })).status).toBe(200);
    api.clock.atMs += 1;
    await expectProblem(await api.get('/api/state', { cookie }), 'unauthorized');
  });

  it('with the key or PIN it began with', async () => {
    const first = apiWith({ config });
    const byPin = await logIn(first, { pin: PIN });
    const byKey = await logIn(first, { key: KEY });
    const store = { sessions: first.deps.sessions, logInAttempts: first.deps.logInAttempts };
    const afterPin = apiWith({ ...store, config: { ...config, pin: '111111' } });
    await expectProblem(await afterPin.get('/api/state', { cookie: byPin.cookie }), 'unauthorized');
    expect((await afterPin.get('/api/state', { cookie: byKey.cookie })).status).toBe(200);
    const afterKey = apiWith({ ...store, config: { ...config, apiKey: 'another-control-key' } });
    await expectProblem(await afterKey.get('/api/state', { cookie: byKey.cookie }), 'unauthorized');
  });

  it.each([
    ['logs out', 'DELETE', '/api/session', ''],
    ['logs every browser out', 'DELETE', '/api/sessions', ''],
    ['logs in anew', 'POST', '/api/session', { key: KEY }],
  ])('and its streams at once, when it %s', async (_how, method, path, body) => {
    const api = apiWith({ config });
    const [session, other] = [await logIn(api), await logIn(api, { pin: PIN })];
    const streams = await Promise.all(['/api/events', '/api/logs'].map((of) => follow(api, of, session)));
    const another = await follow(api, '/api/events', other);
    expect((await api.send(method, path, body, asPage(session))).status).toBe(200);
    await Promise.all(streams.map(({ ended }) => ended));
    if (path === '/api/sessions') await another.ended;
    expect(another.isOpen()).toBe(path !== '/api/sessions');
  });

  it('and its streams at their next look, when another process has ended it', async () => {
    const api = apiWith({ config });
    const session = await logIn(api);
    const stream = await follow(api, '/api/events', session);
    await api.deps.sessions.endAll();
    await expect
      .poll(() => {
        api.timers.fire();
        return stream.isOpen();
      })
      .toBe(false);
  });

  it('when the same browser logs in anew', async () => {
    const api = apiWith({ config });
    const old = await logIn(api);
    await logIn(api, { pin: PIN }, { cookie: old.cookie });
    await expectProblem(await api.get('/api/state', { cookie: old.cookie }), 'unauthorized');
  });
});
