import { describe, expect, test } from 'vitest';
import { backOffMs, followEvents, type StreamStatus } from '../../../web/api/event-stream.ts';

/** A server that answers each connection with the next body, and ends the test when there is none. */
function scriptedServer(bodies: readonly (string | number | Error)[]) {
  const stop = new AbortController();
  const asked: (string | null)[] = [];
  const waits: number[] = [];
  const statuses: StreamStatus[] = [];
  const heard: string[] = [];
  const refusals: number[] = [];
  const rest = [...bodies];
  const done = followEvents({
    url: '/api/events',
    headers: () => ({ authorization: 'Bearer k' }),
    signal: stop.signal,
    onMessage: ({ data }) => heard.push(data),
    onStatus: (status) => statuses.push(status),
    onRefused: (status) => refusals.push(status),
    wait: async (delayMs) => {
      waits.push(delayMs);
      if (rest.length === 0) stop.abort();
    },
    fetch: async (_url, request) => {
      const headers = new Headers(request?.headers);
      asked.push(headers.get('last-event-id'));
      const body = rest.shift();
      if (body instanceof Error) throw body;
      return typeof body === 'number' ? new Response(null, { status: body }) : new Response(body ?? '');
    },
  });
  return done.then(() => ({ asked, waits, statuses, heard, refusals }));
}

/** Says nothing and ends only when its request is aborted. */
function endlessBody(signal: AbortSignal | null | undefined) {
  return new ReadableStream({
    start: (controller) => signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
  });
}

describe('following a stream of events', () => {
  test('resumes after a cut with the last id it heard', async () => {
    const { asked, heard } = await scriptedServer([
      'id: 4\ndata: a\n\nid: 5\ndata: b\n\n',
      'id: 6\ndata: c\n\n',
    ]);
    expect(asked).toEqual([null, '5']);
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  test('waits longer after each failure and starts over once something was heard', async () => {
    const failure = new TypeError('connection refused');
    const { waits } = await scriptedServer([failure, failure, failure, 'data: a\n\n', failure]);
    expect(waits).toEqual([500, 1_000, 2_000, 500, 1_000]);
  });

  test('never waits longer than five seconds', () => {
    expect(backOffMs(40)).toBe(5_000);
  });

  test('connects anew when a request elsewhere stayed without an answer', async () => {
    const stop = new AbortController();
    const waits: number[] = [];
    let doubt: () => void = () => expect.fail('nobody listens for doubts');
    await followEvents({
      url: '/api/events',
      headers: () => ({}),
      signal: stop.signal,
      onMessage: () => undefined,
      onStatus: (status) => status === 'live' && doubt(),
      onRefused: () => undefined,
      onDoubt(listener) {
        doubt = listener;
        return () => undefined;
      },
      wait: async (delayMs) => {
        waits.push(delayMs);
        stop.abort();
      },
      fetch: async (_url, request) => new Response(endlessBody(request?.signal)),
    });
    expect(waits).toEqual([500]);
  });

  test('tells of a refusal and keeps trying', async () => {
    const { refusals, statuses } = await scriptedServer([401, 'data: a\n\n']);
    expect(refusals).toEqual([401]);
    expect(statuses).toEqual(['connecting', 'waiting', 'connecting', 'live', 'waiting']);
  });
});
