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

interface Told {
  readonly items: readonly {
    readonly level: string;
    readonly runId: string | null;
    readonly reasons: readonly { readonly trigger: string }[];
    readonly actions: readonly { readonly name: string; readonly detail: string }[];
  }[];
}

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(`${vigil.url}${path}`)).json()) as Body;
}

/** The oldest event of this level. */
function firstOf(level: string) {
  return vi.waitFor(
    async () => {
      const { items } = await get<Told>('/api/breaker/events?limit=100');
      const found = items.filter((event) => event.level === level).at(-1);
      if (found === undefined) throw new Error(`no event at ${level} yet`);
      return found;
    },
    { timeout: 40_000, interval: 250 },
  );
}

describe('a crash of the market while no cycle runs', () => {
  it('halts the desk by the guard, with its reasons', async () => {
    const { runId, reasons, actions } = await firstOf('tripped');
    expect(runId).toBeNull();
    expect(reasons).not.toEqual([]);
    for (const { trigger } of reasons) expect(trigger).toMatch(/^((btc|eth)_fall_1h|market_fall_4h)$/);
    const detail = /^(BTC|ETH|the market) fell \d+(\.\d+)?% from its [14] h high, the threshold is/;
    expect(actions[0]).toMatchObject({ name: 'halted', detail: expect.stringMatching(detail) });
  });

  it('arms the desk again when the market has recovered', async () => {
    const { actions } = await firstOf('clear');
    const detail = expect.stringMatching(/^the market has recovered from: .* fell/);
    expect(actions).toMatchObject([{ name: 'armed', detail }]);
    const { trading } = await get<SystemState>('/api/state');
    expect(trading).toMatchObject({ mode: 'active', actor: 'breaker:guard' });
  });
});
