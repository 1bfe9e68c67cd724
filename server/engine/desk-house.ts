import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import { type CustodyLimits, createOrderDesk, type OrderDesk } from '#tools/orders/order-desk.ts';
import type { OrderStore } from '#tools/orders/order-store.ts';
import type { DeskLock } from './desk-lock.ts';
import { createEntryContext, type EntryContextParts } from './entry-context.ts';

/** Where a desk trades, and what can be traded there. */
export interface DeskVenue {
  readonly broker: Broker;
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
}

export interface DeskHouse {
  /** The hands of a desk: made once, over its own account. */
  orders(deskId: string): Promise<OrderDesk>;
}

export function createDeskHouse(options: {
  readonly venueOf: (deskId: string) => Promise<DeskVenue>;
  readonly store: OrderStore;
  readonly lockOf: (deskId: string) => DeskLock;
  readonly limits: CustodyLimits;
  readonly entryFacts: EntryContextParts;
  /** Wraps the venue of a desk; tests put faults in its way. */
  readonly aroundBroker?: (broker: Broker) => Broker;
}): DeskHouse {
  const { venueOf, store, lockOf, limits, entryFacts } = options;
  const around = options.aroundBroker ?? ((broker) => broker);
  const desks = new Map<string, OrderDesk>();
  return {
    async orders(deskId) {
      const known = desks.get(deskId);
      if (known) return known;
      const { broker, instruments } = await venueOf(deskId);
      const clock = { nowMs: () => broker.nowMs() };
      const desk = createOrderDesk({
        deskId,
        broker: around(broker),
        store,
        instruments,
        limits,
        entryContext: createEntryContext(entryFacts, { deskId, instruments, clock }),
        ...lockOf(deskId),
      });
      desks.set(deskId, desk);
      return desk;
    },
  };
}
