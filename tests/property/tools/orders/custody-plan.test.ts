import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import { IntentStatus, type OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import { BTC, ETH, positionOf, SOL } from '#tests/support/agent-fixtures.ts';
import { INSTRUMENTS } from '#tests/support/memory-orders.ts';
import { requestOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { type CustodyFacts, planCustody, protects } from '#tools/orders/custody-plan.ts';

/** Long after whatever was meant. */
const NOW_MS = 1_000_000;
const SYMBOLS = [BTC, ETH, SOL];
const quantity = fc.integer({ min: 1, max: 4 }).map(String);
const price = fc.integer({ min: 900, max: 1_100 }).map((ticks) => String(ticks / 10));
const symbol = fc.constantFrom(...SYMBOLS);
const side = fc.constantFrom('buy', 'sell');
const protective = fc.constantFrom('stop', 'target');

const position = fc.record({
  side: fc.constantFrom('long', 'short'),
  quantityBase: quantity,
  liquidationPriceQuote: fc.option(price),
}) as fc.Arbitrary<Partial<Position>>;

const request = fc
  .record({ symbol, side, purpose: protective, quantityBase: quantity, triggerPriceQuote: price })
  .map((told) =>
    requestOf({
      ...told,
      type: told.purpose === 'stop' ? 'stop_market' : 'take_profit_market',
      reduceOnly: true,
    }),
  );

const facts = fc
  .record({
    held: fc.array(fc.tuple(symbol, position), { maxLength: 3 }),
    orders: fc.array(request, { maxLength: 8 }),
    intents: fc.array(fc.tuple(request, fc.constantFrom(...IntentStatus.options)), { maxLength: 6 }),
  })
  .map(
    ({ held, orders, intents }): CustodyFacts => ({
      positions: [...new Map(held)].map(([name, over]) => positionOf(name, over)),
      openOrders: orders.map((order, i) => standing({ ...order, clientOrderId: `order-${i}` })),
      meantIntents: intents.map(([order, status], i) =>
        intentOf({ ...order, clientOrderId: `meant-${i}` }, status),
      ),
      instruments: INSTRUMENTS,
      fallbackStopFraction: 0.02,
    }),
  );

function standing(order: Order | ReturnType<typeof requestOf>): Order {
  return {
    ...order,
    ...{ venueOrderId: order.clientOrderId, status: 'pending', filledBase: '0', averagePriceQuote: null },
    ...{ feesQuote: '0', createdAtMs: 0, updatedAtMs: 0, reason: null },
  };
}

function intentOf(order: ReturnType<typeof requestOf>, status: IntentStatus): OrderIntent {
  const { clientOrderId } = order;
  const whose = { runId: 'run', deskId: 'desk', proposalId: null };
  return {
    intentId: clientOrderId,
    ...whose,
    status,
    request: order,
    reason: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}

/** A venue that takes every order and every cancel, and tells after each action what stands there. */
function carryOut(given: CustodyFacts, watch: (standing: readonly Order[]) => void = () => {}): CustodyFacts {
  let openOrders = [...given.openOrders];
  for (const action of planCustody(given, NOW_MS)) {
    if (action.kind === 'cancel') openOrders = openOrders.filter((order) => order !== action.order);
    else {
      const { meant, purpose, triggerPriceQuote, position: held } = action;
      const own = requestOf({
        clientOrderId: `own-${openOrders.length}`,
        symbol: held.symbol,
        side: held.side === 'long' ? 'sell' : 'buy',
        type: purpose === 'stop' ? 'stop_market' : 'take_profit_market',
        purpose,
        quantityBase: held.quantityBase,
        triggerPriceQuote,
        reduceOnly: true,
      });
      openOrders.push(standing(meant?.request ?? own));
    }
    watch(openOrders);
  }
  return { ...given, openOrders };
}

function protectionOf(
  held: Position,
  orders: readonly Order[],
  purpose: 'stop' | 'target',
): readonly Order[] {
  return orders.filter((order) => order.purpose === purpose && protects(order, held));
}

function nearestStop(held: Position, orders: readonly Order[]): number {
  const triggers = protectionOf(held, orders, 'stop').map((order) => Number(order.triggerPriceQuote));
  return held.side === 'long' ? Math.max(...triggers) : Math.min(...triggers);
}

describe('a custody plan carried out', () => {
  it('leaves each position one stop of its size and at most one target, and no orphan', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { openOrders } = carryOut(given);
        for (const held of given.positions) {
          const stops = protectionOf(held, openOrders, 'stop');
          expect(stops.map((order) => order.quantityBase)).toEqual([held.quantityBase]);
          const targets = protectionOf(held, openOrders, 'target');
          expect(targets.every((order) => order.quantityBase === held.quantityBase)).toBe(true);
          expect(targets.length).toBeLessThanOrEqual(1);
        }
        const orphans = openOrders.filter((order) => !given.positions.some((held) => protects(order, held)));
        expect(orphans).toEqual([]);
      }),
    );
  });

  it('never leaves a position that had a stop without one, on the way', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const protectedBefore = given.positions.filter(
          (held) => protectionOf(held, given.openOrders, 'stop').length > 0,
        );
        carryOut(given, (openOrders) => {
          for (const held of protectedBefore)
            expect(protectionOf(held, openOrders, 'stop').length).toBeGreaterThan(0);
        });
      }),
    );
  });

  it('never moves a stop away from the price', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { openOrders } = carryOut(given);
        for (const held of given.positions) {
          if (protectionOf(held, given.openOrders, 'stop').length === 0) continue;
          const [before, after] = [nearestStop(held, given.openOrders), nearestStop(held, openOrders)];
          expect(decimal(after).eq(before)).toBe(true);
        }
      }),
    );
  });

  it('has nothing left to do', () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(planCustody(carryOut(given), NOW_MS)).toEqual([]);
      }),
    );
  });

  it('is the same plan whatever order the venue lists its orders in', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const forwards = carryOut(given);
        const backwards = carryOut({ ...given, openOrders: [...given.openOrders].reverse() });
        for (const held of given.positions)
          expect(nearestStop(held, backwards.openOrders)).toBe(nearestStop(held, forwards.openOrders));
      }),
    );
  });
});
