import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DAY_MS, HOUR_MS, isoTime } from '#domain/time.ts';
import { readConfig } from '#server/config.ts';
import { tick } from '#server/engine/run-service.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { type CandleFolder, candleFile, createCandleFolder } from '#tests/support/candle-files.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { testHome } from '#tests/support/test-desk.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
const LAST_FILE_FROM_MS = FROM_MS + 27 * DAY_MS;
/** In the middle of a day, which the last file's name does not tell. */
const END_MS = LAST_FILE_FROM_MS + 10 * HOUR_MS;

let test: TestDatabase;
let folder: CandleFolder;
let vigil: RunningVigil;

beforeAll(async () => {
  test = await createTestDatabase();
  const first = { timeframe: '5m', fromMs: FROM_MS, toMs: LAST_FILE_FROM_MS } as const;
  const last = { timeframe: '5m', fromMs: LAST_FILE_FROM_MS, toMs: END_MS } as const;
  folder = await createCandleFolder({
    ...candleFile('MADEUP_BTCUSDT', first),
    ...candleFile('MADEUP_BTCUSDT', last),
    ...candleFile('MADEUP_ETHUSDT', { ...first, priceQuote: 10 }),
    ...candleFile('MADEUP_ETHUSDT', { ...last, priceQuote: 10 }),
  });
  const config = readConfig({
    DATABASE_URL: test.url,
    VIGIL_HOME: testHome(),
    VIGIL_DATA: folder.path,
    // Far enough before the end for the last file to be closed still.
    VIGIL_FROM: isoTime(END_MS - 30 * HOUR_MS),
    VIGIL_SPEED: '18000',
    CYCLE_INTERVAL_MS: '1000',
    PORT: '0',
  });
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
});
afterAll(async () => {
  await vigil?.stop();
  await folder?.remove();
  await test?.drop();
});

async function get(path: string) {
  const answer = await fetch(`${vigil.url}${path}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, Record<string, unknown>> };
}

describe('a desk whose candles come to their end', () => {
  it('decides up to the end and not a run beyond it', async () => {
    await vi.waitFor(async () => expect((await get('/api/state')).body.market?.finished).toBe(true), PATIENT);
    const { container } = vigil;
    const live = async () => (await container.rows.runs.list({ limit: 100, status: 'running' })).items;
    await vi.waitFor(async () => expect(await live()).toEqual([]), PATIENT);
    const { items } = await container.rows.runs.list({ limit: 100 });
    expect(items.length).toBeGreaterThan(0);
    expect(items.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(Math.max(...items.map(({ marketAsOfMs }) => marketAsOfMs ?? 0))).toBeLessThanOrEqual(END_MS);
  });

  it('shows that the market is finished, degraded but ready', async () => {
    const state = await get('/api/state');
    expect(state.body.market).toMatchObject({ finished: true, nowMs: END_MS, endsAtMs: END_MS });
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({ ready: true });
    expect(ready.body.checks).toContainEqual(
      expect.objectContaining({ name: 'market', status: 'degraded', detail: expect.stringContaining('end') }),
    );
  });

  it('runs no more cycles, by schedule or on demand', async () => {
    const { container } = vigil;
    const before = (await container.rows.runs.list({ limit: 200 })).items.length;
    await tick(container, container.defaultDeskId, 'repeat:desk:1763690400000');
    const asked = await fetch(`${vigil.url}/api/desks/${container.defaultDeskId}/cycles`, { method: 'POST' });
    expect(asked.status).toBe(409);
    expect(await asked.json()).toMatchObject({ code: 'market_finished' });
    expect((await container.rows.runs.list({ limit: 200 })).items.length).toBe(before);
  });
});
