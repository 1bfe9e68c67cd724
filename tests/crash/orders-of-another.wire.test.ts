/** Two processes on one account and one set of books: what one has just placed, seen and cancelled by the other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemoryOrders, resting, SOL, XRP } from '#tests/support/memory-orders.ts';
import { openWire, type Wire, type WireDesk } from '#tests/support/wire-desk.ts';

let wire: Wire;
let guard: WireDesk;
beforeEach(async () => {
  wire = await openWire({ requestTimeoutMs: 5_000 });
  guard = await wire.openDesk();
  // From here on it lists single symbols, and everything again in half a minute.
  expect((await guard.reconcile()).openOrders).toEqual([]);
});
afterEach(async () => {
  await guard.broker.close();
  await wire.close();
});

function rest(symbol: string) {
  const { gate, plan } = openMemoryOrders();
  gate.lastPricesQuote.set(symbol, 99.9);
  return wire.desk.place(plan(`run-${symbol}`, [resting(symbol, { atMs: wire.clock.atMs })]));
}

const standing = () => wire.venue.orders.filter(({ status }) => status === 'NEW').map(({ symbol }) => symbol);

describe('an entry that another process has just placed', () => {
  it('is cancelled at a trip without a look before', async () => {
    await rest(XRP);
    expect(standing()).toEqual(['XRPUSDT']);
    const notes = await guard.cancelEntries();
    expect(notes.map(({ action, symbol }) => `${action} ${symbol}`)).toEqual([`cancelled ${XRP}`]);
    expect(standing()).toEqual([]);
  });

  it('is in the next look, and taken away by who protects the book', async () => {
    await rest(SOL);
    const notes = await guard.protect('a trip');
    expect(notes.map(({ action, symbol }) => `${action} ${symbol}`)).toEqual([`cancelled ${SOL}`]);
    expect(standing()).toEqual([]);
  });
});
