import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { OrderRequest } from '#domain/order.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import { BTC, openMemoryOrders } from '#tests/support/memory-orders.ts';
import { requestOf, stopAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { lookUpIntent, sendIntent } from '#tools/orders/send-intent.ts';

const SETTLES_WITHIN_MS = 5_000;

async function planned(order: Partial<OrderRequest> = {}, volumeBase = 1_000) {
  const orders = openMemoryOrders({ volumeBase, sendSettlesWithinMs: SETTLES_WITHIN_MS });
  const request = requestOf({ clientOrderId: 'vg-1', quantityBase: '2', ...order });
  const nowMs = orders.parts.clock.nowMs();
  const intent: OrderIntent = {
    intentId: request.clientOrderId,
    runId: 'run-1',
    deskId: 'desk',
    proposalId: null,
    status: 'planned',
    request,
    reason: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  await orders.parts.store.planIntents([intent]);
  const send = () => sendIntent(intent, sealApproval(request), orders.parts);
  return { ...orders, intent, send };
}

describe('sending an intent', () => {
  it('says sent before the order leaves, and filled when the venue does', async () => {
    const { send, books, parts } = await planned();
    const { submit } = parts.broker;
    let statusOnTheWire: string | undefined;
    parts.broker.submit = (order) => {
      statusOnTheWire = books.intents.get('vg-1')?.status;
      return submit(order);
    };
    expect((await send()).status).toBe('filled');
    expect(statusOnTheWire).toBe('sent');
  });

  it.each([
    ['acknowledged', { type: 'limit', priceQuote: '90' }, 1_000],
    ['partially_filled', { quantityBase: '5' }, 30],
    ['acknowledged', stopAt('90'), 1_000],
    ['cancelled', { type: 'limit', priceQuote: '90', timeInForce: 'ioc' }, 1_000],
  ] as const)('ends %s for an order that stands so', async (status, order, volumeBase) => {
    const { send } = await planned(order, volumeBase);
    expect((await send()).status).toBe(status);
  });

  it('ends rejected with the venue’s words', async () => {
    const { send } = await planned({ quantityBase: '2.00001' });
    expect(await send()).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('not a multiple of the step 0.001'),
    });
  });

  it.each(['lost_after', 'duplicate'] as const)(
    'takes a %s answer for unknown and finds the fill by look-up',
    async (fault) => {
      const { send, fail } = await planned();
      fail({ on: 'submit', fault });
      expect((await send()).status).toBe('filled');
    },
  );

  it('knows that nothing stands of an order the venue turned away, without asking', async () => {
    const { send, fail } = await planned();
    fail({ on: 'submit', fault: 'turned_away' });
    fail({ on: 'findOrder', fault: 'unavailable' });
    expect(await send()).toMatchObject({ status: 'settled', reason: 'too many requests' });
  });

  it.each(['lost_before', 'unavailable', 'delayed'] as const)(
    'stays unknown after a %s answer while the venue may still come to know the order',
    async (fault) => {
      const { send, fail } = await planned();
      fail({ on: 'submit', fault });
      expect(await send()).toMatchObject({ status: 'unknown' });
    },
  );

  it('never sends an order twice by itself', async () => {
    const { send, fail, submitted } = await planned();
    fail({ on: 'submit', fault: 'lost_before' });
    await send();
    expect(submitted).toHaveLength(1);
  });

  it('sends once where two hold the same planned intent, though its order ends at once and frees its id', async () => {
    const { send, submitted } = await planned({ type: 'limit', priceQuote: '90', timeInForce: 'ioc' });
    const ended = await Promise.all([send(), send()]);
    expect(submitted).toHaveLength(1);
    expect(ended.map(({ status }) => status)).toContain('cancelled');
    await send();
    expect(submitted).toHaveLength(1);
  });

  it('sends once more what was sent into nothing, but only for one of two that saw it so', async () => {
    const { intent, parts, submitted } = await planned({ ...stopAt('90'), reduceOnly: true });
    const sent = await parts.store.moveIntent('vg-1', 'sent', { atMs: 1, reason: null, order: null });
    const again = () => sendIntent(sent, sealApproval(intent.request), parts);
    const [first] = await Promise.all([again(), again()]);
    expect(first.status).toBe('acknowledged');
    expect(submitted).toHaveLength(1);
  });

  it('never sends an entry again that stands as sent', async () => {
    const { intent, parts, submitted } = await planned();
    const sent = await parts.store.moveIntent('vg-1', 'sent', { atMs: 1, reason: null, order: null });
    await expect(sendIntent(sent, sealApproval(intent.request), parts)).rejects.toMatchObject({
      code: 'internal',
    });
    expect(submitted).toEqual([]);
  });

  it('has the account set for an entry before it takes the step to sent', async () => {
    const { send, books, parts } = await planned();
    const seen: (string | undefined)[] = [];
    parts.broker.prepare = async () => void seen.push(books.intents.get('vg-1')?.status);
    expect((await send()).status).toBe('filled');
    expect(seen).toEqual(['planned']);
  });

  it.each([
    ['order_rejected', 'rejected'],
    ['venue_unavailable', 'settled'],
  ] as const)('sends no entry whose account could not be set: %s leaves it %s', async (code, status) => {
    const { send, parts, submitted } = await planned();
    parts.broker.prepare = () => Promise.reject(new AppError(code, 'no leverage'));
    expect(await send()).toMatchObject({ status, reason: expect.stringContaining('no leverage') });
    expect(submitted).toEqual([]);
  });

  it('sends no entry once the lock of its desk is gone, and says so; what reduces goes out', async () => {
    const lost = () => {
      throw new AppError('database_unavailable', 'the lock is gone');
    };
    const entry = await planned();
    const without = (orders: typeof entry) =>
      sendIntent(orders.intent, sealApproval(orders.intent.request), {
        ...orders.parts,
        assertExclusive: lost,
      });
    await expect(without(entry)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(entry.submitted).toEqual([]);
    const stop = await planned(stopAt('90'));
    expect((await without(stop)).status).toBe('acknowledged');
  });

  it('refuses to send an order under another intent’s id', async () => {
    const { intent, parts, submitted } = await planned();
    const other = sealApproval(requestOf({ clientOrderId: 'vg-2' }));
    await expect(sendIntent(intent, other, parts)).rejects.toMatchObject({ code: 'internal' });
    expect(submitted).toEqual([]);
  });

  it('sends nothing when the row cannot be written', async () => {
    const { intent, parts, submitted } = await planned();
    parts.store.moveIntent = () => Promise.reject(new Error('the disk is full'));
    await expect(sendIntent(intent, sealApproval(intent.request), parts)).rejects.toThrow('disk is full');
    expect(submitted).toEqual([]);
  });

  it('does not call an outcome unknown because our own store failed to write the answer', async () => {
    const { intent, parts, books, venue } = await planned();
    const { moveIntent } = parts.store;
    parts.store.moveIntent = (intentId, to, evidence) =>
      to === 'sent'
        ? moveIntent(intentId, to, evidence)
        : Promise.reject(new Error('the database went away'));
    await expect(sendIntent(intent, sealApproval(intent.request), parts)).rejects.toThrow(
      'database went away',
    );
    expect(books.intents.get('vg-1')?.status).toBe('sent');
    expect((await venue.findOrder(BTC, 'vg-1'))?.status).toBe('filled');
  });
});

describe('looking an intent up', () => {
  it('leaves an unknown one as it is while the venue cannot be asked', async () => {
    const { send, fail, parts, paper } = await planned();
    fail({ on: 'submit', fault: 'lost_after' });
    fail({ on: 'findOrder', fault: 'unavailable' });
    const unknown = await send();
    expect(unknown.status).toBe('unknown');
    paper.market.wait(SETTLES_WITHIN_MS);
    expect((await lookUpIntent(unknown, parts)).status).toBe('unknown');
  });

  it('settles one the venue has never seen, after its settling time and not before', async () => {
    const { send, fail, parts, paper } = await planned();
    fail({ on: 'submit', fault: 'lost_before' });
    const unknown = await send();
    paper.market.wait(SETTLES_WITHIN_MS - 1);
    expect((await lookUpIntent(unknown, parts)).status).toBe('unknown');
    paper.market.wait(1);
    expect(await lookUpIntent(unknown, parts)).toMatchObject({
      status: 'settled',
      reason: 'no answer to vg-1',
    });
  });

  it('finds one that arrived late', async () => {
    const { send, fail, parts, deliver } = await planned();
    fail({ on: 'submit', fault: 'delayed' });
    const unknown = await send();
    await deliver();
    expect((await lookUpIntent(unknown, parts)).status).toBe('filled');
  });

  it('follows an order from acknowledged to filled', async () => {
    const { send, parts, minute } = await planned({ type: 'limit', priceQuote: '95' });
    const acknowledged = await send();
    await minute({ [BTC]: [100, 100, 94, 94] });
    expect((await lookUpIntent(acknowledged, parts)).status).toBe('filled');
  });

  it('takes an acknowledged order that the venue has forgotten for over, after a while', async () => {
    const { send, parts, paper } = await planned({ type: 'limit', priceQuote: '90' });
    const acknowledged = await send();
    parts.broker.findOrder = async () => null;
    expect((await lookUpIntent(acknowledged, parts)).status).toBe('acknowledged');
    paper.market.wait(SETTLES_WITHIN_MS);
    expect((await lookUpIntent(acknowledged, parts)).status).toBe('cancelled');
  });
});

it('sends nothing when the store cancels an entry because trading was halted meanwhile', async () => {
  const { intent, parts, submitted } = await planned();
  const { moveIntent } = parts.store;
  const halting = {
    ...parts.store,
    moveIntent: (id: string, to: OrderIntent['status'], evidence: Parameters<typeof moveIntent>[2]) =>
      moveIntent(id, to === 'sent' ? 'cancelled' : to, evidence),
  };
  const sent = await sendIntent(intent, sealApproval(intent.request), { ...parts, store: halting });
  expect(sent.status).toBe('cancelled');
  expect(submitted).toEqual([]);
});
