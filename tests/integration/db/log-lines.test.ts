import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogLines } from '#db/repositories/log-lines.ts';
import type { NewLogLine } from '#domain/log-line.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const line = (message: string, over: Partial<NewLogLine> = {}): NewLogLine => ({
  ...{ atMs: 1, level: 'info', role: 'api', process: 'host:1', message, runId: null, fields: {} },
  ...over,
});

describe('the log lines of all processes', () => {
  it('come in their order, whole, after a place and from the newest back', async () => {
    const lines = createLogLines(test.database);
    expect(await lines.bounds()).toEqual({ oldestId: null, latestId: null });
    expect(await lines.beforeNewest(5)).toBe(0);
    await lines.append([line('one', { fields: { a: ['\u0000', 1] }, runId: 'run_1' }), line('two')]);
    await lines.append([line('three')]);
    const [one, ...others] = await lines.after(0, { limit: 10 });
    expect(one).toMatchObject({ message: 'one', runId: 'run_1', fields: { a: ['\ufffd', 1] } });
    expect(others.map(({ message }) => message)).toEqual(['two', 'three']);
    const { latestId } = await lines.bounds();
    expect(await lines.beforeNewest(1)).toBe((latestId ?? 0) - 1);
    expect((await lines.after(latestId ?? 0, { limit: 10 })).length).toBe(0);
  });

  it('never show a later line before an earlier one, however many processes write', async () => {
    const lines = createLogLines(test.database);
    const seen: number[] = [];
    let isOver = false;
    const reading = (async () => {
      while (!isOver || (await lines.after(seen.at(-1) ?? 0, { limit: 1 })).length > 0)
        for (const { id } of await lines.after(seen.at(-1) ?? 0, { limit: 100 })) seen.push(id);
    })();
    await Promise.all(
      Array.from({ length: 40 }, (_, writer) => lines.append([line(`${writer} a`), line(`${writer} b`)])),
    );
    isOver = true;
    await reading;
    expect(seen).toHaveLength(80);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
  });

  it('are forgotten beyond the newest', async () => {
    const lines = createLogLines(test.database);
    await lines.append(Array.from({ length: 10 }, (_, index) => line(`line ${index}`)));
    await lines.keepNewest(3);
    expect((await lines.after(0, { limit: 10 })).map(({ message }) => message)).toEqual([
      ...['line 7', 'line 8', 'line 9'],
    ]);
    await lines.keepNewest(3);
    expect(await lines.after(0, { limit: 10 })).toHaveLength(3);
  });

  it('wake those who wait', async () => {
    const lines = createLogLines(test.database);
    let wakes = 0;
    const woken = new Promise<void>((resolve) => {
      void lines.subscribe(() => {
        wakes += 1;
        // The first wake is that of the subscription itself.
        if (wakes === 1) void lines.append([line('news')]);
        else resolve();
      });
    });
    await woken;
    expect(wakes).toBeGreaterThan(1);
  });
});
