import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import type { FundingPayment } from '#domain/account.ts';
import { seededRandom } from '#domain/ids.ts';
import type { Fill } from '#domain/order.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import { account, BTC, fill, funding, NOW_MS } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { foldRoundTrips } from '#tools/orders/round-trips.ts';
import { saveVenueBooks } from '#tools/orders/venue-books.ts';

const ETH = 'ETH/USDT:USDT';
const DESK = 'desk-1';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

/** A venue that tells what the test gives it, and the desk's books over it. */
function openBooks() {
  const store = createOrderRepository(test.database);
  const told = { fills: [] as Fill[], fundings: [] as FundingPayment[] };
  async function tell(fills: readonly Fill[], fundings: readonly FundingPayment[] = []) {
    told.fills.push(...fills);
    told.fundings.push(...fundings);
    const broker = {
      activityAfter: async () => ({ fills, fundings, cursor: String(told.fills.length) }),
      account: async () => account(),
      findOrder: async () => null,
    } as unknown as Broker;
    const clock = { nowMs: () => NOW_MS };
    const parts = { broker, store, clock, deskId: DESK, assertExclusive: () => {} };
    await saveVenueBooks(parts, { positions: [], openOrders: [] });
  }
  const trades = async () =>
    (await store.listTrades({ limit: 1_000 })).items
      .map(({ deskId: _desk, leverage: _one, openedByRunId: _by, closedByRunId: _too, ...trade }) => trade)
      .toSorted((left, right) => (left.tradeId < right.tradeId ? -1 : 1));
  return { store, told, tell, trades };
}

/** The trades a fold of the whole history gives, symbol by symbol. */
function wholeFold({ fills, fundings }: { fills: readonly Fill[]; fundings: readonly FundingPayment[] }) {
  return [BTC, ETH]
    .flatMap((symbol) =>
      foldRoundTrips(
        fills.filter((entry) => entry.symbol === symbol),
        fundings.filter((entry) => entry.symbol === symbol),
      ),
    )
    .map(({ trade }) => trade)
    .toSorted((left, right) => (left.tradeId < right.tradeId ? -1 : 1));
}

function traded(fillId: string, side: Fill['side'], quantityBase: string, change: Partial<Fill> = {}): Fill {
  return fill(fillId, { side, quantityBase, ...change });
}

it.each([1, 2, 3])('gives the trades that a fold of the whole history gives (seed %i)', async (seed) => {
  const { told, tell, trades } = openBooks();
  const random = seededRandom(seed);
  const held = new Map<string, number>();
  let atMs = NOW_MS;
  for (let step = 0; step < 60; step += 1) {
    // Often the same instant again, sizes of 1 to 3, both sides: trips open, grow, shrink, close and turn.
    if (random.next() < 0.6) atMs += 1_000;
    const symbol = random.next() < 0.7 ? BTC : ETH;
    const holding = held.get(symbol) ?? 0;
    const side = random.next() < 0.5 + 0.15 * holding ? 'sell' : 'buy';
    const quantity = 1 + Math.floor(random.next() * 3);
    held.set(symbol, holding + (side === 'buy' ? quantity : -quantity));
    const price = { priceQuote: String(90 + Math.floor(random.next() * 20)), realisedQuote: '0.1' };
    const payments = random.next() < 0.2 ? [funding(`p-${seed}-${step}`, { symbol, atMs })] : [];
    await tell([traded(`f-${seed}-${step}`, side, String(quantity), { symbol, atMs, ...price })], payments);
  }
  const whole = wholeFold(told);
  expect(whole.length).toBeGreaterThan(10);
  expect(await trades()).toEqual(whole);
});

it.each([1, 2, 3])(
  'makes of fills told late what it makes of those told in order (seed %i)',
  async (seed) => {
    const { told, tell, trades } = openBooks();
    const random = seededRandom(seed);
    const late: Fill[] = [];
    let held = 0;
    for (let step = 0; step < 60; step += 1) {
      const side = random.next() < 0.5 + 0.15 * held ? 'sell' : 'buy';
      const quantity = 1 + Math.floor(random.next() * 3);
      held += side === 'buy' ? quantity : -quantity;
      const one = traded(`l-${seed}-${step}`, side, String(quantity), { atMs: NOW_MS + step * 1_000 });
      if (random.next() < 0.2) late.push(one);
      else await tell([one]);
      // One that was told before is told again with it, as it is by who reads a span anew.
      if (late.length > 0 && random.next() < 0.2) await tell([...late.splice(0, 1), one]);
    }
    await tell(late);
    const fills = [...new Map(told.fills.map((one) => [one.fillId, one])).values()];
    const whole = wholeFold({ ...told, fills: fills.toSorted((left, right) => left.atMs - right.atMs) });
    expect(whole.length).toBeGreaterThan(10);
    expect(await trades()).toEqual(whole);
  },
);

it('reads no more of a symbol than its last trip and what came after', async () => {
  const { store, tell } = openBooks();
  for (let trip = 0; trip < 20; trip += 1) {
    const openedAtMs = NOW_MS + trip * 10_000;
    await tell([
      traded(`in-${trip}`, 'buy', '1', { atMs: openedAtMs }),
      traded(`out-${trip}`, 'sell', '1', { atMs: openedAtMs + 5_000, purpose: 'exit' }),
    ]);
  }
  const { fills } = await store.tripActivity(DESK, BTC, NOW_MS + 200_000);
  expect(fills.map(({ fillId }) => fillId)).toEqual(['in-19', 'out-19']);
});

it('reads everything once a fill was told after later ones', async () => {
  const { store, told, tell } = openBooks();
  await tell([
    traded('in', 'buy', '1', { atMs: NOW_MS + 5_000 }),
    traded('out', 'sell', '1', { atMs: NOW_MS + 6_000 }),
  ]);
  await tell([traded('late', 'buy', '2', { atMs: NOW_MS })]);
  const { fills } = await store.tripActivity(DESK, BTC, NOW_MS + 60_000);
  expect(fills.map(({ fillId }) => fillId)).toEqual(['late', 'in', 'out']);
  expect(fills).toHaveLength(told.fills.length);
});

it('finds protective intents by an index of their own', async () => {
  const { database } = test;
  const plan = await database.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    return sql<{ 'QUERY PLAN': string }[]>`
      explain select * from order_intents
      where desk_id = ${DESK} and created_at_ms >= ${NOW_MS} and request ->> 'symbol' = ${BTC}
        and request ->> 'purpose' in ('stop', 'target')`;
  });
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('order_intents_protective');
});
