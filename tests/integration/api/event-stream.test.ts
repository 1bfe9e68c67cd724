/** The event stream over real sockets: what a browser sees when its connection breaks. */
import { type ClientRequest, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterEach, expect, it } from 'vitest';
import { createApp } from '#server/app.ts';
import { deskEvent, fakeDeps, runSummary } from '#tests/unit/server/fake-deps.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen() {
  const fakes = fakeDeps();
  const app = createApp(fakes.deps);
  const server = await new Promise<Server>((resolve) => {
    const starting = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(starting as Server),
    );
  });
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return { ...fakes, port };
}

/** A connection whose ids can be awaited and which can be torn down like a lost network. */
async function connect(port: number, path: string, lastEventId: number | null) {
  const headers = lastEventId === null ? {} : { 'last-event-id': String(lastEventId) };
  const asked: ClientRequest = request({ port, host: '127.0.0.1', path, headers });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on('response', resolve).on('error', reject).end();
  });
  let text = '';
  let hasEnded = false;
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  answer.on('end', () => {
    hasEnded = true;
  });
  answer.on('error', () => {});
  asked.on('error', () => {});
  return {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    ids: () => [...text.matchAll(/^id: (\d+)\nevent: (?!ready)/gm)].map((match) => Number(match[1])),
    isReady: () => text.includes('event: ready'),
    hasEnded: () => hasEnded,
    breakOff: () => asked.destroy(),
  };
}

it('goes on after a broken connection where it was, without gap or repeat', async () => {
  const api = await listen();
  const first = await connect(api.port, '/api/events', null);
  expect(first.type).toContain('text/event-stream');
  await expect.poll(first.isReady).toBe(true);
  api.publish(deskEvent(1), deskEvent(2));
  await expect.poll(first.ids).toEqual([1, 2]);
  first.breakOff();
  await expect.poll(() => api.timers.pending()).toBe(0);
  api.publish(deskEvent(3), deskEvent(4));
  const second = await connect(api.port, '/api/events', 2);
  await expect.poll(second.ids).toEqual([3, 4]);
  api.publish(deskEvent(5));
  await expect.poll(second.ids).toEqual([3, 4, 5]);
  expect(api.subscriptions()).toBe(1);
  second.breakOff();
});

it('frees what a client held when it goes away', async () => {
  const api = await listen();
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(api.port, '/api/events', null)));
  await expect.poll(() => api.timers.pending()).toBe(20);
  for (const client of clients) client.breakOff();
  await expect.poll(() => api.timers.pending()).toBe(0);
  await expect.poll(() => api.deps.metrics.registry.metrics()).toContain('vigil_event_streams 0');
});

it('does not read ahead for a client that takes nothing', async () => {
  const api = await listen();
  const payload = 'x'.repeat(20_000);
  api.append(...Array.from({ length: 4_000 }, (_, index) => deskEvent(index + 1, { payload })));
  const asked = request({ port: api.port, host: '127.0.0.1', path: '/api/events?after=0' });
  const answer = await new Promise<IncomingMessage>((resolve) => asked.on('response', resolve).end());
  answer.pause();
  const reads = () => api.calls.filter(({ name }) => name === 'events.after').length;
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = reads() === before;
        before = reads();
        return isStill;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
  expect(reads()).toBeLessThan(8);
  asked.on('error', () => {});
  asked.destroy();
});

it('ends a run’s stream after its last event and answers 204 to who has seen it', async () => {
  const api = await listen();
  api.runs.set('run_1', runSummary({ status: 'running' }));
  const stream = await connect(api.port, '/api/runs/run_1/events', null);
  await expect.poll(stream.isReady).toBe(true);
  api.runs.set('run_1', runSummary());
  api.publish(deskEvent(1, { type: 'run.started' }), deskEvent(2, { type: 'run.finished' }));
  await expect.poll(stream.hasEnded).toBe(true);
  expect(stream.ids()).toEqual([1, 2]);
  expect((await connect(api.port, '/api/runs/run_1/events', 2)).status).toBe(204);
});

it('refuses a stream under a foreign host name', async () => {
  const api = await listen();
  const asked = request({
    port: api.port,
    host: '127.0.0.1',
    path: '/api/events',
    headers: { host: 'evil.example' },
  });
  const answer = await new Promise<IncomingMessage>((resolve) => asked.on('response', resolve).end());
  expect(answer.statusCode).toBe(403);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  answer.resume();
});
