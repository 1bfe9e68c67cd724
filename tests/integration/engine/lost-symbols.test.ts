import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Desk } from '#domain/run.ts';
import { readConfig } from '#server/config.ts';
import { DEFAULT_POOL } from '#server/engine/market-source.ts';
import { startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** What the desk watches after a start with these symbols asked for; null asks for none. */
async function watchedAfterStart(asked: string | null): Promise<readonly string[]> {
  const { VIGIL_SYMBOLS: _own, ...environment } = deskEnvironment(test.url);
  const config = readConfig({
    ...{ ...environment, CYCLE_INTERVAL_MS: '86400000' },
    ...(asked !== null && { VIGIL_SYMBOLS: asked }),
  });
  const vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'api' });
  try {
    const { items } = (await (await fetch(`${vigil.url}/api/desks`)).json()) as { items: Desk[] };
    return items[0]?.symbols ?? [];
  } finally {
    await vigil.stop();
  }
}

it.each([
  ['the rest', 'FOO,BTC', ['BTC/USDT:USDT']],
  ['the market’s own', 'FOO', DEFAULT_POOL],
])('a desk that watched what its market does not offer any more watches %s', async (_what, before, after) => {
  expect(await watchedAfterStart(before)).toContain('FOO/USDT:USDT');
  expect(await watchedAfterStart(null)).toEqual(after);
});
