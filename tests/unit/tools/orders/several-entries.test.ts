import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
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

describe('placing several entries of one plan', () => {
  it('has each position protected before the next entry leaves, and looks again once', async () => {
    const orders = openMemoryOrders();
    let lists = 0;
    const { openOrders } = orders.parts.broker;
    orders.parts.broker.openOrders = (scope) => {
      lists += 1;
      return openOrders(scope);
    };
    const report = await placeOrders(
      orders.plan('run-1', [opening(BTC), opening(ETH), opening(SOL)]),
      orders.parts,
    );
    expect(orders.submitted.map(({ purpose, symbol }) => `${purpose} ${symbol}`)).toEqual(
      [BTC, ETH, SOL].flatMap((symbol) => [`entry ${symbol}`, `stop ${symbol}`, `target ${symbol}`]),
    );
    expect(report.view.openOrders.map(({ purpose, symbol }) => `${purpose} ${symbol}`).sort()).toEqual(
      ['stop', 'target'].flatMap((purpose) => [BTC, ETH, SOL].map((symbol) => `${purpose} ${symbol}`)),
    );
    // Before the first, after each, and what custody did after the last.
    expect(lists).toBe(5);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('looks again before the next entry where a stop was refused', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'stop', symbol: BTC, fault: 'rejected', times: 2 });
    const plan = orders.plan('run-1', [opening(BTC), opening(ETH)], { maxOpenPositions: 1 });
    const report = await placeOrders(plan, orders.parts);
    expect(
      orders.submitted
        .filter(({ purpose }) => purpose === 'exit' || purpose === 'entry')
        .map(({ purpose, symbol }) => `${purpose} ${symbol}`),
    ).toEqual([`entry ${BTC}`, `exit ${BTC}`, `entry ${ETH}`]);
    expect(report.view.positions.map(({ symbol }) => symbol)).toEqual([ETH]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('plans each with its step to sent in one commit', async () => {
    const orders = openMemoryOrders();
    const planned: string[] = [];
    const { store } = orders.parts;
    const watched = {
      ...store,
      planIntents: (intents: Parameters<typeof store.planIntents>[0]) => {
        planned.push(...intents.map(({ request }) => `${request.purpose} ${request.symbol}`));
        return store.planIntents(intents);
      },
    };
    await placeOrders(orders.plan('run-1', [opening(BTC), opening(ETH)]), {
      ...orders.parts,
      store: watched,
    });
    expect(planned).toEqual([]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('asks for the facts of an entry when the trade that a close has ended is stored', async () => {
    const orders = openMemoryOrders();
    await placeOrders(orders.plan('run-0', [opening(SOL)]), orders.parts);
    const held = await orders.position(SOL);
    if (held === undefined) throw new Error('SOL was not opened');
    const plan = orders.plan('run-1', [closing(held), opening(ETH)]);
    const seen: number[] = [];
    const { store } = orders.parts;
    const late = {
      ...store,
      saveBooks: async (...given: Parameters<typeof store.saveBooks>) => {
        for (let turns = 0; turns < 10; turns++) await setImmediate();
        await store.saveBooks(...given);
      },
    };
    await placeOrders(
      {
        ...plan,
        gateContext: (view) => {
          seen.push(orders.books.trades.size);
          return plan.gateContext(view);
        },
      },
      { ...orders.parts, store: late },
    );
    expect(seen).toEqual([1]);
  });
});
