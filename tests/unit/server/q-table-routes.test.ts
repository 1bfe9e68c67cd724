import { describe, expect, it } from 'vitest';
import { stateBuckets } from '#tools/qtable/encode-state.ts';
import { NOW_MS } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

const because = { reason: 'the held-out part holds up' };

interface Detail {
  readonly version: number;
  readonly isPromoted: boolean;
  readonly curve: readonly { readonly episode: number }[];
  readonly actions: readonly string[];
  readonly buckets: readonly { readonly name: string; readonly values: readonly string[] }[] | null;
  readonly states: {
    readonly items: readonly { index: number; visits: number; values: readonly (number | null)[] }[];
    readonly nextAfter: number | null;
  };
}

async function detail(query = '', version = 1): Promise<Detail> {
  const answer = await apiWith().get(`/api/qtables/${version}${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Detail;
}

describe('versions of the Q-table', () => {
  it('are listed with their scores and without their curves', async () => {
    const body = (await (await apiWith().get('/api/qtables')).json()) as Record<string, never[]>;
    expect(body).toMatchObject({
      ...{ promotedVersion: null, promotions: [], nextCursor: null, nextRollback: null },
    });
    expect(body.items).toMatchObject([
      { version: 2, isPromoted: false },
      { version: 1, origin: 'trained', facts: { timeframe: '15m', scores: { outOfSample: {} } } },
    ]);
    expect(JSON.stringify(body)).not.toContain('"body"');
  });

  it('are told one by one, with the curve and every state that was met', async () => {
    const { curve, states, actions, isPromoted } = await detail();
    expect(curve.map(({ episode }) => episode)).toEqual([1, 2]);
    expect(isPromoted).toBe(false);
    expect(actions).toEqual(['hold', 'long', 'short', 'close']);
    expect(states.items.length).toBeGreaterThan(20);
    expect(states.items.every(({ visits }) => visits > 0)).toBe(true);
    for (const { index, values } of states.items) {
      const isFlat = stateBuckets(index).position === 'none';
      expect(values.map((value) => value === null)).toEqual(
        isFlat ? [false, false, false, true] : [false, true, true, false],
      );
    }
  });

  it('say how an index is read', async () => {
    const { buckets, states } = await detail();
    for (const { index } of states.items.slice(0, 50)) {
      let rest = index;
      const words: Record<string, string | undefined> = {};
      for (const { name, values } of buckets!.toReversed()) {
        words[name] = values[rest % values.length];
        rest = Math.floor(rest / values.length);
      }
      expect(words).toEqual(stateBuckets(index));
    }
    expect((await detail('', 2)).buckets).toBeNull();
  });

  it('give their states in pieces, and only those that were met often enough', async () => {
    const whole = (await detail()).states.items;
    const first = (await detail('?limit=7')).states;
    expect(first.items).toEqual(whole.slice(0, 7));
    expect(first.nextAfter).toBe(whole[6]?.index);
    const rest = (await detail(`?after=${first.nextAfter}&limit=5000`)).states;
    expect(rest).toEqual({ items: whole.slice(7), nextAfter: null });
    const often = (await detail('?minVisits=5')).states.items;
    expect(often).toEqual(whole.filter(({ visits }) => visits >= 5));
  });

  it.each(['0', 'one', '1.5', '99999999999'])('are not asked for as %s', async (version) => {
    await expectProblem(await apiWith().get(`/api/qtables/${version}`), 'request_invalid');
  });

  it('that are not there are told with what is', async () => {
    const problem = await expectProblem(await apiWith().get('/api/qtables/9'), 'not_found');
    expect(problem.detail).toBe('there is no Q-table version 9; the newest is 2');
  });
});

describe('promotion', () => {
  it('is a person’s, with a reason, and is told in the list', async () => {
    const api = apiWith();
    const answer = await api.send('POST', '/api/qtables/1/promote', because);
    expect(await answer.json()).toEqual({ from: null, to: 1 });
    const change = { actor: 'a person', ...because, atMs: NOW_MS };
    expect(api.calls).toContainEqual({ name: 'qtables.promote', input: { to: 1, ...change } });
    const list = (await (await api.get('/api/qtables')).json()) as Record<string, unknown>;
    expect(list).toMatchObject({
      promotedVersion: 1,
      promotions: [{ kind: 'promote', fromVersion: null, toVersion: 1, ...because }],
      nextRollback: { from: 1, to: null },
    });
    const back = await api.send('POST', '/api/qtables/rollback', because);
    expect(await back.json()).toEqual({ from: 1, to: null });
  });

  it('is refused for what desks cannot read, with the way out', async () => {
    const api = apiWith();
    const answer = await api.send('POST', '/api/qtables/2/promote', because);
    const problem = await expectProblem(answer, 'conflict');
    expect(problem.detail).toContain('has the state encoding 1, and desks read 2: train another');
    expect(api.calls).toEqual([]);
  });

  it.each([
    ['POST', '/api/qtables/9/promote', because, 'not_found'],
    ['POST', '/api/qtables/1/promote', {}, 'request_invalid'],
    ['POST', '/api/qtables/1/promote', { reason: ' ' }, 'request_invalid'],
    ['POST', '/api/qtables/rollback', {}, 'request_invalid'],
    ['POST', '/api/qtables/rollback', { ...because, seen: 3 }, 'request_invalid'],
    ['POST', '/api/qtables/rollback', because, 'conflict'],
  ] as const)('%s %s of %j is refused', async (method, path, body, code) => {
    await expectProblem(await apiWith().send(method, path, body), code);
  });

  it('is not for a key that may only read', async () => {
    const config = { apiKey: 'k'.repeat(32), readKey: 'r'.repeat(32), host: '127.0.0.1' };
    const api = apiWith({ config });
    const reader = { authorization: `Bearer ${'r'.repeat(32)}` };
    expect((await api.get('/api/qtables', reader)).status).toBe(200);
    for (const path of ['/api/qtables/1/promote', '/api/qtables/rollback'])
      await expectProblem(await api.send('POST', path, because, reader), 'forbidden');
  });
});
