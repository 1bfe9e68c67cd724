import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { askAgain, askAllAgain } from '../../../web/api/ask-again.ts';

const KEY = ['books', 'positions'];
const clients: QueryClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.clear();
});

/** A page that shows one reading, whose answers the test gives one by one. */
function shownPage() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  clients.push(client);
  const asked: { answer(text: string): void; fail(): void }[] = [];
  const observer = new QueryObserver(client, {
    queryKey: KEY,
    queryFn: () =>
      new Promise<string>((resolve, reject) =>
        asked.push({ answer: resolve, fail: () => reject(new Error('no answer')) }),
      ),
  });
  observer.subscribe(() => {});
  return { client, asked, shown: () => observer.getCurrentResult().data };
}

describe('a reading that an event overtakes', () => {
  test('is asked for once more when it is the first, which nothing can cancel', async () => {
    const { client, asked, shown } = shownPage();
    askAgain(client, ['books']);
    asked[0]?.answer('before the event');
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    asked[1]?.answer('after the event');
    await vi.waitFor(() => expect(shown()).toBe('after the event'));
    expect(asked).toHaveLength(2);
  });

  test('is asked for once more after a failure too', async () => {
    const { client, asked, shown } = shownPage();
    askAgain(client, ['books']);
    asked[0]?.fail();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    asked[1]?.answer('after the event');
    await vi.waitFor(() => expect(shown()).toBe('after the event'));
  });

  test('is answered for all events in a row, and asked for once after them', async () => {
    const { client, asked, shown } = shownPage();
    asked[0]?.answer('at first');
    await vi.waitFor(() => expect(shown()).toBe('at first'));
    for (let event = 0; event < 20; event++) askAgain(client, ['books']);
    expect(asked).toHaveLength(2);
    asked[1]?.answer('meanwhile');
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    expect(shown()).toBe('meanwhile');
    asked[2]?.answer('at last');
    await vi.waitFor(() => expect(shown()).toBe('at last'));
    expect(asked).toHaveLength(3);
  });

  test('is given up for a new one when the connection came back', async () => {
    const { client, asked, shown } = shownPage();
    asked[0]?.answer('at first');
    await vi.waitFor(() => expect(shown()).toBe('at first'));
    askAgain(client, ['books']);
    askAllAgain(client);
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    asked[2]?.answer('over the new connection');
    await vi.waitFor(() => expect(shown()).toBe('over the new connection'));
  });

  test('is left alone when the event is about something else', async () => {
    const { client, asked, shown } = shownPage();
    askAgain(client, ['runs']);
    asked[0]?.answer('at first');
    await vi.waitFor(() => expect(shown()).toBe('at first'));
    expect(asked).toHaveLength(1);
  });
});
