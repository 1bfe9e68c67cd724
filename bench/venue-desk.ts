/** A desk that trades on the tests' venue through ccxt, over an embedded Postgres with the settings the product ships. */
import { createEquityMarks } from '#db/repositories/equity-marks.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createRecentTrading } from '#db/repositories/recent-trading.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { type MarketSymbol, venueSymbol } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createDeskLock } from '#server/engine/desk-lock.ts';
import type { OpenedDatabase } from '#server/open-database.ts';
import { noEntryContext } from '#tests/support/no-entries.ts';
import type { RemoteVenue } from '#tests/support/venue/venue-process.ts';
import { clientOrderId } from '#tools/orders/client-order-id.ts';
import { createOrderDesk } from '#tools/orders/order-desk.ts';
import type { OrderStore } from '#tools/orders/order-store.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import type { GateView } from '#tools/orders/work-entries.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { PROTECTIONS_LOOK_BACK } from '#tools/risk/protection-limits.ts';

const DESK_ID = 'bench';
const TRADED = 'BTC/USDT:USDT';
/** A position that stands beside: its orders and its margin are read with each order. */
const HELD = 'ETH/USDT:USDT';
const NOTIONAL_QUOTE = 500;
const PRICES_QUOTE: ReadonlyMap<MarketSymbol, number> = new Map([
  [TRADED, 50_000],
  [HELD, 2_000],
]);

export interface VenueDesk {
  /** Places one open; `onAcknowledged` hears that its entry's answer is stored, before the rest of the placement. */
  open(runId: string, onAcknowledged: () => void): Promise<void>;
  /** Closes the position, lets a minute go by, and reads the venue as the guard does every second. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function createVenueDesk(
  venue: RemoteVenue,
  { database, locks }: OpenedDatabase,
): Promise<VenueDesk> {
  let aheadMs = 0;
  const wallClock = { nowMs: () => Date.now() + aheadMs };
  const { baseUrl, apiKey, secret } = venue;
  for (const [symbol, priceQuote] of PRICES_QUOTE) await venue.setPrice(venueSymbol(symbol), priceQuote);
  const broker = await createCcxtBroker({
    ...{
      exchangeId: 'binanceusdm',
      baseUrl,
      credentials: { apiKey, secret },
      symbols: [TRADED, HELD],
      wallClock,
    },
    fromMs: wallClock.nowMs(),
  });
  const instruments = await broker.instruments();
  const tradingState = createTradingStateRepository(database, {
    defaultState: { mode: 'active', reason: 'bench', setBy: 'bench', sinceMs: 0 },
    market: { key: 'bench', includes: () => true },
  });
  const equityMarks = createEquityMarks(database, { marketKey: 'bench' });
  const recentTrading = createRecentTrading(database, PROTECTIONS_LOOK_BACK);
  const acknowledged = new Map<string, () => void>();
  const desk = createOrderDesk({
    ...{ deskId: DESK_ID, broker, instruments },
    store: tellingOf(acknowledged, createOrderRepository(database)),
    limits: DEFAULT_LIMITS,
    entryContext: noEntryContext,
    ...createDeskLock(locks, DESK_ID),
  });

  /** The gate's facts as the cycle asks for them: state and equity marks from the database. */
  async function gateContext(view: GateView): Promise<GateContext> {
    const [{ mode }, marks] = await Promise.all([
      tradingState.read(DESK_ID),
      equityMarks.of(DESK_ID, wallClock.nowMs()),
      recentTrading.of(DESK_ID, wallClock.nowMs()),
    ]);
    return {
      ...view,
      limits: DEFAULT_LIMITS,
      nowMs: wallClock.nowMs(),
      tradingMode: mode,
      instruments,
      priceAgesMs: new Map([...PRICES_QUOTE.keys()].map((symbol) => [symbol, 0])),
      priceStepMs: 0,
      fundings: new Map(),
      correlations: new Map(),
      lastPricesQuote: PRICES_QUOTE,
      equityMarks: marks,
      // Read for its time, not heeded: a trade a minute, each at a loss of its fees, is what protections are there to end.
      recentTrading: { trades: [], venueFailuresAtMs: [] },
      unansweredAsks: 0,
    };
  }

  async function place(runId: string, symbol: MarketSymbol): Promise<void> {
    const { verdicts } = await desk.place({
      runId,
      placements: [placementOf(runId, symbol, wallClock.nowMs())],
      gateContext,
    });
    const denied = verdicts.find(({ outcome }) => outcome === 'denied');
    if (denied) throw new Error(`${runId} was denied: ${denied.findings[0]?.message}`);
  }

  await place('held', HELD);
  return {
    async open(runId, onAcknowledged) {
      const id = clientOrderId({ runId, symbol: TRADED, leg: 'entry', sequence: 0 });
      acknowledged.set(id, onAcknowledged);
      await place(runId, TRADED);
    },
    async settle() {
      await desk.close({ symbol: TRADED, side: null }, 'bench');
      await venue.advance(MINUTE_MS);
      aheadMs += MINUTE_MS;
      await desk.reconcile();
    },
    close: () => broker.close(),
  };
}

/** The store, which tells when the answer of an awaited order has been committed. */
function tellingOf(awaited: Map<string, () => void>, store: OrderStore): OrderStore {
  return {
    ...store,
    async moveIntent(intentId, to, evidence) {
      const moved = await store.moveIntent(intentId, to, evidence);
      if (evidence.order !== null) {
        awaited.get(intentId)?.();
        awaited.delete(intentId);
      }
      return moved;
    },
  };
}

function placementOf(runId: string, symbol: MarketSymbol, atMs: number): Placement {
  const priceQuote = PRICES_QUOTE.get(symbol) ?? Number.NaN;
  const quantityBase = String(NOTIONAL_QUOTE / priceQuote);
  const proposal: TradeProposal = {
    ...{ proposalId: `${runId}-open`, kind: 'open', symbol, side: 'long', quantityBase },
    entryPriceQuote: String(priceQuote),
    stopPriceQuote: String(priceQuote * 0.97),
    targetPriceQuote: String(priceQuote * 1.08),
    ...{ leverage: 5, conviction: 0.6, reason: 'bench', atMs },
  };
  return { proposal, quantityBase, style: 'market' };
}
