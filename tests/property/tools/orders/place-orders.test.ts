import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#domain/errors.ts';
import { breakAt, type CallCounter, type FaultPoint } from '#tests/support/memory-fault-points.ts';
import {
  BTC,
  closing,
  ETH,
  opening,
  openMemoryOrders,
  SOL,
  unsoundness,
} from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';

const codeOfBroker = (method: string): ErrorCode =>
  method === 'submit' ? 'order_outcome_unknown' : 'venue_unavailable';

/** A desk that holds SOL and a plan that closes it, opens BTC and ETH, and asks for one thing the gate denies. */
async function deskWithPlan(volumeBase: number) {
  const orders = openMemoryOrders({ volumeBase });
  await placeOrders(orders.plan('run-0', [opening(SOL)]), orders.parts);
  const held = await orders.position(SOL);
  if (held === undefined) throw new Error('the first run opened nothing');
  const denied = opening('XRP/USDT:USDT', { stopPriceQuote: null });
  const plan = orders.plan('run-1', [
    { ...opening(BTC), style: 'limit', deadlineMs: 60_000 },
    denied,
    opening(ETH, { side: 'short' }),
    closing(held),
  ]);
  orders.submitted.splice(0);
  return { ...orders, plan };
}

/** Runs the plan with one fault, then again without any, as the desk does after a restart, and lets it settle. */
async function placeThroughFault(points: readonly FaultPoint[], volumeBase = 1_000) {
  const orders = await deskWithPlan(volumeBase);
  const counters: CallCounter[] = [];
  for (const point of [...points, null]) {
    const counter: CallCounter = { calls: 0 };
    counters.push(counter);
    const broker = breakAt(orders.parts.broker, point, counter, codeOfBroker);
    const store = breakAt(orders.parts.store, point, counter, () => 'database_unavailable');
    const parts = { ...orders.parts, broker, store, clock: broker };
    try {
      await placeOrders(orders.plan, parts);
    } catch (thrown) {
      expect(thrown).toMatchObject({ name: 'AppError' });
      if (point === null) throw thrown;
    }
  }
  // Past the deadline of what rests, whether it has filled or not.
  await orders.minute({ [BTC]: [100, 100, 99, 100] });
  await orders.desk.reconcile();
  const view = await orders.desk.reconcile();
  return { ...orders, view, calls: counters[0]?.calls ?? 0 };
}

type Placed = Awaited<ReturnType<typeof placeThroughFault>>;

async function expectSound({ view, venue, books, submitted }: Placed, what: string): Promise<void> {
  expect(await unsoundness(venue), what).toEqual([]);
  expect(view.unknownOutcomes, what).toBe(0);
  const working = new Set((await venue.openOrders()).map(({ clientOrderId }) => clientOrderId));
  const intents = [...books.intents.values()];
  const isEntering = (symbol: string) =>
    intents.some(
      ({ intentId, request }) =>
        request.purpose === 'entry' && request.symbol === symbol && working.has(intentId),
    );
  const waiting = intents.filter(
    ({ status, request }) =>
      ['planned', 'sent', 'unknown'].includes(status) &&
      !(status === 'planned' && isEntering(request.symbol)),
  );
  expect(
    waiting.map(({ request, status }) => `${request.purpose} ${status}`),
    what,
  ).toEqual([]);
  const { fills } = await venue.activityAfter(null);
  const entries = fills.filter(({ purpose, symbol }) => purpose === 'entry' && symbol !== SOL);
  const orderIds = new Set(entries.map(({ clientOrderId }) => clientOrderId));
  expect(orderIds.size, `${what}: entries of BTC and ETH`).toBeLessThanOrEqual(2);
  const sent = submitted.filter(({ purpose }) => purpose === 'entry').map(({ symbol }) => symbol);
  expect(sent, `${what}: entries sent once each`).toEqual([...new Set(sent)]);
}

const LONG_MS = 60_000;

describe('placing through a fault', { timeout: LONG_MS }, () => {
  it('ends sound whichever call breaks first, before or after it took effect, for once or for good', async () => {
    const { calls } = await placeThroughFault([]);
    expect(calls).toBeGreaterThan(40);
    for (let call = 1; call <= calls; call++) {
      for (const tookEffect of [false, true]) {
        for (const isDeath of [false, true]) {
          const placed = await placeThroughFault([{ call, tookEffect, isDeath }]);
          await expectSound(placed, JSON.stringify({ call, tookEffect, isDeath }));
        }
      }
    }
  });

  it('closes what was to be closed, whatever broke', async () => {
    const { calls } = await placeThroughFault([]);
    for (let call = 1; call <= calls; call += 3) {
      const { view } = await placeThroughFault([{ call, tookEffect: true, isDeath: true }]);
      expect(view.positions.map(({ symbol }) => symbol)).not.toContain(SOL);
    }
  });

  it('ends sound after several faults in a row, on a venue that fills in parts', async () => {
    const point = fc.record({
      call: fc.integer({ min: 1, max: 120 }),
      tookEffect: fc.boolean(),
      isDeath: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(point, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(10, 30, 60, 1_000),
        async (points, volumeBase) => {
          await expectSound(await placeThroughFault(points, volumeBase), 'after these faults');
        },
      ),
      { numRuns: 60 },
    );
  });
});
