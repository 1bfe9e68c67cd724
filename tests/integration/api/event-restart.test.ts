import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenThroughRestart } from '../../support/event-clients.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { testHome } from '../../support/test-desk.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

it('tells each of many pages every event once and in order, though the server is killed between', async () => {
  const report = await listenThroughRestart({
    ...{ databaseUrl: test.url, homeDir: testHome(), clients: 25 },
    ...{ forMs: 20_000, killAtMs: 8_000, eventsPerSecond: 20 },
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report).toMatchObject({ clients: 25, gaps: 0, repeats: 0, outOfOrder: 0 });
  expect(report.received).toBe(report.expected);
  expect(report.expected).toBeGreaterThan(25 * 50);
  expect(report.resumed).toBeGreaterThanOrEqual(25);
}, 300_000);
