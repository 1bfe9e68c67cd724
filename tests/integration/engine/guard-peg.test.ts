import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SystemState } from '#domain/desk-event.ts';
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';
import { readConfig } from '#server/config.ts';
import { openMarket } from '#server/engine/market-source.ts';
import { createMarketWatch, type MarketTrip } from '#server/engine/market-watch.ts';
import { watchingPegs } from '#server/engine/watched-symbols.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { testHome } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { DEFAULT_MARKET_LIMITS } from '#tools/breaker/market-limits.ts';

const logger = SILENT_LOGGER;

describe('a peg that breaks on a venue where nobody trades the pair', () => {
  let test: TestDatabase;
  let venue: TestVenue;
  let vigil: RunningVigil;

  beforeEach(async () => {
    test = await createTestDatabase();
    venue = await startVenue({ withPeg: true });
    const config = readConfig({
      DATABASE_URL: test.url,
      VIGIL_HOME: testHome(),
      PORT: '0',
      VIGIL_MARKET: 'binanceusdm',
      VIGIL_SYMBOLS: 'BTC,ETH',
      EXCHANGE_BASE_URL: venue.baseUrl,
      CYCLE_INTERVAL_MS: '86400000',
    });
    vigil = await startVigil({ config, logger, role: 'all' });
  });
  afterEach(async () => {
    await vigil.stop();
    await venue.close();
    await test.drop();
  });

  const tradingNow = async () => {
    const answer = await fetch(`${vigil.url}/api/state`);
    return ((await answer.json()) as SystemState).trading;
  };
  const isStreamed = () =>
    vi.waitFor(() => expect(venue.streams.subscribed.join()).toContain('usdcusdt@'), PATIENT);

  it('halts the desk, and names the pair', async () => {
    await isStreamed();
    expect((await tradingNow()).mode).toBe('active');
    for (const price of ['0.99', '0.98', '0.965', '0.96', '0.9601']) await venue.setPrice('USDCUSDT', price);
    const trading = await vi.waitFor(async () => {
      const now = await tradingNow();
      expect(now.mode).toBe('halted');
      return now;
    }, PATIENT);
    expect(trading.reason).toMatch(/^USDC\/USDT:USDT is \d\.\d+% off its peg, the threshold is 3%$/);
    expect(vigil.container.source.symbols).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
  });
});

describe('the recorded peg of March 2023', () => {
  it('trips a replay that trades BTC and ETH alone, from another venue’s bars', async (context) => {
    skipWithoutRecordedMarket(context);
    const config = readConfig({
      VIGIL_HOME: testHome(),
      VIGIL_DATA: RECORDED_MARKET,
      VIGIL_DATA_VENUE: 'BINANCE',
      VIGIL_SYMBOLS: 'BTC,ETH',
      VIGIL_FROM: '2023-03-11T00:00:00Z',
    });
    const source = await openMarket(config, { wallClock: { nowMs: Date.now }, barsPerSeries: 150 });
    let nowMs: EpochMs = Date.UTC(2023, 2, 11);
    const trips: MarketTrip[] = [];
    const watch = watchingPegs(
      createMarketWatch({
        ...{ market: source.market, limits: DEFAULT_MARKET_LIMITS, logger },
        nowMs: () => nowMs,
        onTrip: (trip) => trips.push(trip),
        standing: async () => ({ haltedSinceMs: null, overriddenAtMs: null }),
      }),
      { market: source.market, logger },
    );
    for (; nowMs <= Date.UTC(2023, 2, 11, 3); nowMs += MINUTE_MS) await watch.look(source.symbols);
    watch.close();
    await source.market.close();
    expect(source.symbols).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
    const told = trips.map(({ atMs, reasons }) => [atMs, ...reasons.map(({ message }) => message)]);
    expect(told).toEqual([
      [Date.UTC(2023, 2, 11, 2, 6), 'USDC/USDT:USDT is 3.32% off its peg, the threshold is 3%'],
    ]);
  }, 60_000);
});
