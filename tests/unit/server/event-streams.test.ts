import { describe, expect, it } from 'vitest';
import { createEventHub } from '#server/events/event-hub.ts';
import { deskEvent, fakeDeps, runSummary } from './fake-deps.ts';
import { apiWith, expectProblem } from './http-support.ts';

/** Reads frames one by one, as a slow client would. */
function frameReader(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    async next(): Promise<string | null> {
      while (!text.includes('\n\n')) {
        const { done, value } = await reader.read();
        if (done) return null;
        text += decoder.decode(value, { stream: true });
      }
      const end = text.indexOf('\n\n');
      const frame = text.slice(0, end);
      text = text.slice(end + 2);
      return frame;
    },
    async ids(count: number): Promise<number[]> {
      const ids: number[] = [];
      while (ids.length < count) {
        const frame = await this.next();
        if (frame === null) break;
        const id = /^id: (\d+)$/m.exec(frame)?.[1];
        if (id !== undefined && !frame.includes('event: ready')) ids.push(Number(id));
      }
      return ids;
    },
    leave: () => reader.cancel(),
  };
}

describe('the stream of all events', () => {
  it('begins with now, names its place at once, and goes on as events come', async () => {
    const api = apiWith();
    api.append(deskEvent(1), deskEvent(2));
    const response = await api.get('/api/events');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const client = frameReader(response);
    expect(await client.next()).toBe('retry: 2000');
    expect(await client.next()).toBe('id: 2\nevent: ready\ndata: {"type":"ready","id":2}');
    api.publish(deskEvent(3, { type: 'state.changed', payload: { text: 'a\nb' } }));
    const frame = await client.next();
    expect(frame).toMatch(/^id: 3\nevent: state.changed\ndata: \{.*\}$/);
    expect(JSON.parse((frame ?? '').split('data: ')[1] ?? '')).toMatchObject({
      id: 3,
      payload: { text: 'a\nb' },
    });
    await client.leave();
  });

  it('resumes after the last event that was seen, without gap or repeat', async () => {
    const api = apiWith();
    api.append(...Array.from({ length: 450 }, (_, index) => deskEvent(index + 1)));
    const client = frameReader(await api.get('/api/events', { 'last-event-id': '17' }));
    expect(await client.ids(433)).toEqual(Array.from({ length: 433 }, (_, index) => index + 18));
    await client.leave();
  });

  it('takes the place from the query where a header cannot be sent, and the header where both are', async () => {
    const api = apiWith();
    api.append(deskEvent(1), deskEvent(2), deskEvent(3));
    const byQuery = frameReader(await api.get('/api/events?after=1'));
    expect(await byQuery.ids(2)).toEqual([2, 3]);
    const byHeader = frameReader(await api.get('/api/events?after=1', { 'last-event-id': '2' }));
    expect(await byHeader.ids(1)).toEqual([3]);
    await Promise.all([byQuery.leave(), byHeader.leave()]);
    await expectProblem(await api.get('/api/events?after=soon'), 'request_invalid');
  });

  it('sends a heartbeat, and with it what a lost wake would have announced', async () => {
    const api = apiWith();
    const client = frameReader(await api.get('/api/events'));
    await client.next();
    await client.next();
    const waiting = client.next();
    await expect.poll(() => api.timers.pending()).toBe(1);
    api.append(deskEvent(1));
    api.timers.fire();
    expect(await waiting).toBe(': heartbeat');
    expect(await client.ids(1)).toEqual([1]);
    await client.leave();
  });

  it('shares one subscription between clients and lets it be when they leave', async () => {
    const api = apiWith();
    const clients = await Promise.all([1, 2, 3].map(async () => frameReader(await api.get('/api/events'))));
    const heard = clients.map((client) => client.ids(1));
    await expect.poll(() => api.timers.pending()).toBe(3);
    api.publish(deskEvent(1));
    expect(await Promise.all(heard)).toEqual([[1], [1], [1]]);
    expect(api.subscriptions()).toBe(1);
    await Promise.all(clients.map((client) => client.leave()));
    expect(api.timers.pending()).toBe(0);
    expect(await api.deps.metrics.registry.metrics()).toContain('vigil_event_streams 0');
  });

  it('reads no further while the client does not', async () => {
    const api = apiWith();
    api.append(...Array.from({ length: 1_000 }, (_, index) => deskEvent(index + 1)));
    const client = frameReader(await api.get('/api/events?after=0'));
    await client.ids(3);
    expect(api.calls.filter(({ name }) => name === 'events.after')).toHaveLength(1);
    await client.leave();
  });

  it('ends when the server drains', async () => {
    const drain = new AbortController();
    const api = apiWith({ shutdown: drain.signal });
    const client = frameReader(await api.get('/api/events'));
    await client.next();
    await client.next();
    const waiting = client.next();
    await expect.poll(() => api.timers.pending()).toBe(1);
    drain.abort();
    expect(await waiting).toBeNull();
  });

  it('breaks off when the events cannot be read, so that the client comes back', async () => {
    const { deps } = fakeDeps();
    const after = async () => {
      throw new Error('connection lost');
    };
    const api = apiWith({ events: { ...deps.events, after } });
    const client = frameReader(await api.get('/api/events'));
    await client.next();
    await client.next();
    await expect(client.next()).rejects.toThrow('connection lost');
    expect(api.logged.some(({ message }) => message === 'event stream broken')).toBe(true);
  });
});

