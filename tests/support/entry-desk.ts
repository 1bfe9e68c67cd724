/** A desk in memory for entries that go out over time, and what became of them. */
import { BTC, ETH, openMemoryOrders, resting } from './memory-orders.ts';

export type EntryDesk = ReturnType<typeof openMemoryOrders>;

/** The last price one tick under the touch, so that a limit may rest there. */
export function openEntryDesk(volumeBase = 1_000): EntryDesk {
  const orders = openMemoryOrders({ volumeBase });
  for (const symbol of [BTC, ETH]) orders.gate.lastPricesQuote.set(symbol, 99.9);
  return orders;
}

export function sliced(symbol: string, deadlineMs = 240_000): ReturnType<typeof resting> {
  return { ...resting(symbol), deadlineMs, style: 'twap' };
}

export function entriesOf({ submitted }: EntryDesk) {
  return submitted.filter(({ purpose }) => purpose === 'entry');
}
