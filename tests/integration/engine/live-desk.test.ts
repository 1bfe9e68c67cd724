import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TradingState } from '#domain/trading-state.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { askCycle } from '#tests/support/asked-cycle.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { liveEnvironment } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient } from '#tests/support/venue/venue-client.ts';

let test: TestDatabase;
let venue: TestVenue;
let vigil: RunningVigil | null;

beforeEach(async () => {
  test = await createTestDatabase();
  venue = await startVenue({ prices: 'generator' });
  vigil = null;
});
afterEach(async () => {
  await vigil?.stop();
  await venue.close();
  await test.drop();
});

async function startLive(over: Record<string, string> = {}): Promise<RunningVigil> {
  const config = readConfig({ ...liveEnvironment(test.url, venue), ...over });
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
  return vigil;
}

async function call<Body>(path: string, body?: object): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${vigil?.url}${path}`, {
    ...(body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

const liveStops = () => venue.algoOrders.filter(({ status }) => status === 'NEW');

describe('a desk on a venue account', () => {
  it('starts halted, protects what a person opened, and closes it when asked', async () => {
    const { container } = await startLive();
    const state = await call<{ trading: TradingState }>('/api/state');
    expect(state.body.trading).toMatchObject({ mode: 'halted', reason: expect.stringContaining('arms it') });

    const person = await connectVenueClient(venue);
    await person.loadMarkets();
    await person.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.02);
    await vi.waitFor(() => expect(liveStops()).toHaveLength(1), PATIENT);
    expect(liveStops()[0]?.quantity.toFixed()).toBe('0.02');
    expect(venue.nakedMs('BTCUSDT')).toBeLessThan(5_000);

    const closed = await call('/api/positions/close', { symbol: 'BTC' });
    expect(closed.status).toBe(200);
    expect(venue.positions).toEqual([]);
    await vi.waitFor(() => expect(liveStops()).toEqual([]), PATIENT);
    await vi.waitFor(async () => {
      const { items } = (await call<{ items: { exitReason: string; netQuote: string }[] }>('/api/trades'))
        .body;
      expect(items).toMatchObject([{ exitReason: 'person', symbol: 'BTC/USDT:USDT' }]);
      const account = await container.rows.orders.account(container.defaultDeskId);
      expect(Number(account?.balanceQuote)).toBe(Number(venue.walletBalance));
    }, PATIENT);
  });

  it('runs a cycle that holds every open while nobody has armed it', async () => {
    const { container } = await startLive();
    const { runId } = await askCycle(vigil?.url, container.defaultDeskId);
    const record = await vi.waitFor(async () => {
      const made = await container.rows.runs.record(runId);
      expect(made).not.toBeNull();
      return made;
    }, PATIENT);
    expect(record).toMatchObject({ mode: 'live', outcome: 'halted', intents: [] });
    expect(venue.orders).toEqual([]);
  });

  it('refuses a key that may withdraw, and names the variable', async () => {
    venue.settings.keyMayWithdraw = true;
    await expect(startLive()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('EXCHANGE_API_KEY may withdraw'),
    });
  });

  it('refuses a wrong secret without telling it', async () => {
    const failure = await startLive({ EXCHANGE_SECRET: 'not-the-secret' }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'venue_auth' });
    expect(String((failure as Error).message)).not.toContain('not-the-secret');
  });

  it('gives the account to one desk alone', async () => {
    await startLive();
    const { status } = await call('/api/desks', { name: 'second', symbols: ['BTC'], intervalMs: 60_000 });
    expect(status).toBe(409);
  });
});
