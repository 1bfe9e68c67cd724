import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { apiWith, expectProblem } from './http-support.ts';

const inputsOf = (api: { calls: readonly { name: string; input: unknown }[] }, name: string) =>
  api.calls.filter((call) => call.name === name).map(({ input }) => input);

describe('an emergency close', () => {
  it('is of one desk, asks for a reason, and leaves a row with what came of it and from where', async () => {
    const api = apiWith();
    const path = '/api/desks/desk_1/emergency-close';
    await expectProblem(await api.send('POST', path, {}), 'request_invalid');
    await expectProblem(
      await api.send('POST', '/api/desks/desk_9/emergency-close', { reason: 'fire' }),
      'not_found',
    );
    expect(inputsOf(api, 'emergencyClose')).toEqual([]);
    const answer = await api.send('POST', path, { reason: ' fire ' }, { 'sec-fetch-site': 'same-origin' });
    expect(await answer.json()).toEqual({ items: [], entriesGivenUp: 1, ordersCancelled: 2, failed: [] });
    expect(inputsOf(api, 'emergencyClose')).toEqual([{ deskId: 'desk_1', reason: 'fire' }]);
    expect(inputsOf(api, 'audit')).toMatchObject([
      {
        ...{ actor: 'a person', action: 'desk.emergency_close', subject: 'desk:desk_1' },
        details: { reason: 'fire', ordersCancelled: 2 },
        origin: { via: 'page', by: 'this machine', sessionId: null, address: expect.any(String) },
      },
    ]);
  });

  it('leaves its row when the venue does not answer, too', async () => {
    const api = apiWith({
      emergencyClose: async () => {
        throw new AppError('venue_unavailable', 'trading is halted, but not everything was closed');
      },
    });
    const path = '/api/desks/desk_1/emergency-close';
    await expectProblem(await api.send('POST', path, { reason: 'fire' }), 'venue_unavailable');
    expect(inputsOf(api, 'audit')).toMatchObject([{ details: { failed: { code: 'venue_unavailable' } } }]);
  });
});

describe('an act that changes no row of its own', () => {
  it.each([
    ['/api/desks/desk_1/cycles', {}, 'cycle.start'],
    ['/api/analyses', { symbols: ['BTC'] }, 'analysis.start'],
    ['/api/positions/close', {}, 'positions.close'],
  ] as const)('%s leaves an audit row in a person’s name', async (path, body, action) => {
    const api = apiWith();
    expect((await api.send('POST', path, body)).status).toBeLessThan(300);
    expect(inputsOf(api, 'audit')).toMatchObject([{ action, actor: 'a person', origin: { via: 'api' } }]);
  });
});

describe('withdrawing an entry', () => {
  it('says so when it is not at work', async () => {
    const { send } = apiWith();
    const problem = await expectProblem(await send('POST', '/api/entries/e1/withdraw', {}), 'not_found');
    expect(problem.detail).toBe('entry "e1" is not at work: GET /api/entries lists what is');
  });
});

describe('the audit log', () => {
  it('is read by action, actor and time', async () => {
    const api = apiWith();
    const search = 'action=trading.&actor=a+person&from=2025-04-07T12:00:00Z&limit=20';
    expect(await (await api.get(`/api/audit?${search}`)).json()).toEqual({ items: [], nextCursor: null });
    expect(inputsOf(api, 'audit.list')).toMatchObject([
      { action: 'trading.', actor: 'a person', fromMs: Date.UTC(2025, 3, 7, 12), limit: 20 },
    ]);
    await expectProblem(await api.get('/api/audit?from=yesterday'), 'request_invalid');
    await expectProblem(await api.get('/api/audit?from=2025-04-08&to=2025-04-07'), 'request_invalid');
  });
});
