import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, sumDecimals } from '#domain/decimal.ts';
import type { BrokerFaultRule } from '#tests/support/memory-broker-faults.ts';
import { BTC, ETH, openMemoryOrders, resting, unsoundness } from '#tests/support/memory-orders.ts';
import { type Placement, placeOrders } from '#tools/orders/place-orders.ts';

const SETTLES_WITHIN_MS = 5_000;
const DEADLINE_MS = 300_000;

const timing = { times: fc.integer({ min: 1, max: 3 }), after: fc.integer({ min: 0, max: 6 }) };
const refusal = fc.record({
  on: fc.constant('submit' as const),
  fault: fc.constantFrom('lost_before', 'lost_after', 'delayed', 'rejected', 'turned_away', 'unavailable'),
  purpose: fc.constantFrom('entry', 'stop', 'target', undefined),
  ...timing,
});
const silence = fc.record({
  on: fc.constantFrom('findOrder', 'positions', 'openOrders', 'account', 'activityAfter', 'cancel'),
  fault: fc.constant('unavailable' as const),
  ...timing,
});
const faults = fc.array(fc.oneof(refusal, silence) as fc.Arbitrary<BrokerFaultRule>, { maxLength: 6 });
/** What happens in turn: time inside a bar, a bar's close, a look of the guard; stops lie at 97, targets at 108. */
const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ waitMs: fc.integer({ min: 500, max: 20_000 }) }) },
    { weight: 2, arbitrary: fc.record({ close: fc.integer({ min: 960, max: 1_015 }) }) },
    { weight: 3, arbitrary: fc.constant('look' as const) },
  ),
  { minLength: 5, maxLength: 25 },
);
const style = fc.constantFrom('limit', 'twap');

type Orders = ReturnType<typeof openMemoryOrders>;

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch((thrown) => expect(thrown).toMatchObject({ name: 'AppError' }));
}

async function take(orders: Orders, step: 'look' | { waitMs: number } | { close: number }): Promise<void> {
  if (step === 'look') return quietly(orders.desk.reconcile());
  if ('waitMs' in step) return orders.paper.market.wait(step.waitMs);
  const close = step.close / 10;
  const bar = [close, close + 0.3, close - 0.3, close] as const;
  await orders.minute({ [BTC]: bar, [ETH]: bar });
}

async function expectBounded({ venue, books }: Orders, asked: Placement): Promise<void> {
  const { symbol, quantityBase } = asked.proposal;
  const { fills } = await venue.activityAfter(null);
  const bought = fills.filter((fill) => fill.symbol === symbol && fill.purpose === 'entry');
  expect(sumDecimals(bought.map((fill) => fill.quantityBase)).lte(decimal(quantityBase))).toBe(true);
  const entering = (await venue.openOrders()).filter(
    (order) => order.symbol === symbol && order.purpose === 'entry',
  );
  expect(entering.length).toBeLessThanOrEqual(1);
  expect([...books.entries.values()].filter(({ proposal }) => proposal.symbol === symbol)).toHaveLength(1);
}

describe('entries over time on an unruly venue', { timeout: 60_000 }, () => {
  it('never fill more than was passed nor rest twice, and end sound with nothing at work', async () => {
    await fc.assert(
      fc.asyncProperty(faults, steps, style, style, async (rules, turns, ofBtc, ofEth) => {
        const orders = openMemoryOrders({ volumeBase: 60, sendSettlesWithinMs: SETTLES_WITHIN_MS });
        for (const symbol of [BTC, ETH]) orders.gate.lastPricesQuote.set(symbol, 99.9);
        const long = { ...resting(BTC), style: ofBtc, deadlineMs: DEADLINE_MS };
        const short = { ...resting(ETH, { side: 'short' }), style: ofEth, deadlineMs: DEADLINE_MS };
        const plan = orders.plan('run-1', [long, short]);
        await placeOrders(orders.plan('run-1', [long, short]), orders.parts);
        for (const rule of rules) orders.fail(rule);
        await quietly(placeOrders(plan, orders.parts));
        for (const turn of turns) {
          await take(orders, turn);
          for (const asked of [long, short]) await expectBounded(orders, asked);
        }

        orders.heal();
        await orders.deliver();
        orders.paper.market.wait(DEADLINE_MS + SETTLES_WITHIN_MS);
        // Bars of 60 each: what is being closed at market is gone after three.
        for (let looks = 0; looks < 5; looks++) {
          await orders.minute({});
          await orders.desk.reconcile();
          for (const asked of [long, short]) await expectBounded(orders, asked);
        }
        const { entries, openOrders, unknownOutcomes, worked } = await orders.desk.reconcile();
        expect({ entries, unknownOutcomes, worked }).toEqual({ entries: [], unknownOutcomes: 0, worked: [] });
        expect(openOrders.filter(({ purpose }) => purpose === 'entry')).toEqual([]);
        expect(await unsoundness(orders.venue)).toEqual([]);
        // A target that is given up keeps its plan while its position lives.
        const held = (await orders.venue.positions()).map(({ symbol }) => symbol);
        const left = [...orders.books.intents.values()].filter(
          ({ status, request }) =>
            ['sent', 'unknown'].includes(status) || (status === 'planned' && !held.includes(request.symbol)),
        );
        expect(left.map(({ request, status }) => `${request.purpose} ${status}`)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
