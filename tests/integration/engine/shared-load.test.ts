import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { createVenueLoadRepository } from '#db/repositories/venue-load.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { createRateBudget } from '#exchanges/ccxt/rate-budget.ts';
import type { SharedLoad } from '#exchanges/ports/shared-load.ts';
import { readConfig } from '#server/config.ts';
import { openLiveBroker } from '#server/engine/desk-venues.ts';
import { openMarket } from '#server/engine/market-source.ts';
import { type OpenSharedLoad, openSharedLoad } from '#server/engine/shared-load.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startVenue } from '#tests/support/venue/start-venue.ts';

const ADDRESS = 'binanceusdm';
const NOW_MS = Date.UTC(2025, 0, 1, 12, 0, 10);
const MINUTE = Math.floor(NOW_MS / MINUTE_MS);
const clock = { atMs: NOW_MS, nowMs: () => clock.atMs };

let test: TestDatabase;
const opened: OpenSharedLoad[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  clock.atMs = NOW_MS;
  await test.clear();
});
afterEach(async () => {
  for (const shared of opened.splice(0)) await shared.close();
});
afterAll(() => test.drop());

/** A process's budget over the database, with connections of its own. */
async function processOf(address = ADDRESS) {
  const shared = await openSharedLoad(address, createVenueLoadRepository(test.database), SILENT_LOGGER);
  opened.push(shared);
  const budget = createRateBudget({
    exchangeId: 'binanceusdm',
    clock,
    limitPerMinute: 1_000,
    wait: async () => {
      throw new Error('it waits for the next minute');
    },
    shared,
  });
  return { shared, budget };
}

const reply = (httpStatus: number, weight: number, venueText: string | null = null) => ({
  ...{ httpStatus, venueCode: null, venueText },
  headers: { 'x-mbx-used-weight-1m': String(weight) },
});

describe('two processes behind one address', () => {
  it('both keep quiet when one of them was banned, but for orders, which the other has not been refused', async () => {
    const [banned, other] = [await processOf(), await processOf()];
    banned.budget.observe(reply(418, 300, `Way too many requests; IP banned until ${NOW_MS + 90_000}.`));
    await expect(banned.budget.admit('order')).rejects.toMatchObject({ code: 'venue_unavailable' });
    await vi.waitFor(() => expect(other.shared.known().bannedUntilMs).toBe(NOW_MS + 90_000), PATIENT);
    for (const rank of ['guard', 'read', 'bulk'] as const)
      await expect(other.budget.admit(rank)).rejects.toMatchObject({ code: 'venue_unavailable' });
    await other.budget.admit('order');
    clock.atMs += 90_000;
    for (const rank of ['order', 'guard', 'read', 'bulk'] as const) await other.budget.admit(rank);
  });

  it('both leave room for orders when one of them has read much, until the next minute', async () => {
    const [busy, idle] = [await processOf(), await processOf()];
    busy.budget.observe(reply(200, 820));
    await vi.waitFor(() => expect(idle.shared.known().usedWeight).toBe(820), PATIENT);
    await expect(idle.budget.admit('read')).rejects.toMatchObject({
      message: expect.stringContaining('820 of the 1000'),
    });
    await idle.budget.admit('guard');
    clock.atMs += MINUTE_MS;
    await idle.budget.admit('read');
  });

  it('know of a ban that was learnt before one of them started', async () => {
    const early = await processOf();
    early.budget.observe(reply(429, 990, null));
    await vi.waitFor(
      async () => expect(await createVenueLoadRepository(test.database).read(ADDRESS)).not.toBeNull(),
      PATIENT,
    );
    const late = await processOf();
    await expect(late.budget.admit('guard')).rejects.toMatchObject({ code: 'venue_unavailable' });
  });

  it('learn nothing of another address', async () => {
    const [one, other] = [await processOf(), await processOf('bybit')];
    one.budget.observe(reply(418, 0));
    await vi.waitFor(() => expect(one.shared.known().bannedUntilMs).toBeGreaterThan(NOW_MS), PATIENT);
    await other.budget.admit('bulk');
  });
});

it('holds up the prices and the account of a process that has heard of a ban', async () => {
  const venue = await startVenue();
  const config = readConfig({
    ...{
      VIGIL_MODE: 'live',
      VIGIL_LIVE_ACK: 'real-money',
      VIGIL_MARKET: 'binanceusdm',
      VIGIL_SYMBOLS: 'BTC',
    },
    ...{ EXCHANGE_BASE_URL: venue.baseUrl, EXCHANGE_API_KEY: venue.apiKey, EXCHANGE_SECRET: venue.secret },
  });
  const wallClock = { nowMs: () => Date.now() };
  const load = { usedWeight: 0, minute: 0, restsUntilMs: 0, bannedUntilMs: Date.now() + 60_000 };
  const sharedLoad: SharedLoad = { known: () => load, tell: () => {} };
  const { market, symbols } = await openMarket(config, { wallClock, barsPerSeries: 5, sharedLoad });
  const broker = await openLiveBroker(config, { symbols, fromMs: 0, wallClock, sharedLoad });
  try {
    const asked = { symbols, asOfMs: Date.now(), barsPerSeries: 5, snapshotId: 'banned' };
    for (const asking of [market.snapshot(asked), broker.positions()])
      await expect(asking).rejects.toMatchObject({ code: 'venue_unavailable' });
    const paths = venue.requests.map(({ path }) => path);
    expect(paths.filter((path) => /klines|positionRisk/.test(path))).toEqual([]);
  } finally {
    await Promise.all([market.close(), broker.close()]);
    await venue.close();
  }
});

it('keeps the worse of what two processes tell, and the newer minute', async () => {
  const rows = createVenueLoadRepository(test.database);
  const load = { usedWeight: 700, minute: MINUTE, restsUntilMs: NOW_MS + 5, bannedUntilMs: 0 };
  await rows.tell(ADDRESS, load);
  await rows.tell(ADDRESS, { ...load, usedWeight: 600, restsUntilMs: 0, bannedUntilMs: NOW_MS + 9 });
  const worse = { ...load, bannedUntilMs: NOW_MS + 9 };
  expect(await rows.read(ADDRESS)).toEqual(worse);
  await rows.tell(ADDRESS, { ...load, usedWeight: 10, minute: MINUTE + 1 });
  await rows.tell(ADDRESS, { ...load, usedWeight: 999 });
  expect(await rows.read(ADDRESS)).toEqual({ ...worse, usedWeight: 10, minute: MINUTE + 1 });
});

it('goes on by itself, with what it knew last, while the database is away', async () => {
  const lost = await openDatabase({ url: test.url, maxConnections: 2 });
  const shared = await openSharedLoad(ADDRESS, createVenueLoadRepository(lost), SILENT_LOGGER);
  const other = await processOf();
  other.budget.observe(reply(418, 0));
  await vi.waitFor(() => expect(shared.known().bannedUntilMs).toBeGreaterThan(NOW_MS), PATIENT);
  const { bannedUntilMs } = shared.known();
  await lost.close();
  shared.tell({ usedWeight: 1, minute: 1, restsUntilMs: 0, bannedUntilMs: 0 });
  expect(shared.known().bannedUntilMs).toBe(bannedUntilMs);
});
