import { describe, expect, it } from 'vitest';
import { BTC, opening, openMemoryOrders } from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

/** A position whose stop has been taken away; its entry ended so long before the venue says that it began. */
async function stopAfter(endedBeforeMs: number): Promise<string | null | undefined> {
  const orders = openMemoryOrders();
  await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
  const position = await orders.position(BTC);
  const entry = [...orders.books.intents.values()].find(({ request }) => request.purpose === 'entry');
  if (position === undefined || entry === undefined) throw new Error('nothing was opened');
  const updatedAtMs = position.openedAtMs - endedBeforeMs;
  orders.books.intents.set(entry.intentId, { ...entry, updatedAtMs });
  for (const { purpose, clientOrderId } of await orders.working(BTC))
    if (purpose === 'stop') await orders.venue.cancel(BTC, clientOrderId);
  await reconcile(orders.parts);
  return (await orders.working(BTC)).find(({ purpose }) => purpose === 'stop')?.triggerPriceQuote;
}

describe('a position that lacks its stop', () => {
  it('gets the one its entry planned, though the clocks of the venue and of our books differ a little', async () => {
    expect(await stopAfter(0)).toBe('97');
    expect(await stopAfter(1_500)).toBe('97');
  });

  it('gets one of its own when the entry was over before it began', async () => {
    // 2% under the entry.
    expect(await stopAfter(10_000)).toBe('98');
  });
});
