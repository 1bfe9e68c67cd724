import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { forgetOld } from '#server/engine/retention.ts';
import { cycleRecord, NOW_MS, newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { openContainer } from '#tests/support/test-desk.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('thins holds older than VIGIL_KEEP_HELD_DAYS, and forgets events and keys after a day', async () => {
  const container = await openContainer(test.url);
  const { rows, config } = container;
  for (const ageDays of [13, 15]) {
    const runId = `held-${ageDays}`;
    await rows.runs.start(newRun({ runId }));
    await rows.records.save(cycleRecord({ runId, finishedAtMs: NOW_MS - ageDays * DAY_MS }));
  }
  for (const ageDays of [0, 2]) {
    const atMs = NOW_MS - ageDays * DAY_MS;
    await rows.events.append({ type: 'books.changed', runId: null, deskId: null, atMs, payload: null });
    await rows.idempotency.claim(`key-${ageDays}`, 'hash', atMs);
  }
  await forgetOld(container, NOW_MS);
  expect(config.keepHeldDays).toBe(14);
  const { items } = await rows.runs.list({ limit: 9 });
  expect(items.map(({ runId, thinnedAtMs }) => [runId, thinnedAtMs])).toEqual([
    ['held-15', NOW_MS],
    ['held-13', null],
  ]);
  const events = await rows.events.after(0, { limit: 9 });
  expect(events.map(({ atMs }) => atMs)).toEqual([NOW_MS]);
  expect(await rows.idempotency.claim('key-2', 'another', NOW_MS)).toEqual({ state: 'new' });
  expect(await rows.idempotency.claim('key-0', 'another', NOW_MS)).toEqual({ state: 'mismatch' });
  await container.close();
});
