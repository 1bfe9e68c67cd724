import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canStepIntent, INTENT_STEPS, IntentStatus } from '#domain/intent.ts';
import { canStepOrder, isOrderFinal, ORDER_STEPS, OrderStatus } from '#domain/order.ts';

/** Walks from `start`, taking each wish that is a step, and gives every state it stood in. */
function walk<Status>(
  start: Status,
  wishes: readonly Status[],
  canStep: (from: Status, to: Status) => boolean,
): Status[] {
  const path = [start];
  for (const wish of wishes) {
    const from = path.at(-1);
    if (from !== undefined && canStep(from, wish)) path.push(wish);
  }
  return path;
}

describe('the steps of an order', () => {
  const wishes = fc.array(fc.constantFrom(...OrderStatus.options), { maxLength: 30 });

  it('lead only to states there are, and from created to each of them', () => {
    const reached = new Set<OrderStatus>(['created']);
    for (const from of reached) for (const to of ORDER_STEPS[from]) reached.add(OrderStatus.parse(to));
    expect([...reached].sort()).toEqual([...OrderStatus.options].sort());
    expect(Object.keys(ORDER_STEPS).sort()).toEqual([...OrderStatus.options].sort());
  });

  it('never leave filled, cancelled or rejected, and never come back to the beginning', () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const path = walk<OrderStatus>('created', list, canStepOrder);
        expect(path.slice(0, -1).some(isOrderFinal)).toBe(false);
        expect(path.slice(1)).not.toContain('created');
        expect(path.slice(2)).not.toContain('submitted');
      }),
    );
    expect(OrderStatus.options.filter(isOrderFinal)).toEqual(['filled', 'cancelled', 'rejected']);
  });

  it('do not reject what has filled in part', () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const path = walk<OrderStatus>('created', list, canStepOrder);
        if (path.includes('partially_filled')) expect(path.at(-1)).not.toBe('rejected');
      }),
    );
  });
});

describe('the steps of an intent', () => {
  const wishes = fc.array(fc.constantFrom(...IntentStatus.options), { maxLength: 30 });
  const FINAL: readonly IntentStatus[] = ['filled', 'cancelled', 'rejected', 'settled'];

  it('lead only to states there are, and from planned to each of them', () => {
    const reached = new Set<IntentStatus>(['planned']);
    for (const from of reached) for (const to of INTENT_STEPS[from]) reached.add(IntentStatus.parse(to));
    expect([...reached].sort()).toEqual([...IntentStatus.options].sort());
    expect(Object.keys(INTENT_STEPS).sort()).toEqual([...IntentStatus.options].sort());
  });

  it('never leave a final state and never plan or send twice', () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const path = walk<IntentStatus>('planned', list, canStepIntent);
        expect(path.slice(0, -1).some((status) => FINAL.includes(status))).toBe(false);
        expect(path.slice(1)).not.toContain('planned');
        expect(path.filter((status) => status === 'sent').length).toBeLessThanOrEqual(1);
      }),
    );
    expect(IntentStatus.options.filter((status) => INTENT_STEPS[status].length === 0)).toEqual(FINAL);
  });

  it('let an unknown outcome be answered by evidence alone, and never be sent again', () => {
    expect(canStepIntent('unknown', 'sent')).toBe(false);
    expect(canStepIntent('unknown', 'planned')).toBe(false);
    expect(canStepIntent('planned', 'unknown')).toBe(false);
  });
});
