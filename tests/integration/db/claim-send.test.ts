import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '#db/client.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { toAppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import { intent, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const noEvidence = { atMs: NOW_MS + 1, reason: null, order: null };

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

it('lets one alone of two processes take an intent to sent, and one alone send it once more', async () => {
  const other = await openDatabase({ url: test.url, maxConnections: 2 });
  try {
    const both = [createOrderRepository(test.database), createOrderRepository(other)] as const;
    await both[0].planIntents([intent()]);
    const steps = await Promise.allSettled(
      both.map((orders) => orders.moveIntent('intent-order-1', 'sent', noEvidence)),
    );
    expect(toldOf(steps)).toEqual(['conflict', 'sent']);
    const sent = await both[0].intentOf('order-1');
    if (sent === null) throw new Error('the intent is gone');
    // The same millisecond as the first send: it is the touch that counts.
    const again = await Promise.allSettled(both.map((orders) => orders.claimResend(sent, sent.updatedAtMs)));
    expect(toldOf(again)).toEqual(['conflict', 'sent']);
  } finally {
    await other.close();
  }
});

function toldOf(moves: readonly PromiseSettledResult<OrderIntent>[]): string[] {
  return moves
    .map((move) => (move.status === 'fulfilled' ? move.value.status : toAppError(move.reason).code))
    .sort();
}
