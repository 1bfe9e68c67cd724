import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { OrderPurpose } from '#domain/order.ts';
import { intent, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const noEvidence = { atMs: NOW_MS + 1, reason: null, order: null };
const why = { reason: 'panic', setBy: 'a person', atMs: NOW_MS };

let test: TestDatabase;
let orders: ReturnType<typeof createOrderRepository>;
let states: ReturnType<typeof createTradingStateRepository>;
beforeAll(async () => {
  test = await createTestDatabase();
  orders = createOrderRepository(test.database);
  states = createTradingStateRepository(test.database, {
    defaultState: { mode: 'active', reason: 'test', setBy: 'test', sinceMs: 0 },
    market: { key: 'desk', includes: (deskId) => deskId.startsWith('desk') },
  });
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

async function plan(name: string, purpose: OrderPurpose) {
  const made = intent(name);
  await orders.planIntents([{ ...made, request: { ...made.request, purpose } }]);
  await states.read(made.deskId);
  return made;
}

describe('an order that was planned before a halt', () => {
  it('is cancelled with the reason when it is an entry', async () => {
    const { intentId, deskId } = await plan('entry', 'entry');
    await states.halt(deskId, why);
    expect(await orders.moveIntent(intentId, 'sent', noEvidence)).toMatchObject({
      status: 'cancelled',
      reason: 'trading was halted before it was sent: panic',
    });
  });

  it.each(['exit', 'stop', 'target'] as const)('is sent when it is for an %s', async (purpose) => {
    const { intentId, deskId } = await plan(purpose, purpose);
    await states.halt(deskId, why);
    expect((await orders.moveIntent(intentId, 'sent', noEvidence)).status).toBe('sent');
  });

  it('waits for a halt that is under way', async () => {
    const { intentId, deskId } = await plan('late', 'entry');
    const sending = await haltAround(deskId, () => orders.moveIntent(intentId, 'sent', noEvidence));
    expect((await sending.moved).status).toBe('cancelled');
  });
});

describe('an entry that is planned and sent in one commit', () => {
  const entry = (name: string, change: Partial<OrderIntent> = {}): OrderIntent => {
    const made = intent(name, change);
    return { ...made, request: { ...made.request, purpose: 'entry' }, status: 'sent' };
  };

  it('is written with its protection, once', async () => {
    const protection = [intent('stop')];
    expect(await orders.planSent(entry('entry'), protection)).toBe(true);
    expect(await orders.planSent(entry('entry'), protection)).toBe(false);
    const written = await orders.intentsOfRun(entry('entry').runId);
    expect(written.map(({ intentId, status }) => [intentId, status])).toEqual([
      ['intent-entry', 'sent'],
      ['intent-stop', 'planned'],
    ]);
    expect(written[0]).toEqual(entry('entry'));
  });

  it('leaves one that was planned before as it is', async () => {
    await plan('entry', 'entry');
    expect(await orders.planSent(entry('entry'), [])).toBe(false);
    expect(await orders.intentsOfRun(entry('entry').runId)).toMatchObject([{ status: 'planned' }]);
  });

  it.each(['halted', 'reducing'] as const)('is not written while its desk is %s', async (mode) => {
    const { deskId, runId } = entry('late');
    await states.tighten(deskId, mode, why);
    expect(await orders.planSent(entry('late'), [intent('stop')])).toBe(false);
    expect(await orders.intentsOfRun(runId)).toEqual([]);
  });

  it('waits for a halt that is under way, and is not written then', async () => {
    const { deskId, runId } = entry('late');
    await states.read(deskId);
    const sending = await haltAround(deskId, () => orders.planSent(entry('late'), []));
    expect(await sending.moved).toBe(false);
    expect(await orders.intentsOfRun(runId)).toEqual([]);
  });
});

/** A halt that is not committed before `send` waits for it. */
function haltAround<Moved>(
  deskId: string,
  send: () => Promise<Moved>,
): Promise<{ readonly moved: Promise<Moved> }> {
  const { sql } = test.database;
  return sql.begin(async (halting) => {
    await halting`update trading_state set mode = 'halted', reason = 'panic' where desk_id = ${deskId}`;
    const moved = send();
    const waits = async () =>
      (
        await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      ).length;
    await expect.poll(waits).toBe(1);
    return { moved };
  }) as Promise<{ readonly moved: Promise<Moved> }>;
}
