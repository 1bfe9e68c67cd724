import { describe, expect, it } from 'vitest';
import type { Position } from '#domain/account.ts';
import type { IntentStatus, OrderIntent } from '#domain/intent.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import { BTC, ETH, positionOf } from '#tests/support/agent-fixtures.ts';
import { INSTRUMENTS } from '#tests/support/memory-orders.ts';
import { requestOf, stopAt, targetAt } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { type CustodyAction, type CustodyFacts, planCustody } from '#tools/orders/custody-plan.ts';

/** Long after whatever was meant. */
const NOW_MS = 1_000_000;
/** Long 2 BTC at 100, liquidated at 82. */
const LONG = positionOf(BTC);
const SHORT = positionOf(BTC, { side: 'short', liquidationPriceQuote: '118' });

function orderOf(order: Partial<Order>): Order {
  return {
    ...requestOf({ quantityBase: '2' }),
    clientOrderId: `${order.purpose} ${order.triggerPriceQuote} ${order.quantityBase ?? 2}`,
    venueOrderId: '1',
    status: 'pending',
    filledBase: '0',
    averagePriceQuote: null,
    feesQuote: '0',
    createdAtMs: 0,
    updatedAtMs: 0,
    reason: null,
    ...order,
  };
}

function meant(status: IntentStatus, request: Partial<OrderRequest>): OrderIntent {
  return {
    intentId: `${status} ${request.triggerPriceQuote}`,
    runId: 'run-1',
    deskId: 'desk',
    proposalId: 'p',
    status,
    request: requestOf({ quantityBase: '2', ...request }),
    reason: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}

function plan(position: Position | null, over: Partial<CustodyFacts>): string[] {
  const facts: CustodyFacts = {
    positions: position === null ? [] : [position],
    openOrders: [],
    meantIntents: [],
    instruments: INSTRUMENTS,
    fallbackStopFraction: 0.02,
    ...over,
  };
  return planCustody(facts, NOW_MS).map(inWords);
}

function inWords(action: CustodyAction): string {
  if (action.kind === 'cancel') return `cancel ${action.order.clientOrderId}`;
  const { purpose, triggerPriceQuote, position, meant: intent } = action;
  const how = intent === null ? 'anew' : `as ${intent.intentId}`;
  return `place ${purpose} ${triggerPriceQuote} of ${position.quantityBase} ${how}`;
}

const STOP = orderOf(stopAt('95'));
const TARGET = orderOf(targetAt('110'));

describe('the custody plan', () => {
  it('does nothing for a position with its stop and its target, or with its stop alone', () => {
    expect(plan(LONG, { openOrders: [STOP, TARGET] })).toEqual([]);
    expect(plan(LONG, { openOrders: [STOP] })).toEqual([]);
  });

  it('leaves alone a stop or a target that closes whatever is held', () => {
    const whole = [
      orderOf({ ...stopAt('95'), quantityBase: '0' }),
      orderOf({ ...targetAt('110'), quantityBase: '0' }),
    ];
    expect(plan(LONG, { openOrders: whole })).toEqual([]);
  });

  it('does nothing on an empty venue, whatever was meant once', () => {
    expect(plan(null, { meantIntents: [meant('planned', stopAt('95'))] })).toEqual([]);
  });

  it('cancels protection without a position, and that of the other side', () => {
    expect(plan(null, { openOrders: [STOP, TARGET] })).toEqual(['cancel stop 95 2', 'cancel target 110 2']);
    const turned = plan(SHORT, { openOrders: [STOP] });
    expect(turned).toEqual(['place stop 102 of 2 anew', 'cancel stop 95 2']);
  });

  it('leaves entries and exits alone', () => {
    const entry = orderOf({ purpose: 'entry', clientOrderId: 'entry' });
    const exit = orderOf({
      purpose: 'exit',
      type: 'limit',
      side: 'sell',
      reduceOnly: true,
      priceQuote: '120',
    });
    expect(plan(LONG, { openOrders: [STOP, entry, exit] })).toEqual([]);
    expect(plan(null, { openOrders: [entry, exit] })).toEqual([]);
  });

  it('takes a trailing stop for an exit: the position has its stop beside it, and it goes with the position', () => {
    const trailing = orderOf({
      ...{ type: 'trailing_stop', purpose: 'exit', side: 'sell', reduceOnly: true },
      ...{ clientOrderId: 'trailing', trail: { callbackFraction: 0.01, activationPriceQuote: null } },
    });
    expect(plan(LONG, { openOrders: [trailing] })).toEqual(['place stop 98 of 2 anew']);
    expect(plan(LONG, { openOrders: [STOP, trailing] })).toEqual([]);
    expect(plan(null, { openOrders: [trailing] })).toEqual(['cancel trailing']);
    expect(plan(null, { openOrders: [{ ...trailing, purpose: 'entry', reduceOnly: false }] })).toEqual([]);
    expect(plan(SHORT, { openOrders: [trailing] })).toEqual(['place stop 102 of 2 anew', 'cancel trailing']);
  });

  it('sends what was planned and never left, and what was sent and never arrived', () => {
    for (const status of ['planned', 'sent'] as const) {
      const meantIntents = [meant(status, targetAt('110')), meant(status, stopAt('95'))];
      expect(plan(LONG, { meantIntents })).toEqual([
        `place stop 95 of 2 as ${status} 95`,
        `place target 110 of 2 as ${status} 110`,
      ]);
    }
  });

  it('takes the price alone from what has another size or has stood before', () => {
    const other = [meant('planned', { ...stopAt('95'), quantityBase: '3' })];
    expect(plan(LONG, { meantIntents: other })).toEqual(['place stop 95 of 2 anew']);
    for (const status of ['acknowledged', 'cancelled', 'unknown', 'settled', 'filled'] as const) {
      expect(plan(LONG, { meantIntents: [meant(status, stopAt('95'))] })).toEqual([
        'place stop 95 of 2 anew',
      ]);
    }
  });

  it('places a stop before it cancels the one of a wrong size', () => {
    const small = orderOf({ ...stopAt('95'), quantityBase: '1' });
    expect(plan(LONG, { openOrders: [small] })).toEqual(['place stop 95 of 2 anew', 'cancel stop 95 1']);
  });

  it('places everything before it cancels anything, over all positions', () => {
    const eth = positionOf(ETH);
    const small = orderOf({ ...stopAt('95'), quantityBase: '1' });
    const smallEth = orderOf({ ...stopAt('95'), quantityBase: '1', symbol: ETH });
    const actions = plan(LONG, { positions: [LONG, eth], openOrders: [small, smallEth] });
    expect(actions.map((action) => action.split(' ')[0])).toEqual(['place', 'place', 'cancel', 'cancel']);
  });

  it('counts what is left of a stop that has fired, not what it was', () => {
    const fired = orderOf({
      ...stopAt('95'),
      quantityBase: '5',
      filledBase: '3',
      status: 'partially_filled',
    });
    expect(plan(LONG, { openOrders: [fired] })).toEqual([]);
  });

  it('keeps the stop nearer to the price, of a long and of a short', () => {
    const [far, near] = [orderOf(stopAt('90')), orderOf(stopAt('95'))];
    expect(plan(LONG, { openOrders: [far, near] })).toEqual(['cancel stop 90 2']);
    const [low, high] = [orderOf(stopAt('105', { side: 'buy' })), orderOf(stopAt('110', { side: 'buy' }))];
    expect(plan(SHORT, { openOrders: [high, low] })).toEqual(['cancel stop 110 2']);
  });

  it('does not fall back to a farther stop because the nearer one has a wrong size', () => {
    const [far, near] = [orderOf(stopAt('90')), orderOf({ ...stopAt('95'), quantityBase: '1' })];
    expect(plan(LONG, { openOrders: [far, near] })).toEqual([
      'place stop 95 of 2 anew',
      'cancel stop 95 1',
      'cancel stop 90 2',
    ]);
  });

  it('brings back the nearest stop that was meant, not the newest', () => {
    const meantIntents = [meant('planned', stopAt('90')), meant('acknowledged', stopAt('95'))];
    expect(plan(LONG, { meantIntents })).toEqual(['place stop 95 of 2 anew']);
  });

  it('uses the price of a refused stop only where there is no other', () => {
    const refused = meant('rejected', stopAt('99'));
    expect(plan(LONG, { meantIntents: [refused, meant('acknowledged', stopAt('95'))] })).toEqual([
      'place stop 95 of 2 anew',
    ]);
    expect(plan(LONG, { meantIntents: [refused] })).toEqual(['place stop 99 of 2 anew']);
  });

  it.each(['cancelled', 'rejected', 'filled'] as const)(
    'leaves a target away when the newest one was %s, whatever came before it',
    (status) => {
      const meantIntents = [meant(status, targetAt('110')), meant('settled', targetAt('108'))];
      expect(plan(LONG, { openOrders: [STOP], meantIntents })).toEqual([]);
    },
  );

  it('keeps one target of the right size', () => {
    const openOrders = [
      STOP,
      TARGET,
      orderOf(targetAt('108')),
      orderOf({ ...targetAt('106'), quantityBase: '1' }),
    ];
    expect(plan(LONG, { openOrders })).toEqual(['cancel target 106 1', 'cancel target 110 2']);
  });

  it('falls back to a stop 2% from the entry, on a tick towards the entry', () => {
    expect(plan({ ...LONG, entryPriceQuote: '100.03' }, {})).toEqual(['place stop 98.1 of 2 anew']);
    expect(plan({ ...SHORT, entryPriceQuote: '100.03' }, {})).toEqual(['place stop 102 of 2 anew']);
  });

  it('falls back to half-way to the liquidation price where 2% lies too far', () => {
    expect(plan({ ...LONG, liquidationPriceQuote: '98.5' }, {})).toEqual(['place stop 99.3 of 2 anew']);
    expect(plan({ ...SHORT, liquidationPriceQuote: '101.5' }, {})).toEqual(['place stop 100.7 of 2 anew']);
    expect(plan({ ...LONG, liquidationPriceQuote: null }, {})).toEqual(['place stop 98 of 2 anew']);
  });

  it('adds nothing to a position that an exit at work is closing, and stops its entry', () => {
    const exit = orderOf({ purpose: 'exit', side: 'sell', reduceOnly: true, clientOrderId: 'exit' });
    const entry = orderOf({ purpose: 'entry', clientOrderId: 'entry' });
    expect(plan(LONG, { openOrders: [exit, entry] })).toEqual(['cancel entry']);
    const part = { ...exit, filledBase: '1' };
    expect(plan(LONG, { openOrders: [part, entry] })).toEqual(['place stop 98 of 2 anew']);
  });

  it('keeps a stop of a wrong size while an exit is at work', () => {
    const exit = orderOf({ purpose: 'exit', side: 'sell', reduceOnly: true });
    const small = orderOf({ ...stopAt('95'), quantityBase: '1' });
    expect(plan(LONG, { openOrders: [exit, small] })).toEqual([]);
  });
});
