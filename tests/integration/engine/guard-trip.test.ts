import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SystemState } from '#domain/desk-event.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

/** A day of the market in a second: its one crash comes on the fifth. */
const SPEED = 86_400;

let test: TestDatabase;
let vigil: RunningVigil;

beforeAll(async () => {
  test = await createTestDatabase();
  const environment = { ...deskEnvironment(test.url), VIGIL_SPEED: String(SPEED) };
  const config = readConfig({ ...environment, CYCLE_INTERVAL_MS: '86400000' });
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
});
afterAll(async () => {
  await vigil?.stop();
  await test?.drop();
});

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(`${vigil.url}${path}`)).json()) as Body;
}

describe('a crash of the market while no cycle runs', () => {
  it('halts the desk by the guard, and tells the trip with its reasons', async () => {
    const state = await vi.waitFor(
      async () => {
        const { trading } = await get<SystemState>('/api/state');
        expect(trading.mode).toBe('halted');
        return trading;
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(state.actor).toBe('breaker:guard');
    expect(state.reason).toMatch(/^(BTC|ETH) fell \d+(\.\d+)?% from its 1 h high, the threshold is 15%/);
    type Told = { items: { level: string; runId: string | null; reasons: { trigger: string }[] }[] };
    const { items } = await get<Told>('/api/breaker/events');
    const first = items.at(-1);
    expect(first).toMatchObject({ level: 'tripped', runId: null });
    expect(first?.reasons.map(({ trigger }) => trigger)).toEqual([
      expect.stringMatching(/^(btc|eth)_fall_1h$/),
    ]);
  });
});