describe('the stream of a run', () => {
  it('gives that run’s events alone and ends after run.finished', async () => {
    const api = apiWith();
    api.runs.set('run_1', runSummary());
    api.append(
      deskEvent(1, { type: 'run.started' }),
      deskEvent(2, { runId: 'run_2' }),
      deskEvent(3, { type: 'run.finished' }),
      deskEvent(4, { type: 'books.changed' }),
    );
    const client = frameReader(await api.get('/api/runs/run_1/events'));
    expect(await client.ids(9)).toEqual([1, 3]);
  });

  it('tells who has seen all of an ended run not to come back', async () => {
    const api = apiWith();
    api.runs.set('run_1', runSummary());
    api.append(deskEvent(1, { type: 'run.finished' }));
    expect((await api.get('/api/runs/run_1/events', { 'last-event-id': '1' })).status).toBe(204);
    expect((await api.get('/api/runs/run_1/events', { 'last-event-id': '0' })).status).toBe(200);
  });

  it('ends for a run that was lost without a last event', async () => {
    const api = apiWith();
    api.runs.set('run_1', runSummary({ status: 'lost' }));
    api.append(deskEvent(1, { type: 'run.started' }));
    const client = frameReader(await api.get('/api/runs/run_1/events'));
    const ids = client.ids(9);
    await expect.poll(() => api.timers.pending()).toBe(1);
    api.timers.fire();
    expect(await ids).toEqual([1]);
  });
});

describe('the event hub', () => {
  it('keeps a wake that comes between reading and waiting', async () => {
    const { deps, wake, timers } = fakeDeps();
    const hub = createEventHub(deps.events, timers.schedule, deps.logger);
    const watch = await hub.watch();
    wake();
    expect(await watch.woken(1_000)).toBe('woken');
    const next = watch.woken(1_000);
    timers.fire();
    expect(await next).toBe('timeout');
  });

  it('reads once for all who stand at the same place, and anew after a wake', async () => {
    const { deps, wake, timers, calls, append } = fakeDeps();
    const hub = createEventHub(deps.events, timers.schedule, deps.logger);
    await hub.watch();
    const [first, second] = [hub.after(0, { limit: 10 }), hub.after(0, { limit: 10 })];
    append(deskEvent(1));
    wake();
    const third = hub.after(0, { limit: 10 });
    expect(first).toBe(second);
    expect(await third).toHaveLength(1);
    expect(calls).toHaveLength(2);
  });

  it('subscribes again after a subscription failed', async () => {
    const { deps, timers } = fakeDeps();
    let attempts = 0;
    const subscribe = async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no database');
      return () => {};
    };
    const hub = createEventHub({ ...deps.events, subscribe }, timers.schedule, deps.logger);
    await hub.watch();
    await hub.watch();
    await hub.watch();
    expect(attempts).toBe(2);
  });
});
