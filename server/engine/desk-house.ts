import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Clock } from '#domain/time.ts';
import type { PaperBooks } from '#exchanges/paper/paper-books.ts';
import { createPaperBroker } from '#exchanges/paper/paper-broker.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import { createOrderDesk, type OrderDesk } from '#tools/orders/order-desk.ts';
import type { OrderStore } from '#tools/orders/order-store.ts';
import type { Exclusive } from './desk-lock.ts';

/** Paper money a new account starts with. */
export const STARTING_BALANCE_QUOTE = '10000';

export interface DeskHouse {
  /** The hands of a desk: made once, over its own account. */
  orders(deskId: string): Promise<OrderDesk>;
}

export function createDeskHouse(options: {
  readonly market: MarketData;
  readonly marketClock: Clock;
  readonly paperStore: PaperStore<PaperBooks>;
  readonly store: OrderStore;
  readonly lockOf: (deskId: string) => Exclusive;
  readonly fallbackStopFraction: number;
  /** Wraps the venue of a desk; tests put faults in its way. */
  readonly aroundBroker?: (broker: Broker) => Broker;
}): DeskHouse {
  const { market, marketClock, paperStore, store, fallbackStopFraction } = options;
  const around = options.aroundBroker ?? ((broker) => broker);
  const desks = new Map<string, OrderDesk>();
  let instruments: Promise<ReadonlyMap<MarketSymbol, Instrument>> | null = null;

  async function instrumentsOnce(): Promise<ReadonlyMap<MarketSymbol, Instrument>> {
    instruments ??= market
      .instruments()
      .then((list) => new Map(list.map((instrument) => [instrument.symbol, instrument])));
    return instruments;
  }

  return {
    async orders(deskId) {
      const known = desks.get(deskId);
      if (known) return known;
      const account = { accountId: deskId, startingBalanceQuote: STARTING_BALANCE_QUOTE };
      const broker = around(createPaperBroker({ ...account, store: paperStore, market, clock: marketClock }));
      const all = await instrumentsOnce();
      const exclusive = options.lockOf(deskId);
      const desk = createOrderDesk({
        deskId,
        broker,
        store,
        instruments: all,
        fallbackStopFraction,
        exclusive,
      });
      desks.set(deskId, desk);
      return desk;
    },
  };
}
