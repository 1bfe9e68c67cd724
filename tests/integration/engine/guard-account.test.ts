import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TradingState } from '#domain/trading-state.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { ETH, openMemoryOrders, resting } from '#tests/support/memory-orders.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { liveEnvironment } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient } from '#tests/support/venue/venue-client.ts';

let test: TestDatabase;
let venue: TestVenue;
let vigil: RunningVigil;

beforeEach(async () => {
  test = await createTestDatabase();
  venue = await startVenue({ walletBalance: '10000', takerBps: '5' });
  await venue.setPrice('BTCUSDT', 50_000);
  await venue.setPrice('ETHUSDT', 100);
  await startLive();
});
afterEach(async () => {
  await vigil.stop();
  await venue.close();
  await test.drop();
});

async function startLive(): Promise<void> {
  const config = readConfig(liveEnvironment(test.url, venue));
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
}

const deskId = () => vigil.container.defaultDeskId;
const stateNow = (): Promise<TradingState> => vigil.container.rows.tradingState.read(deskId());

async function armed(): Promise<void> {
  const body = JSON.stringify({ reason: 'a test' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${vigil.url}/api/state/arm`, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
}

/** A desk begins with a cycle, which clears the book of one that nobody has armed; the next is a day away. */
async function firstCycle(): Promise<void> {
  const { sql } = test.database;
  await vi.waitFor(async () => {
    const runs = await sql<{ status: string }[]>`select status from runs`;
    expect(runs.map(({ status }) => status)).toEqual(['finished']);
  }, PATIENT);
}

/** So many more looks of the guard have begun, each of which asks for the account first. */
async function looks(count: number): Promise<void> {
  const asked = () => venue.requests.filter(({ path }) => path.endsWith('/v3/account')).length;
  const before = asked();
  await vi.waitFor(() => expect(asked()).toBeGreaterThanOrEqual(before + count), PATIENT);
}

/** Most of the account in BTC, bought by a person for a fee of 4.5, which the guard gives a stop two percent away. */
async function heldByHand(): Promise<void> {
  const person = await connectVenueClient(venue);
  await person.loadMarkets();
  await person.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.18);
  await person.close();
  await vi.waitFor(() => expect(stops()).toEqual([STOP]), PATIENT);
}

const STOP = 49_000.1;
const stops = () =>
  venue.algoOrders.filter(({ status }) => status === 'NEW').map(({ triggerPrice }) => Number(triggerPrice));
const restingEntries = () => venue.orders.filter(({ status }) => status === 'NEW').length;

/** An entry in ETH that waits for its price. */
async function enter(): Promise<void> {
  const orders = await vigil.container.house.orders(deskId());
  const { plan, gate } = openMemoryOrders();
  gate.lastPricesQuote.set(ETH, 99.5);
  await orders.place(plan('run-1', [resting(ETH, { atMs: Date.now() })]));
  expect(restingEntries()).toBe(1);
}

async function eventsTold(): Promise<string[]> {
  const request = { limit: 10, deskIds: [deskId()] };
  const { items } = await vigil.container.rows.tradingState.breakerEvents(request);
  return items.flatMap(({ reasons }) => reasons.map(({ trigger, level }) => `${trigger} ${level}`));
}

async function openedAndArmed(fundingRate: string): Promise<void> {
  await firstCycle();
  await armed();
  await enter();
  await heldByHand();
  venue.payFunding('BTCUSDT', fundingRate);
  await looks(2);
  expect([(await stateNow()).mode, restingEntries()]).toEqual(['active', 1]);
}

describe('losses between the cycles', () => {
  it('halt a desk in the moment in which fees, funding and what is open make 3% of the day', async () => {
    await openedAndArmed('0.02');
    const fellAtMs = Date.now();
    await venue.setPrice('BTCUSDT', 49_300);
    await vi.waitFor(async () => expect((await stateNow()).mode).toBe('halted'), PATIENT);
    expect(Date.now() - fellAtMs).toBeLessThan(5_000);
    const halted = await stateNow();
    expect(halted).toMatchObject({
      setBy: 'breaker:guard',
      reason: 'daily loss is 3.11%, trading halts at 3%',
    });
    await vi.waitFor(() => expect([restingEntries(), stops().length]).toEqual([0, 1]), PATIENT);
    await vi.waitFor(() => expect(stops()[0]).toBeGreaterThan(STOP), PATIENT);

    const [wallet, open] = [Number(venue.walletBalance), 0.18 * (49_300 - 50_000.1)];
    expect(wallet).toBeCloseTo(10_000 - 4.5 - 180, 2);
    const points = await test.database.sql<{ equity: string; balance: string }[]>`
      select equity_quote as equity, balance_quote as balance from equity_snapshots order by at_ms desc limit 1`;
    expect(Number(points[0]?.balance)).toBeCloseTo(wallet, 6);
    expect(Number(points[0]?.equity)).toBeCloseTo(wallet + open, 6);

    await looks(3);
    expect(await eventsTold()).toEqual(['daily_loss tripped']);
    await vigil.stop();
    await startLive();
    await looks(3);
    expect(await stateNow()).toEqual(halted);
    expect(await eventsTold()).toEqual(['daily_loss tripped']);
  });

  it('let a desk only close from 2% of the day on, and take back the entries it has out', async () => {
    await openedAndArmed('0.01');
    await venue.setPrice('BTCUSDT', 49_300);
    await vi.waitFor(async () => expect((await stateNow()).mode).toBe('reducing'), PATIENT);
    expect(await stateNow()).toMatchObject({
      setBy: 'breaker:guard',
      reason: 'daily loss is 2.21%, trading halts at 3%',
    });
    await vi.waitFor(() => expect(restingEntries()).toBe(0), PATIENT);
    expect([stops(), await eventsTold()]).toEqual([[STOP], []]);
  });
});
