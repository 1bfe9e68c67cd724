import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createRecentTrading } from '#db/repositories/recent-trading.ts';
import type { Trade } from '#domain/account.ts';
import type { IntentStatus } from '#domain/intent.ts';
import type { OrderRequest } from '#domain/order.ts';
import { HOUR_MS } from '#domain/time.ts';
import { account, intent, NOW_MS, trade } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const recentOf = (deskId = 'desk-1') =>
  createRecentTrading(test.database, { tradesMs: 24 * HOUR_MS, failuresMs: HOUR_MS }).of(deskId, NOW_MS);

const closed = (tradeId: string, agoMs: number, over: Partial<Trade> = {}) =>
  trade(tradeId, { openedAtMs: NOW_MS - agoMs - HOUR_MS, closedAtMs: NOW_MS - agoMs, ...over });

async function addTrades(...trades: readonly Trade[]): Promise<void> {
  const books = { account: account(), positions: [], orders: [], fills: [], fundings: [] };
  await createOrderRepository(test.database).saveBooks('desk-1', {
    ...{ ...books, trades },
    atMs: NOW_MS,
    cursor: null,
  });
}

/** An intent that was planned, sent and came to this so long ago. */
async function addOutcome(
  id: string,
  status: IntentStatus,
  agoMs: number,
  request: Partial<OrderRequest> = {},
): Promise<void> {
  const orders = createOrderRepository(test.database);
  const planned = intent(id);
  await orders.planIntents([{ ...planned, request: { ...planned.request, ...request } }]);
  const at = { atMs: NOW_MS - agoMs, reason: null, order: null };
  await orders.moveIntent(planned.intentId, 'sent', at);
  await orders.moveIntent(planned.intentId, status, at);
}

describe('what the account protections are told', () => {
  it('is nothing of a desk that has not traded, whatever others have', async () => {
    await addTrades(closed('t', 0));
    expect(await recentOf('desk-2')).toEqual({ trades: [], venueFailuresAtMs: [] });
  });

  it('is each round trip of the time asked for, newest first, to the last digit', async () => {
    const last = closed('last', 0, { netQuote: '-0.000000000000000001', exitReason: 'stop', side: 'short' });
    await addTrades(
      closed('old', 24 * HOUR_MS),
      closed('first', 24 * HOUR_MS - 1),
      last,
      closed('to come', -1),
    );
    const { trades } = await recentOf();
    const { symbol, side, netQuote, exitReason, openedAtMs, closedAtMs } = last;
    expect(trades).toEqual([
      { symbol, side, netQuote, exitReason, openedAtMs, closedAtMs },
      expect.objectContaining({ closedAtMs: NOW_MS - 24 * HOUR_MS + 1 }),
    ]);
  });

  it('is when the venue refused an order, turned it away or left it unanswered', async () => {
    await addOutcome('refused', 'rejected', 3);
    await addOutcome('turned-away', 'settled', 2);
    await addOutcome('unanswered', 'unknown', 1);
    await addOutcome('filled', 'filled', 0);
    await addOutcome('cancelled', 'cancelled', 0);
    await addOutcome('long-ago', 'rejected', HOUR_MS);
    await addOutcome('would-have-taken', 'rejected', 0, { timeInForce: 'post_only' });
    expect((await recentOf()).venueFailuresAtMs).toEqual([NOW_MS - 1, NOW_MS - 2, NOW_MS - 3]);
  });
});
