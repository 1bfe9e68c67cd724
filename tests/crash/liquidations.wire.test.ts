/** What is left of a position that the venue has taken away, on the venue and in our books. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { ETH } from '#tests/support/memory-orders.ts';
import { openWire, type Wire } from '#tests/support/wire-desk.ts';

let wire: Wire;
beforeEach(async () => {
  wire = await openWire({ requestTimeoutMs: 5_000 });
});
afterEach(() => wire.close());

describe('a position that the venue has liquidated', () => {
  async function leap(last: string): Promise<void> {
    wire.clock.atMs += 1_000;
    await wire.venue.setPrice('ETHUSDT', { last, leaps: true });
  }
  const ledger = () => {
    const { walletBalance, income } = wire.venue;
    const started = income.find(({ incomeType }) => incomeType === 'TRANSFER')?.income ?? 0;
    return decimalText(decimal(walletBalance).minus(started));
  };
  const netOf = () =>
    decimalText(sumDecimals([...wire.books.trades.values()].map(({ netQuote }) => netQuote)));

  it('leaves neither stop nor target behind, and a round trip that says so to the last digit', async () => {
    await wire.desk.open(ETH);
    await leap('80');
    const view = await wire.desk.reconcile();
    expect(view.positions).toEqual([]);
    expect(wire.standing()).toEqual([]);
    expect(view.custody.map(({ action }) => action)).toEqual(['cancelled', 'liquidated']);
    expect([...wire.books.trades.values()]).toMatchObject([{ exitReason: 'liquidation', quantityBase: '5' }]);
    expect(wire.books.fills.at(-1)?.purpose).toBe('liquidation');
    expect((await wire.desk.reconcile()).custody).toEqual([]);
    // What the insurance fund took is told with the funding, once a minute.
    wire.clock.atMs += MINUTE_MS;
    await wire.desk.reconcile();
    expect(netOf()).toBe(ledger());
  });

  it('while its entry was still filling is one round trip, and what filled after it another, protected', async () => {
    wire.venue.faults.add({
      ...{ method: 'POST', path: '/v1/order' },
      effect: { kind: 'partial-fill', fraction: '0.4', restAfterMs: 60_000 },
    });
    await wire.desk.open(ETH);
    await leap('80');
    await wire.venue.setPrice('ETHUSDT', 100);
    wire.clock.atMs += MINUTE_MS;
    const { positions } = await wire.desk.reconcile();
    expect([...wire.books.trades.values()]).toMatchObject([{ exitReason: 'liquidation', quantityBase: '2' }]);
    expect(positions).toMatchObject([{ quantityBase: '3' }]);
    expect(wire.standing().join()).toMatch(/ETHUSDT 3: STOP_MARKET 3 at/);
  });

  it('while the process was away is found by the next one, whose cycle is told that nothing is held', async () => {
    await wire.desk.open(ETH);
    await wire.desk.broker.close();
    await leap('80');
    wire.desk = await wire.openDesk();
    expect((await wire.desk.reconcile()).positions).toEqual([]);
    expect([...wire.books.trades.values()]).toMatchObject([{ exitReason: 'liquidation' }]);
    const statuses = [...wire.books.intents.values()].map(
      ({ request, status }) => `${request.purpose} ${status}`,
    );
    expect(statuses).toEqual(['entry filled', 'stop cancelled', 'target cancelled']);
  });
});
