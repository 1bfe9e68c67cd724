/**
 * From the pushed price that crosses a threshold to a book without entries: 20 of them rest on a venue 20 ms away, in a
 * process of its own. The guard's own watch and trips, over an embedded Postgres with the settings the product ships.
 */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { blankSeries } from '#domain/candle.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { SECOND_MS } from '#domain/time.ts';
import type { PriceTick } from '#exchanges/ports/market-data.ts';
import { readConfig } from '#server/config.ts';
import { createMarketWatch, type MarketWatchOptions } from '#server/engine/market-watch.ts';
import { createTrips } from '#server/engine/trips.ts';
import { type OpenedDatabase, openVigilDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { NO_SNAPSHOTS } from '#tests/support/no-breaker.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import { type RemoteVenue, startVenueProcess } from '#tests/support/venue/venue-process.ts';
import { DEFAULT_MARKET_LIMITS } from '#tools/breaker/market-limits.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { wireCallsOf } from './venue-wire.ts';

const LATENCY_MS = 20;
const ENTRIES = 20;
const WARM_UP = 10;
const TIMED = 200;
const DESK_ID = 'bench';
const SYMBOL = 'BTC/USDT:USDT';
const RESTS_AT_QUOTE = '40000';

interface TripTiming {
  readonly onWireMs: number;
  readonly haltedMs: number;
  readonly acknowledgedMs: number;
}

export async function benchTrips(
  onProgress: (done: number, of: number) => void,
): Promise<readonly BenchRow[]> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const opened = await openVigilDatabase({ ...readConfig({}), homeDir }, SILENT_LOGGER);
  const venue = await startVenueProcess();
  try {
    const timings = (await timeTrips(venue, opened, onProgress)).slice(WARM_UP);
    const row = (name: string, samples: readonly number[]): BenchRow => ({
      ...{ name, unit: 'ms', ...summarise(samples) },
      ...{ baseline: null, ratio: null },
    });
    return [
      row(
        'trip: tick to the last cancel on the wire',
        timings.map(({ onWireMs }) => onWireMs),
      ),
      row(
        'trip: tick to the halt stored',
        timings.map(({ haltedMs }) => haltedMs),
      ),
      row(
        'trip: tick to all cancels acknowledged',
        timings.map(({ acknowledgedMs }) => acknowledgedMs),
      ),
    ];
  } finally {
    await venue.close();
    await opened.close();
    rmSync(homeDir, { recursive: true, force: true });
  }
}

async function timeTrips(
  venue: RemoteVenue,
  { database }: OpenedDatabase,
  onProgress: (done: number, of: number) => void,
): Promise<TripTiming[]> {
  await venue.setPrice('BTCUSDT', 50_000);
  const { broker, desk } = await openVenueDesk(venue, {
    ...{ deskId: DESK_ID, symbols: [SYMBOL], store: createOrderRepository(database) },
    fromMs: Date.now() - SECOND_MS,
    // Twenty entries a second are more than anybody may send.
    weightPerMinute: 1_000_000,
  });
  const tradingState = createTradingStateRepository(database, {
    defaultState: { mode: 'active', reason: 'bench', setBy: 'bench', sinceMs: 0 },
    market: { key: DESK_ID, includes: () => true },
  });
  let haltedAtMs = Number.NaN;
  const trips = createTrips({
    snapshots: NO_SNAPSHOTS,
    tradingState: {
      ...tradingState,
      async tighten(...asked) {
        const state = await tradingState.tighten(...asked);
        haltedAtMs = performance.now();
        return state;
      },
    },
    nowMs: Date.now,
    logger: SILENT_LOGGER,
  });
  const timings: TripTiming[] = [];
  for (let trip = 0; trip < WARM_UP + TIMED; trip++) {
    for (let entry = 0; entry < ENTRIES; entry++) await broker.submit(entryOf(`trip-${trip}-${entry}`));
    const { openOrders } = await desk.reconcile();
    if (openOrders.length !== ENTRIES)
      throw new Error(`${openOrders.length} entries rest before trip ${trip}`);
    await tradingState.arm(DESK_ID, { reason: 'bench', setBy: 'bench', atMs: Date.now() });
    await venue.addFault({ times: null, effect: { kind: 'latency', ms: LATENCY_MS } });
    let tripped: Promise<void> | null = null;
    const cross = await fallenAlmost(({ reasons }) => {
      const tripDesk = { deskId: DESK_ID, orders: desk, symbols: [SYMBOL] };
      tripped = trips.trip([tripDesk], { reasons, endsBy: 'recovery' });
    });
    const startedAtMs = performance.now();
    const calls = await wireCallsOf(venue.baseUrl, async () => {
      cross();
      if (tripped === null) throw new Error('the crossing tick did not trip');
      await tripped;
    });
    await venue.clearFaults();
    const cancels = calls.filter(({ name }) => name.startsWith('DELETE')).slice(0, ENTRIES);
    const left = (await desk.reconcile()).openOrders.length;
    if (cancels.length !== ENTRIES || left > 0)
      throw new Error(`${left} entries are left after trip ${trip}`);
    timings.push({
      onWireMs: Math.max(...cancels.map(({ beganAtMs }) => beganAtMs)) - startedAtMs,
      haltedMs: haltedAtMs - startedAtMs,
      acknowledgedMs: Math.max(...cancels.map(({ endedAtMs }) => endedAtMs)) - startedAtMs,
    });
    onProgress(trip + 1, WARM_UP + TIMED);
  }
  await broker.close();
  return timings;
}

/** A watch over prices that have fallen by 14.5% within minutes; what it gives pushes the one that crosses 15%. */
async function fallenAlmost(onTrip: MarketWatchOptions['onTrip']): Promise<() => void> {
  let nowMs = Date.now();
  let listener: (tick: PriceTick) => void = () => {};
  const market: MarketWatchOptions['market'] = {
    source: { kind: 'ccxt', name: 'bench', synthetic: true },
    finestTimeframe: '1m',
    candles: async ({ symbol, timeframe }) => blankSeries(symbol, timeframe, 0),
    stream: {
      onPrice(_symbols, tell) {
        listener = tell;
        return () => {};
      },
      latest: () => null,
      liquidations: () => null,
      health: () => ({ state: 'streaming', lastPriceAtMs: null, ignored: 0 }),
    },
  };
  const limits = DEFAULT_MARKET_LIMITS;
  const standing = async () => ({ haltedSinceMs: null, overriddenAtMs: null });
  const hears = { onTrip, standing, logger: SILENT_LOGGER };
  const watch = createMarketWatch({ market, nowMs: () => nowMs, limits, ...hears });
  await watch.look([SYMBOL]);
  const push = (priceQuote: number) => {
    nowMs += SECOND_MS;
    listener({ symbol: SYMBOL, kind: 'last', priceQuote, atMs: nowMs });
  };
  for (let priceQuote = 50_000; priceQuote >= 42_750; priceQuote -= 250) push(priceQuote);
  return () => push(42_490);
}

function entryOf(clientOrderId: string) {
  const request: OrderRequest = {
    ...{ clientOrderId, symbol: SYMBOL, side: 'buy', type: 'limit', purpose: 'entry', quantityBase: '0.005' },
    ...{ priceQuote: RESTS_AT_QUOTE, triggerPriceQuote: null, reduceOnly: false },
    ...{ timeInForce: 'gtc', leverage: 10 },
  };
  return sealApproval(request);
}
