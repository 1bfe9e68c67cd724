import { describe, expect, it } from 'vitest';
import { desk, fakeDeps, listedPosition, NOW_MS } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

describe('the books', () => {
  it('are those of the oldest desk when none is named', async () => {
    const api = apiWith();
    api.desks.set('desk_0', desk({ deskId: 'desk_0', createdAtMs: NOW_MS - 1 }));
    expect(await (await api.get('/api/account')).json()).toEqual({ deskId: 'desk_0', account: null });
    expect(await (await api.get('/api/account?deskId=desk_1')).json()).toEqual({
      deskId: 'desk_1',
      account: null,
    });
    await expectProblem(await api.get('/api/account?deskId=desk_9'), 'not_found');
  });

  it('come as pages', async () => {
    const { get } = apiWith();
    for (const path of [
      '/api/positions',
      '/api/orders?limit=100',
      '/api/trades?limit=20',
      '/api/breaker/events',
    ])
      expect(await (await get(path)).json()).toEqual({ items: [], nextCursor: null });
    expect(await (await get('/api/equity?limit=200')).json()).toMatchObject({
      items: [{ equityQuote: '10000' }],
    });
  });

  it('narrow trades and orders as the caller says, and refuse what is no reason to end', async () => {
    const asked: unknown[] = [];
    const { books } = fakeDeps().deps;
    const note = async (page: unknown) => {
      asked.push(page);
      return { items: [], nextCursor: null };
    };
    const { get } = apiWith({ books: { ...books, listTrades: note, listOrders: note } });
    await get('/api/trades?symbol=eth&side=short&exitReason=stop');
    await get('/api/orders?open=true');
    expect(asked).toMatchObject([
      { symbol: 'ETH/USDT:USDT', side: 'short', exitReason: 'stop' },
      { open: true },
    ]);
    const problem = await expectProblem(await get('/api/trades?exitReason=luck'), 'request_invalid');
    expect(problem.detail).toContain('liquidation');
    await expectProblem(await get('/api/orders?open=perhaps'), 'request_invalid');
  });

  it('close one position or all of them', async () => {
    const api = apiWith();
    await api.send('POST', '/api/positions/close', { symbol: 'btc', side: 'long', reason: ' enough ' });
    await api.send('POST', '/api/positions/close', {});
    expect(api.calls.filter(({ name }) => name !== 'audit')).toEqual([
      {
        name: 'closePositions',
        input: { deskId: null, symbol: 'BTC/USDT:USDT', side: 'long', positionId: null, reason: 'enough' },
      },
      {
        name: 'closePositions',
        input: { deskId: null, symbol: null, side: null, positionId: null, reason: 'closed by a person' },
      },
    ]);
  });

  it.each([
    ['no body at all', '', { 'content-type': 'application/json' }],
    ['no body and no type', '', { 'content-type': '' }],
    ['a body of another type', '{"symbol":"BTC"}', { 'content-type': 'text/plain' }],
  ])('close nothing on %s, which would be read as all of them', async (_case, body, headers) => {
    const api = apiWith();
    const problem = await expectProblem(
      await api.send('POST', '/api/positions/close', body, { ...headers, 'idempotency-key': 'k1' }),
      'request_invalid',
    );
    expect(problem.detail).toMatch(
      body === '' ? /send \{\} to close every position of this market’s desks/ : /application\/json/,
    );
    expect(api.calls).toEqual([]);
    expect(api.claims.size).toBe(0);
  });

  it('say so when the position that was named is not open', async () => {
    const { send } = apiWith();
    const asked = { symbol: 'BTC', side: 'short', deskId: 'desk_1' };
    const problem = await expectProblem(await send('POST', '/api/positions/close', asked), 'not_found');
    expect(problem.detail).toContain('no open short position in BTC/USDT:USDT on desk "desk_1"');
    for (const all of [{}, { deskId: 'desk_1' }]) {
      const answer = await send('POST', '/api/positions/close', all);
      expect([answer.status, await answer.json()]).toEqual([200, { items: [], entriesGivenUp: 0 }]);
    }
  });

  describe('close one position by its id', () => {
    const stands = listedPosition({ positionId: 'desk_1:p2', openedAtMs: NOW_MS });
    const asked = { symbol: 'BTC', side: 'long', positionId: 'desk_1:p1' };
    const close = (body: object, open = [stands]) => {
      const api = apiWith({ books: { ...fakeDeps().deps.books, positions: async () => open } });
      return api.send('POST', '/api/positions/close', body);
    };

    it('and say so when another has taken its place', async () => {
      const problem = await expectProblem(await close(asked), 'conflict');
      expect(problem.detail).toBe(
        'nothing was closed: position "desk_1:p1" is not open any more; open in BTC/USDT:USDT now is the long ' +
          '"desk_1:p2" on desk "desk_1", since 2025-04-07T12:00:00.000Z: name that one to close it',
      );
    });

    it('and say so when it turned round meanwhile', async () => {
      const short = { ...stands, side: 'short' as const };
      const problem = await expectProblem(await close(asked, [short]), 'conflict');
      expect(problem.detail).toContain('the short "desk_1:p2"');
    });

    it('and do not call it gone when it is asked for by the wrong side', async () => {
      const asked = { symbol: 'BTC', side: 'short', positionId: 'desk_1:p2' };
      const problem = await expectProblem(await close(asked), 'not_found');
      expect(problem.detail).toContain('there is no open short position "desk_1:p2" in BTC/USDT:USDT');
    });

    it('and say so when nothing is in its place', async () => {
      for (const body of [
        asked,
        { positionId: 'desk_1:p1' },
        { deskId: 'desk_1', positionId: 'desk_1:p1' },
      ]) {
        const problem = await expectProblem(await close(body, []), 'not_found');
        expect(problem.detail).toMatch(/^there is no open (long )?position "desk_1:p1"/);
      }
      const elsewhere = { ...stands, symbol: 'ETH/USDT:USDT' };
      await expectProblem(await close(asked, [elsewhere]), 'not_found');
    });
  });

  it('close nothing when the body misspells the symbol’s name, which would mean all of them', async () => {
    const api = apiWith();
    await expectProblem(
      await api.send('POST', '/api/positions/close', { symbols: ['BTC'] }),
      'request_invalid',
    );
    expect(api.calls).toEqual([]);
  });
});

