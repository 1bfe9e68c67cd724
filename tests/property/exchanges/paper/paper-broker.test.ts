import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FundingPayment } from '#domain/account.ts';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { type Fill, ORDER_STEPS, type Order, type OrderStatus } from '#domain/order.ts';
import type { PaperBooks } from '#exchanges/paper/paper-books.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import { LEVERAGE, openFlowDesk, STARTING, type Step, steps, take } from './trading-flow.ts';

const RUNS = { numRuns: 150 };

interface Seen {
  readonly fills: Fill[];
  readonly fundings: FundingPayment[];
  readonly orders: Map<string, Order>;
}

describe('any flow of orders over any bars', () => {
  it('conserves money to the last digit and keeps every order on its steps', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (flow) => {
        const desk = openFlowDesk();
        const seen: Seen = { fills: [], fundings: [], orders: new Map() };
        let cursor: string | null = null;
        for (const next of flow) {
          await take(desk, next);
          const activity = await desk.broker.activityAfter(cursor);
          cursor = activity.cursor;
          seen.fills.push(...activity.fills);
          seen.fundings.push(...activity.fundings);
          await expectMoneyConserved(desk.broker, seen);
          await expectPositionsFromFills(desk.broker, seen);
          await expectOrdersOnTheirSteps(desk.broker, seen);
        }
        expectWithinSteps(seen);
        expectLiquidationsWithinMargin(seen);
        expectReduceOnlyToReduce(seen);
      }),
      RUNS,
    );
  }, 60_000);

  it('gives the same when every call meets a new broker and books that went through JSON', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (flow) => {
        expect(await outcomeOf(flow, { everyCallAnew: true })).toEqual(
          await outcomeOf(flow, { everyCallAnew: false }),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('gives the same whether the bars are seen one by one or all at once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        const bars = after.filter((next) => next.kind === 'bar' || next.kind === 'fund');
        expect(await outcomeAfter(before, bars, { lookEachTime: true })).toEqual(
          await outcomeAfter(before, bars, { lookEachTime: false }),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

async function expectMoneyConserved(broker: Broker, { fills, fundings }: Seen): Promise<void> {
  const account = await broker.account();
  const positions = await broker.positions();
  const costs = sumDecimals(fills.map((fill) => fill.feeQuote)).plus(
    sumDecimals(fundings.map((payment) => payment.amountQuote)),
  );
  const realised = sumDecimals(fills.map((fill) => fill.realisedQuote));
  expect(account.balanceQuote).toBe(decimalText(decimal(STARTING).plus(realised).minus(costs)));
  // Told a second way, from what was bought and sold and what the open positions are worth.
  const cash = sumDecimals(
    fills.map((fill) =>
      decimal(fill.quantityBase)
        .times(fill.priceQuote)
        .times(fill.side === 'sell' ? 1 : -1),
    ),
  );
  const worth = sumDecimals(
    positions.map((position) =>
      decimal(position.quantityBase)
        .times(position.markPriceQuote)
        .times(position.side === 'long' ? 1 : -1),
    ),
  );
  expect(account.equityQuote).toBe(decimalText(decimal(STARTING).plus(cash).plus(worth).minus(costs)));
  expect(decimal(account.availableQuote).gte(0) && decimal(account.marginUsedQuote).gte(0)).toBe(true);
}

async function expectPositionsFromFills(broker: Broker, { fills }: Seen): Promise<void> {
  const net = new Map<string, ReturnType<typeof decimal>>();
  for (const fill of fills)
    net.set(
      fill.symbol,
      decimal(net.get(fill.symbol) ?? 0).plus(decimal(fill.quantityBase).times(fill.side === 'buy' ? 1 : -1)),
    );
  const open = [...net]
    .filter(([, quantity]) => !quantity.eq(0))
    .map(([symbol, quantity]) => [symbol, quantity.toFixed()]);
  const told = (await broker.positions()).map((position) => [
    position.symbol,
    decimal(position.quantityBase)
      .times(position.side === 'long' ? 1 : -1)
      .toFixed(),
  ]);
  expect(told).toEqual(open.sort());
}

async function expectOrdersOnTheirSteps(broker: Broker, { fills, orders }: Seen): Promise<void> {
  const traded = fills.filter((fill) => fill.purpose !== 'liquidation');
  for (const { clientOrderId, symbol } of [...(await broker.openOrders()), ...traded])
    if (!orders.has(clientOrderId))
      orders.set(clientOrderId, (await broker.findOrder(symbol, clientOrderId))!);
  for (const [clientOrderId, before] of orders) {
    const now = await broker.findOrder(before.symbol, clientOrderId);
    if (!now) throw new Error(`order ${clientOrderId} has vanished`);
    expect(reachableFrom(before.status)).toContain(now.status);
    const own = fills.filter((fill) => fill.clientOrderId === clientOrderId);
    expect(now.filledBase).toBe(decimalText(sumDecimals(own.map((fill) => fill.quantityBase))));
    expect(now.feesQuote).toBe(decimalText(sumDecimals(own.map((fill) => fill.feeQuote))));
    expect(decimal(now.filledBase).lte(now.quantityBase)).toBe(true);
    expect(now.status === 'filled').toBe(now.filledBase === now.quantityBase);
    if (now.status === 'cancelled') expect(now.reason).not.toBeNull();
    orders.set(clientOrderId, now);
  }
}

function reachableFrom(status: OrderStatus): readonly OrderStatus[] {
  return [status, ...ORDER_STEPS[status].filter((next) => next !== status).flatMap(reachableFrom)];
}

function expectWithinSteps({ fills }: Seen): void {
  for (const fill of fills) {
    expect(decimal(fill.priceQuote).mod('0.1').eq(0)).toBe(true);
    expect(decimal(fill.quantityBase).mod('0.001').eq(0)).toBe(true);
    expect(decimal(fill.quantityBase).gt(0)).toBe(true);
  }
}

function expectLiquidationsWithinMargin({ fills }: Seen): void {
  for (const fill of fills.filter((candidate) => candidate.purpose === 'liquidation')) {
    expect(decimal(fill.feeQuote).gte(0)).toBe(true);
    const lost = decimal(fill.feeQuote).minus(fill.realisedQuote);
    const worth = decimal(fill.quantityBase).times(fill.priceQuote);
    const cost = fill.side === 'sell' ? worth.minus(fill.realisedQuote) : worth.plus(fill.realisedQuote);
    // Each margin was rounded up to the eighth decimal when its part was opened or closed.
    expect(lost.times(LEVERAGE).lte(cost.plus('0.00001'))).toBe(true);
  }
}

function expectReduceOnlyToReduce({ fills, orders }: Seen): void {
  const net = new Map<string, ReturnType<typeof decimal>>();
  for (const fill of fills) {
    const before = net.get(fill.symbol) ?? decimal(0);
    const after = before.plus(decimal(fill.quantityBase).times(fill.side === 'buy' ? 1 : -1));
    net.set(fill.symbol, after);
    if (!orders.get(fill.clientOrderId)?.reduceOnly) continue;
    expect(after.abs().lt(before.abs()) && after.times(before).gte(0)).toBe(true);
  }
}

async function outcomeOf(flow: readonly Step[], { everyCallAnew }: { everyCallAnew: boolean }) {
  const desk = openFlowDesk(everyCallAnew ? { store: createJsonStore() } : {});
  const used = everyCallAnew ? renewing(desk.reopened) : desk.broker;
  for (const next of flow) {
    await take(desk, next, used);
    await used.positions();
  }
  return outcome(used);
}

async function outcomeAfter(
  before: readonly Step[],
  bars: readonly Step[],
  { lookEachTime }: { lookEachTime: boolean },
) {
  const desk = openFlowDesk();
  for (const next of before) await take(desk, next);
  for (const next of bars) {
    await take(desk, next);
    if (lookEachTime) await desk.broker.account();
  }
  desk.market.minute({});
  return outcome(desk.broker);
}

async function outcome(broker: Broker) {
  const { fundings, ...activity } = await broker.activityAfter(null);
  return {
    account: await broker.account(),
    positions: await broker.positions(),
    orders: await broker.openOrders(),
    activity,
    // Of one instant the payments of several symbols come in no order of their own, and are numbered as they come.
    fundings: fundings
      .map(({ paymentId: _numbered, ...payment }) => payment)
      .sort((left, right) => left.atMs - right.atMs || (left.symbol < right.symbol ? -1 : 1)),
  };
}

/** A broker that is a new object at every call. */
function renewing(reopened: () => Broker): Broker {
  return {
    venue: 'paper',
    priceStepMs: 0,
    sendSettlesWithinMs: 0,
    account: () => reopened().account(),
    positions: () => reopened().positions(),
    openOrders: () => reopened().openOrders(),
    findOrder: (symbol, id) => reopened().findOrder(symbol, id),
    activityAfter: (cursor) => reopened().activityAfter(cursor),
    prepare: (entry) => reopened().prepare(entry),
    submit: (order) => reopened().submit(order),
    cancel: (symbol, id) => reopened().cancel(symbol, id),
    nowMs: () => reopened().nowMs(),
  };
}

/** Keeps nothing but text, with keys in another order, as a jsonb column does. */
function createJsonStore(): PaperStore<PaperBooks> {
  let text: string | null = null;
  return {
    async transact(_accountId, change) {
      const changed = await change(text === null ? null : (reordered(JSON.parse(text)) as PaperBooks));
      text = changed.books && JSON.stringify(changed.books);
      return changed.result;
    },
  };
}

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reordered(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? 1 : -1)));
}
