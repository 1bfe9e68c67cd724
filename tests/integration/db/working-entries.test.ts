import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { proposalOf } from '#tests/support/agent-fixtures.ts';
import { intent, NOW_MS, order } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

let test: TestDatabase;
let orders: ReturnType<typeof createOrderRepository>;
beforeAll(async () => {
  test = await createTestDatabase();
  orders = createOrderRepository(test.database);
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

const proposalId = 'BTC-open-long';
const made = intent('first', { proposalId });
const entry = {
  entryId: made.intentId,
  runId: made.runId,
  deskId: made.deskId,
  proposal: proposalOf(made.request.symbol, { proposalId }),
  style: 'twap' as const,
  quantityBase: '0.3',
  slices: 3,
  startedAtMs: NOW_MS,
  deadlineAtMs: NOW_MS + 90_000,
};

describe('an entry at work', () => {
  it('is there from its beginning to its end, as it began', async () => {
    await orders.openEntry(entry);
    await orders.openEntry({ ...entry, quantityBase: '9' });
    await orders.openEntry({ ...entry, entryId: 'elsewhere', deskId: 'another' });
    expect(await orders.openEntries(entry.deskId)).toEqual([entry]);
    await orders.endEntry(entry.entryId, { atMs: NOW_MS + 1, reason: 'filled' });
    await orders.endEntry(entry.entryId, { atMs: NOW_MS + 2, reason: 'told again' });
    expect(await orders.openEntries(entry.deskId)).toEqual([]);
    await orders.openEntry(entry);
    expect(await orders.openEntries(entry.deskId)).toEqual([]);
    const [row] = await test.database.sql`select ended_at_ms::float8, end_reason from working_entries
      where entry_id = ${entry.entryId}`;
    expect(row).toEqual({ ended_at_ms: NOW_MS + 1, end_reason: 'filled' });
  });

  it('tells its own orders in their sequence, with what the venue told of them', async () => {
    const second = intent('second', { proposalId });
    const stop = intent('stop', { proposalId });
    await orders.planIntents([
      made,
      { ...stop, request: { ...stop.request, purpose: 'stop' } },
      second,
      intent('strange', { proposalId: 'of another proposal' }),
    ]);
    await orders.moveIntent(made.intentId, 'sent', { atMs: NOW_MS, reason: null, order: null });
    const told = order(made.request.clientOrderId, { status: 'partially_filled', filledBase: '0.05' });
    await orders.moveIntent(made.intentId, 'partially_filled', { atMs: NOW_MS, reason: null, order: told });
    const found = await orders.ordersOfEntry(entry);
    expect(found.map(({ intent: { intentId, status }, order: seen }) => [intentId, status, seen])).toEqual([
      [made.intentId, 'partially_filled', told],
      [second.intentId, 'planned', null],
    ]);
    await orders.openEntry(entry);
    expect(await orders.entriesAtWork([entry.deskId])).toEqual([
      { ...entry, filledBase: '0.05', restsAtQuote: told.priceQuote },
    ]);
    expect(await orders.entriesAtWork(['another'])).toEqual([]);
  });
});
