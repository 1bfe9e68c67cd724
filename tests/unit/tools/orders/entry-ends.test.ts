import { describe, expect, it } from 'vitest';
import { entriesOf, openEntryDesk, sliced } from '#tests/support/entry-desk.ts';
import { BTC, ETH, opening, resting } from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';

const HOUR_MS = 3_600_000;

describe('an entry at work ends', () => {
  it('by a halt and by its deadline although the books or the lists cannot be read', async () => {
    for (const on of ['activityAfter', 'account', 'positions'] as const) {
      const orders = openEntryDesk();
      await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
      orders.fail({ on, fault: 'unavailable' });
      orders.gate.tradingMode = 'halted';
      await expect(orders.desk.reconcile()).rejects.toMatchObject({ code: 'venue_unavailable' });
      expect(await orders.working(BTC), on).toEqual([]);
    }
    const late = openEntryDesk();
    await placeOrders(late.plan('run-1', [resting(BTC)]), late.parts);
    late.fail({ on: 'openOrders', fault: 'unavailable' });
    late.paper.market.wait(2 * HOUR_MS);
    await expect(late.desk.reconcile()).rejects.toMatchObject({ code: 'venue_unavailable' });
    late.heal();
    expect(await late.working(BTC)).toEqual([]);
  });

  it('when a person withdraws it, and that one alone', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [resting(BTC), resting(ETH)]), orders.parts);
    const [btc] = await orders.parts.store.openEntries(orders.parts.deskId);
    const notes = await orders.desk.giveUp(btc?.entryId ?? '', 'I changed my mind');
    expect(notes?.map(({ action }) => action)).toEqual(['ended', 'withdrawn']);
    expect([await orders.working(BTC), (await orders.working(ETH)).length]).toEqual([[], 1]);
    const left = await orders.parts.store.openEntries(orders.parts.deskId);
    expect(left.map(({ proposal }) => proposal.symbol)).toEqual([ETH]);
    expect(await orders.desk.giveUp(btc?.entryId ?? '', 'again')).toBeNull();
  });

  it('when an order of it stands that was taken for gone, and leaves nothing of it', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    const [standing] = await orders.working(BTC);
    if (standing === undefined) throw new Error('nothing rests');
    const why = {
      atMs: orders.parts.clock.nowMs(),
      reason: 'the venue does not know it any more',
      order: null,
    };
    await orders.parts.store.moveIntent(standing.clientOrderId, 'cancelled', why);
    const { worked } = await orders.desk.reconcile();
    expect(worked.map(({ action }) => action)).toEqual(['ended', 'withdrawn']);
    expect(await orders.working(BTC)).toEqual([]);
    orders.paper.market.wait(60_000);
    expect((await orders.desk.reconcile()).worked).toEqual([]);
    expect(entriesOf(orders)).toHaveLength(1);
  });

  it('with the position it had, although its last slice has opened another', async () => {
    const orders = openEntryDesk();
    orders.gate.lastPricesQuote.set(BTC, 100);
    await placeOrders(orders.plan('run-1', [sliced(BTC, 600_000)]), orders.parts);
    orders.paper.market.wait(31_000);
    await orders.desk.reconcile();
    await orders.byHand({
      symbol: BTC,
      side: 'sell',
      quantityBase: '0.5',
      reduceOnly: true,
      purpose: 'exit',
    });
    orders.paper.market.wait(31_000);
    const { worked } = await orders.desk.reconcile();
    expect(worked[0]?.detail).toContain('its position');
    expect((await orders.desk.reconcile()).entries).toEqual([]);
  });

  it('by nobody who closes another position by its id', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [opening(ETH), resting(BTC)]), orders.parts);
    const eth = await orders.position(ETH);
    const nobody = await orders.desk.close(
      { symbol: null, side: null, positionId: 'gone' },
      'a person closes',
    );
    expect(nobody).toEqual({ closed: [], givenUp: [] });
    const choice = { symbol: null, side: null, positionId: eth?.positionId ?? '' };
    const { closed, givenUp } = await orders.desk.close(choice, 'a person closes');
    expect([closed.length, givenUp.length]).toEqual([1, 0]);
    expect((await orders.desk.reconcile()).entries).toHaveLength(1);
  });

  it('by no guard that stops: nothing rests where nobody looks, and who looks next sends it again', async () => {
    const orders = openEntryDesk();
    await placeOrders(orders.plan('run-1', [resting(BTC)]), orders.parts);
    expect((await orders.desk.withdrawEntries('the guard stops')).map(({ action }) => action)).toEqual([
      'withdrawn',
    ]);
    expect(await orders.working(BTC)).toEqual([]);
    expect((await orders.desk.reconcile()).worked.map(({ action }) => action)).toEqual(['sent']);
    expect(await orders.working(BTC)).toHaveLength(1);
  });
});
