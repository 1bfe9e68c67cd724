import { afterEach, describe, expect, test, vi } from 'vitest';
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

type Answer = (signal: AbortSignal) => Promise<Response>;

const neverAnswers: Answer = (signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

const fallsSilent: Answer = async (signal) =>
  new Response(
    new ReadableStream({
      start: (controller) => signal.addEventListener('abort', () => controller.error(new Error('aborted'))),
    }),
  );

/** Follows one connection until it is given up. */
function followOnce(answer: Answer) {
  const stop = new AbortController();
  const doubters: (() => void)[] = [];
  const seen = {
    statuses: [] as StreamStatus[],
    isGivenUp: false,
    doubt: () => {
      for (const tell of doubters) tell();
    },
  };
  void followEvents({
    url: '/api/events',
    signal: stop.signal,
    onMessage: () => undefined,
    onStatus: (status) => seen.statuses.push(status),
    onRefused: () => undefined,
    onDoubt(listener) {
      doubters.push(listener);
      return () => undefined;
    },
    wait: async () => {
      seen.isGivenUp = true;
      stop.abort();
    },
    fetch: (_url, request) => answer(request!.signal!),
  });
  return seen;
}

afterEach(() => {
  vi.useRealTimers();
});

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

  test.each([
    ['never answers', neverAnswers, 10_000],
    ['falls silent', fallsSilent, 35_000],
  ])('gives up a server that %s', async (_how, answer, limitMs) => {
    vi.useFakeTimers();
    const seen = followOnce(answer);
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    expect(seen.isGivenUp).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.isGivenUp).toBe(true);
  });

  test('gives up a silent line at once when a request elsewhere stayed without an answer', async () => {
    const seen = followOnce(fallsSilent);
    await vi.waitUntil(() => seen.statuses.includes('live'));
    seen.doubt();
    await vi.waitUntil(() => seen.isGivenUp);
  });

  test('tells of a refusal and keeps trying', async () => {
    const { refusals, statuses } = await scriptedServer([401, 'data: a\n\n']);
    expect(refusals).toEqual([401]);
    expect(statuses).toEqual(['connecting', 'waiting', 'connecting', 'live', 'waiting']);
  });
});
