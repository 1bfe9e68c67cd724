import { describe, expect, it } from 'vitest';
import { deskEvent, runSummary } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const cursorOf = (json: string) => Buffer.from(json).toString('base64url');

describe('the character NUL', () => {
  it.each([
    ['a filter', '/api/runs?deskId=%00', 'query'],
    ['a search', '/api/runs?q=a%00b', 'query'],
    ['a run’s id', '/api/runs/run%00', 'path'],
    ['the id of a run’s stream', '/api/runs/%00/events', 'path'],
    ['a prompt’s name', '/api/prompts/%00', 'path'],
    ['a cursor, escaped', `/api/runs?cursor=${cursorOf('[1,"a\\u0000"]')}`, 'query.cursor'],
    ['a cursor, as it is', `/api/runs?cursor=${cursorOf('[1,"\0"]')}`, 'query.cursor'],
  ])('in %s is refused with its place', async (_case, path, location) => {
    const { get, calls } = apiWith();
    const problem = await expectProblem(await get(path), 'request_invalid');
    expect(problem.errors).toEqual([{ location, message: 'must not hold the character NUL' }]);
    expect(calls).toEqual([]);
  });

  it.each([
    ['POST', '/api/analyses', '{"symbols":["BTC"],"question":"why\\u0000"}'],
    ['POST', '/api/positions/close', '{"reason":"\\u0000"}'],
    ['POST', '/api/desks', '{"name":"\\\\\\u0000","symbols":["BTC"],"intervalMs":15000}'],
    ['PATCH', '/api/desks/desk_1', '{"na\\u0000me":"x"}'],
    ['POST', '/api/analyses', '{"question":"\0"}'],
  ])('in the body of %s %s is refused, and no key is claimed', async (method, path, body) => {
    const { send, calls, claims } = apiWith();
    const answer = await send(method, path, body, { 'idempotency-key': 'k1' });
    const problem = await expectProblem(answer, 'request_invalid');
    expect(problem.errors).toEqual([{ location: 'body', message: 'must not hold the character NUL' }]);
    expect(calls).toEqual([]);
    expect(claims.size).toBe(0);
  });

  it('in the path of a change is refused', async () => {
    const { send } = apiWith();
    await expectProblem(await send('PATCH', '/api/desks/%00', { name: 'x' }), 'request_invalid');
    await expectProblem(await send('POST', '/api/desks/a%00/cycles', ''), 'request_invalid');
  });

  it('is not seen in text that only looks like it', async () => {
    const { get, send } = apiWith();
    expect((await get('/api/runs?q=%2500')).status).toBe(200);
    expect((await get('/api/runs?q=%5Cu0000')).status).toBe(200);
    const question = { symbols: ['BTC/USDT:USDT'], question: 'what is \\u0000?' };
    expect((await send('POST', '/api/analyses', question)).status).toBe(202);
  });
});

it('refuses a host that makes no URL where any host is served', async () => {
  const { app } = apiWith({ config: { apiKey: 'a-long-enough-key', host: '0.0.0.0' } });
  const url = 'http://127.999.999.999/api/state';
  const response = await app.fetch({ url, method: 'GET', headers: new Headers() } as Request);
  await expectProblem(response, 'request_invalid');
});

describe('an event stream', () => {
  it.each(['/api/events', '/api/runs/run_1/events'])('answers HEAD %s without opening', async (path) => {
    const api = apiWith();
    api.runs.set('run_1', runSummary({ status: 'running' }));
    const response = await api.app.request(path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(api.subscriptions()).toBe(0);
    expect(await api.deps.metrics.registry.metrics()).not.toMatch(/vigil_event_streams [1-9]/);
  });

  it.each(['/api/events', '/api/runs/run_1/events'])('of %s begins no later than now', async (path) => {
    const api = apiWith();
    api.runs.set('run_1', runSummary({ status: 'running' }));
    api.append(deskEvent(1), deskEvent(2));
    for (const response of [
      await api.get(path, { 'last-event-id': '999999' }),
      await api.get(`${path}?after=999999`),
    ]) {
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toContain('id: 2\nevent: ready');
      await reader.cancel();
    }
  });
});