describe('a desk that is named and unknown', () => {
  it.each([
    ['GET', '/api/account?deskId=desk_9', ''],
    ['GET', '/api/positions?deskId=desk_9', ''],
    ['GET', '/api/orders?deskId=desk_9', ''],
    ['GET', '/api/trades?deskId=desk_9', ''],
    ['GET', '/api/equity?deskId=desk_9', ''],
    ['GET', '/api/runs?deskId=desk_9', ''],
    ['GET', '/api/state?deskId=desk_9', ''],
    ['GET', '/api/breaker/events?deskId=desk_9', ''],
    ['POST', '/api/positions/close', '{"deskId":"desk_9"}'],
    ['POST', '/api/state/halt', '{"reason":"why","deskId":"desk_9"}'],
    ['POST', '/api/desks/desk_9/cycles', ''],
    ['PATCH', '/api/desks/desk_9', '{"paused":true}'],
  ])('is not found, and those there are get named: %s %s', async (method, path, body) => {
    const api = apiWith();
    const answer = method === 'GET' ? await api.get(path) : await api.send(method, path, body);
    const problem = await expectProblem(answer, 'not_found');
    expect(problem.detail).toBe('there is no desk "desk_9": this market has desk_1');
    expect(api.calls).toEqual([]);
  });
});

describe('a query parameter nobody knows', () => {
  it.each([
    ['/api/orders?desk=desk_1', 'query.desk', 'this call takes limit, cursor, deskId'],
    ['/api/runs?state=finished', 'query.state', 'this call takes limit, cursor, kind'],
    ['/api/desks?limit=5', 'query.limit', 'this call takes none'],
    ['/api/runs/run_1?full=1', 'query.full', 'this call takes none'],
    ['/api/events?since=4', 'query.since', 'this call takes after'],
  ])('is refused with those there are: %s', async (path, location, words) => {
    const api = apiWith();
    const problem = await expectProblem(await api.get(path), 'request_invalid');
    expect(problem.errors).toEqual([{ location, message: expect.stringContaining(words) }]);
    expect(api.calls).toEqual([]);
  });

  it('is refused on a POST too', async () => {
    const { send } = apiWith();
    const answer = await send('POST', '/api/analyses?waits=3', { symbols: ['BTC'] });
    expect((await expectProblem(answer, 'request_invalid')).detail).toContain('this call takes wait');
  });
});
