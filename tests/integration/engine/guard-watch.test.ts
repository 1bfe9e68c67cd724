import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { liveEnvironment } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient } from '#tests/support/venue/venue-client.ts';

let test: TestDatabase;
let venue: TestVenue;
let vigil: RunningVigil;

beforeAll(async () => {
  test = await createTestDatabase();
  venue = await startVenue({ walletBalance: '10000', takerBps: '5' });
  await venue.setPrice('BTCUSDT', 50_000);
  await venue.setPrice('ETHUSDT', 100);
  const config = readConfig(liveEnvironment(test.url, venue));
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
});
afterAll(async () => {
  await vigil?.stop();
  await venue?.close();
  await test?.drop();
});

const rows = () => vigil.container.rows.tradingState;
const deskId = () => vigil.container.defaultDeskId;
const stops = () =>
  venue.algoOrders.filter(({ status }) => status === 'NEW').map(({ triggerPrice }) => Number(triggerPrice));

/** In steps that are believed as they come. */
async function btcFalls(from: number, to: number): Promise<void> {
  for (let price = from; price >= to; price -= 400) await venue.setPrice('BTCUSDT', price);
}

/** Trading goes on about this price, so that one a stream has skipped to is confirmed. */
async function whileBtcTradesAt(price: number, isSeen: () => void | Promise<void>): Promise<void> {
  let trades = 0;
  await vi.waitFor(
    async () => {
      await venue.setPrice('BTCUSDT', price + (trades++ % 2));
      await isSeen();
    },
    { ...PATIENT, interval: 100 },
  );
}

describe('a market that falls by two thirds of a trip', () => {
  it('has the stops of longs brought nearer once, and opens no long, before it trips', async () => {
    await vi.waitFor(() => expect(venue.streams.subscribed.join()).toContain('btcusdt@'), PATIENT);
    const body = JSON.stringify({ reason: 'a test' });
    const headers = { 'content-type': 'application/json' };
    await vi.waitFor(async () => {
      const [run] = await test.database.sql<{ status: string }[]>`select status from runs`;
      expect(run?.status).toBe('finished');
    }, PATIENT);
    await fetch(`${vigil.url}/api/state/arm`, { method: 'POST', body, headers });
    const person = await connectVenueClient(venue);
    await person.loadMarkets();
    await person.createOrder('ETH/USDT:USDT', 'market', 'buy', 5);
    await person.close();
    await vi.waitFor(() => expect(stops()).toHaveLength(1), PATIENT);
    const [stop = 0] = stops();
    expect(stop).toBeCloseTo(98, 0);

    await btcFalls(49_600, 44_400);
    await whileBtcTradesAt(44_400, () => expect(stops()).toEqual([expect.closeTo((stop + 100) / 2, 1)]));
    const watched = await rows().read(deskId());
    expect(watched).toMatchObject({ mode: 'active', atRisk: { sides: ['long'] } });
    expect(watched.atRisk?.message).toMatch(/^BTC fell 1[0-4]\.\d+% from its 1 h high/);
    const state = await (await fetch(`${vigil.url}/api/state`)).json();
    expect(state).toMatchObject({
      breaker: {
        level: 'watch',
        reasons: expect.arrayContaining([expect.objectContaining({ trigger: 'btc_fall_1h' })]),
      },
    });

    await btcFalls(44_000, 42_000);
    await whileBtcTradesAt(42_000, async () => {
      expect(await rows().read(deskId())).toMatchObject({ mode: 'halted', endsBy: 'recovery' });
    });
    await vi.waitFor(() => expect(stops()).toEqual([expect.closeTo((stop + 300) / 4, 1)]), PATIENT);
    await vi.waitFor(async () => {
      const { items } = await rows().breakerEvents({ limit: 10, deskIds: [deskId()] });
      expect(items.flatMap(({ level, actions }) => actions.map(({ name }) => `${level} ${name}`))).toEqual(
        expect.arrayContaining(['watch placed ETH/USDT:USDT', 'tripped halted', 'tripped market frozen']),
      );
    }, PATIENT);
  });
});
