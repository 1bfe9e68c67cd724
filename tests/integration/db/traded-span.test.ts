import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEquityMarks } from '#db/repositories/equity-marks.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createTradedSpans } from '#db/repositories/traded-span.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { account, NOW_MS, trade } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

describe('a span of trading', () => {
  it('holds what a desk closed in it and where its equity stood, and nothing of others or of other times', async () => {
    const orders = createOrderRepository(test.database);
    const marks = createEquityMarks(test.database, { marketKey: 'market' });
    for (const deskId of ['desk-1', 'desk-2']) {
      const trades = [0, 1, 2].map((minute) =>
        trade(`${deskId}-${minute}`, {
          closedAtMs: NOW_MS + minute * MINUTE_MS,
          grossQuote: '1.000000000000000001',
        }),
      );
      await orders.saveBooks(deskId, {
        ...{ account: account(), positions: [], orders: [], fills: [], fundings: [], trades },
        ...{ atMs: NOW_MS, cursor: null },
      });
      for (const minute of [0, 1, 2])
        await marks.add(deskId, {
          ...{
            atMs: NOW_MS + minute * MINUTE_MS,
            equityQuote: String(10_000 + minute),
            balanceQuote: '10000',
          },
        });
    }
    const span = { fromMs: NOW_MS, toMs: NOW_MS + 2 * MINUTE_MS };
    const { trades, points, isWhole } = await createTradedSpans(test.database).of('desk-1', span);
    expect(isWhole).toBe(true);
    expect(trades.map(({ closedAtMs }) => closedAtMs)).toEqual([NOW_MS + MINUTE_MS, NOW_MS]);
    expect(trades[0]?.grossQuote).toBe('1.000000000000000001');
    expect(points).toEqual([
      { atMs: NOW_MS, equityQuote: '10000' },
      { atMs: NOW_MS + MINUTE_MS, equityQuote: '10001' },
    ]);
  });
});
