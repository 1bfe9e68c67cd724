/** One trip after the other on the test venue: what the guard's watch and trips send, and when it is on the wire. */
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { blankSeries } from '#domain/candle.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { SECOND_MS } from '#domain/time.ts';
import type { PriceTick } from '#exchanges/ports/market-data.ts';
import { createMarketWatch, type MarketWatchOptions } from '#server/engine/market-watch.ts';
import { createTrips } from '#server/engine/trips.ts';
import type { OpenedDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { NO_SNAPSHOTS } from '#tests/support/no-breaker.ts';
import { openVenueDesk } from '#tests/support/venue/venue-desk.ts';
import type { RemoteVenue } from '#tests/support/venue/venue-process.ts';
import { DEFAULT_MARKET_LIMITS } from '#tools/breaker/market-limits.ts';
import { startSender } from './entry-sender.ts';
import { wireCallsOf } from './venue-wire.ts';

const LATENCY_MS = 20;
const ENTRIES = 20;
/** No desk that runs cycles in the same database has this id. */
const DESK_ID = 'bench-trips';
const SYMBOL = 'BTC/USDT:USDT';
const RESTS_AT_QUOTE = '40000';

const ENTRY: Omit<OrderRequest, 'clientOrderId'> = {
  ...{ symbol: SYMBOL, side: 'buy', type: 'limit', purpose: 'entry', quantityBase: '0.005' },
  ...{ priceQuote: RESTS_AT_QUOTE, triggerPriceQuote: null, reduceOnly: false },
  ...{ timeInForce: 'gtc', leverage: 10 },
};

export interface TripTiming {
  readonly onWireMs: number;
  readonly haltedMs: number;
  readonly acknowledgedMs: number;
  /** Entries that left between the tick and the halt. */
  readonly sent: number;
  /** How long after the halt was told each entry began that left after it. */
  readonly lateMs: readonly number[];
  readonly refusedByHalt: number;
}

/** `isSending`: further entries are on their way when the tick comes, and are sent on until the trip is over. */
export async function openTrips(venue: RemoteVenue, { database }: OpenedDatabase, isSending: boolean) {
  await venue.setPrice('BTCUSDT', 50_000);
  const store = createOrderRepository(database);
  const { broker, desk } = await openVenueDesk(venue, {
    ...{ deskId: DESK_ID, symbols: [SYMBOL], store },
    fromMs: Date.now() - SECOND_MS,
    // Twenty entries a second are more than anybody may send.
    weightPerMinute: 1_000_000,
  });
  const tradingState = createTradingStateRepository(database, {
    defaultState: { mode: 'active', reason: 'bench', setBy: 'bench', sinceMs: 0 },
    market: { key: DESK_ID, includes: (deskId) => deskId === DESK_ID },
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

  async function timeTrip(trip: number): Promise<TripTiming> {
    for (let entry = 0; entry < ENTRIES; entry++) {
      const clientOrderId = `trip-${trip}-${entry}`;
      await broker.submit(sealApproval({ ...ENTRY, clientOrderId }));
    }
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
    const sending = { broker, store, deskId: DESK_ID, request: ENTRY, name: `sent-${trip}` };
    const sender = isSending ? startSender(sending) : null;
    await sender?.isSending;
    const startedAtMs = performance.now();
    let refusedByHalt = 0;
    const calls = await wireCallsOf(venue.baseUrl, async () => {
      cross();
      if (tripped === null) throw new Error('the crossing tick did not trip');
      await tripped;
      refusedByHalt = (await sender?.stop())?.refusedByHalt ?? 0;
    });
    await venue.clearFaults();
    const cancels = calls.filter(({ name }) => name.startsWith('DELETE')).slice(0, ENTRIES);
    const entries = calls.filter(({ name }) => name === 'POST /fapi/v1/order');
    const late = entries.filter(({ beganAtMs }) => beganAtMs > haltedAtMs);
    // What was on its way when the book was read is withdrawn by the next look.
    await desk.reconcile();
    const left = (await desk.reconcile()).openOrders.length;
    if (cancels.length !== ENTRIES || left > 0)
      throw new Error(`${left} entries are left after trip ${trip}`);
    return {
      onWireMs: Math.max(...cancels.map(({ beganAtMs }) => beganAtMs)) - startedAtMs,
      haltedMs: haltedAtMs - startedAtMs,
      acknowledgedMs: Math.max(...cancels.map(({ endedAtMs }) => endedAtMs)) - startedAtMs,
      sent: entries.length - late.length,
      lateMs: late.map(({ beganAtMs }) => beganAtMs - haltedAtMs),
      refusedByHalt,
    };
  }

  return { timeTrip, close: broker.close };
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
