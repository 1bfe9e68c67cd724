import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const event = (payload: unknown, runId: string | null = null) => ({
  type: 'span.opened' as const,
  runId,
  deskId: 'desk-1',
  atMs: NOW_MS,
  payload,
});

describe('live events', () => {
  it('never show a reader an id whose predecessor appears later, however many processes write', async () => {
    const writers = await Promise.all(
      Array.from({ length: 4 }, () => openDatabase({ url: test.url, maxConnections: 4 })),
    );
    const reader = createEventRepository(test.database);
    const seen: number[] = [];
    let isWriting = true;
    const reading = (async () => {
      let last = 0;
      for (let isLastLook = false; !isLastLook; ) {
        isLastLook = !isWriting;
        const found = await reader.after(last, { limit: 1_000 });
        seen.push(...found.map((one) => one.id));
        last = found.at(-1)?.id ?? last;
      }
    })();
    const ids = await Promise.all(
      writers.flatMap((database) => {
        // Three stores a process: their statements really overlap.
        const stores = [1, 2, 3].map(() => createEventRepository(database));
        return Array.from({ length: 60 }, (_, index) => stores[index % 3]!.append(event(index)));
      }),
    );
    isWriting = false;
    await reading;
    await Promise.all(writers.map((database) => database.close()));
    expect(seen).toEqual(ids.toSorted((left, right) => left - right));
    expect(seen).toHaveLength(240);
  });

  it('keep the order they were appended in, each with its own id', async () => {
    const events = createEventRepository(test.database);
    const ids = await Promise.all([1, 2, 3, 4, 5].map((number) => events.append(event({ number }))));
    const stored = await events.after(0, { limit: 10 });
    expect(stored.map((one) => one.payload)).toEqual([1, 2, 3, 4, 5].map((number) => ({ number })));
    expect(stored.map((one) => one.id)).toEqual(ids);
    expect(await events.latestId()).toBe(ids.at(-1));
  });

  it('go on after an id, for one run when asked', async () => {
    const events = createEventRepository(test.database);
    const first = await events.append(event('a', 'run-1'));
    await events.append(event('b', 'run-2'));
    await events.append(event('c', 'run-1'));
    expect((await events.after(first, { limit: 10 })).map((one) => one.payload)).toEqual(['b', 'c']);
    expect((await events.after(first, { runId: 'run-1', limit: 10 })).map((one) => one.payload)).toEqual([
      'c',
    ]);
    expect((await events.after(0, { limit: 1 })).map((one) => one.payload)).toEqual(['a']);
  });

  it('wake a subscriber of another process when they are there to be read', async () => {
    const other = await openDatabase({ url: test.url, maxConnections: 1 });
    const events = createEventRepository(test.database);
    let wake = () => {};
    const unsubscribe = await events.subscribe(() => wake());
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const id = await createEventRepository(other).append(event('x'));
    await woken;
    expect((await events.after(0, { limit: 5 })).map((one) => one.id)).toEqual([id]);
    await unsubscribe();
    await other.close();
  });

  it('are forgotten when they are old, and ids go on', async () => {
    const events = createEventRepository(test.database);
    const first = await events.append(event('old'));
    expect(await events.prune(NOW_MS + 1)).toBe(1);
    expect(await events.latestId()).toBe(0);
    expect(await events.append(event('new'))).toBeGreaterThan(first);
  });
});
