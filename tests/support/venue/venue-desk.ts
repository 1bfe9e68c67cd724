/** A desk of orders on a test venue or a stand-in through ccxt, in this process and beside nobody else. */
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Clock, EpochMs } from '#domain/time.ts';
import { type CcxtBroker, createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createOrderDesk, type OrderDesk } from '#tools/orders/order-desk.ts';
import type { OrderStore } from '#tools/orders/order-store.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { noEntryContext } from '../no-entries.ts';
import type { VenueKeys } from './venue-http.ts';

/** What the test venue asks for, and to how many digits it books. */
export const VENUE_TERMS = {
  balance: '10000',
  feeFractions: { maker: '0.0002', taker: '0.0005' },
  places: { fee: 8, funding: 8, cost: 8 },
} as const;

export async function openVenueDesk(
  venue: VenueKeys & { readonly baseUrl: string; readonly password?: string },
  options: {
    /** Binance USD-M when absent. */
    readonly exchangeId?: string;
    readonly symbols: readonly MarketSymbol[];
    readonly store: OrderStore;
    readonly fromMs: EpochMs;
    readonly deskId?: string;
    readonly wallClock?: Clock;
    /** What the venue allows a minute; ccxt's word when absent. */
    readonly weightPerMinute?: number;
    /** The venue's own when absent. */
    readonly instruments?: ReadonlyMap<MarketSymbol, Instrument>;
  },
): Promise<{ readonly broker: CcxtBroker; readonly desk: OrderDesk }> {
  const { exchangeId = 'binanceusdm', symbols, store, fromMs, weightPerMinute, deskId = 'desk' } = options;
  const { wallClock = { nowMs: () => Date.now() } } = options;
  const broker = await createCcxtBroker({
    ...{ exchangeId, baseUrl: venue.baseUrl, credentials: keysOf(venue), symbols, fromMs, wallClock },
    ...(weightPerMinute !== undefined && { weightPerMinute }),
  });
  const desk = createOrderDesk({
    ...{ deskId, broker, store },
    instruments: options.instruments ?? (await broker.instruments()),
    limits: DEFAULT_LIMITS,
    entryContext: noEntryContext,
    exclusive: (work) => work(),
    assertExclusive: () => {},
  });
  return { broker, desk };
}

/** A venue hands out more than its keys. */
function keysOf({ apiKey, secret, password }: VenueKeys & { readonly password?: string }) {
  return { apiKey, secret, ...(password !== undefined && { password }) };
}
