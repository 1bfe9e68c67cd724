import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { venueSymbol } from '#domain/symbol.ts';
import { bundleScript } from '#tests/support/bundle.ts';
import { openingOf } from '#tests/support/order-flow.ts';
import { openLane } from '#tests/support/order-flow-lane.ts';
import { PATIENT } from '#tests/support/patience.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const DESK = 'trips';
const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const PRICE_QUOTE = 100;

let test: TestDatabase;
let lane: Awaited<ReturnType<typeof openLane>>;

beforeAll(async () => {
  test = await createTestDatabase();
  const script = await bundleScript('tests/support/order-flow-child.ts');
  lane = await openLane({ test, script }, DESK);
  for (const { symbol } of lane.instruments) await lane.venue.setPrice(venueSymbol(symbol), PRICE_QUOTE);
});
afterAll(async () => {
  await lane?.desk.close();
  await lane?.venue.close();
  await test?.drop();
});

function enter(runId: string, symbol: string, style: 'market' | 'limit') {
  const instrument = lane.instruments.find((one) => one.symbol === symbol);
  if (instrument === undefined) throw new Error(`the venue has no ${symbol}`);
  const placement = { ...openingOf(runId, instrument, 'long', PRICE_QUOTE), style, deadlineMs: 3_600_000 };
  return lane.desk.ask({ kind: 'place', runId, placement });
}

/** ETH is held, an entry in BTC rests a little under its price, and nothing is halted. */
async function begin(name: string): Promise<void> {
  await test.database.sql`delete from trading_state`;
  await test.database.sql`delete from breaker_events`;
  await enter(`${name}.eth`, ETH, 'market');
  await lane.venue.setPrice('BTCUSDT', PRICE_QUOTE);
  await enter(`${name}.btc`, BTC, 'limit');
  await vi.waitFor(async () => expect((await standing('BTCUSDT')).length).toBe(1), PATIENT);
}

async function standing(symbol: string) {
  const { orders } = await lane.venue.snapshot();
  return orders.filter(
    (order) => order.symbol === symbol && ['NEW', 'PARTIALLY_FILLED'].includes(order.status),
  );
}

async function stopsOf(symbol: string): Promise<string[]> {
  const { algoOrders } = await lane.venue.snapshot();
  const live = algoOrders.filter((algo) => algo.symbol === symbol && algo.status === 'NEW');
  return live.filter(({ type }) => type === 'STOP_MARKET').map(({ triggerPrice }) => String(triggerPrice));
}

describe('a trip of the breaker over whose steps the guard dies', () => {
  it.each([
    'before tighten',
    'after tighten',
    'before cancel',
    'after cancel',
    'before submit',
    'after submit',
    'after breakerEvent',
  ])('is halted and carried out to its end by the next one: %s', async (step) => {
    const name = step.replace(' ', '-');
    await begin(name);
    const deaths = lane.desk.deaths.length;
    await lane.desk.dieAt(step, 1);
    await lane.desk.ask({ kind: 'trip' });
    expect(lane.desk.deaths.slice(deaths)).toEqual([step]);
    await vi.waitFor(
      async () => {
        expect(await standing('BTCUSDT')).toEqual([]);
        // Half-way from 97 to 100.
        expect(await stopsOf('ETHUSDT')).toEqual(['98.5']);
      },
      { timeout: 20_000, interval: 200 },
    );
    const [state] = await test.database.sql`select mode, set_by from trading_state where desk_id = ${DESK}`;
    expect(state).toEqual({ mode: 'halted', set_by: 'breaker:guard' });
    const events = await test.database.sql`select level from breaker_events where desk_id = ${DESK}`;
    expect(events.length).toBeGreaterThan(0);

    const { positions } = await enter(`${name}.late`, 'SOL/USDT:USDT', 'market');
    expect(positions.map(({ symbol }) => symbol)).toEqual([ETH]);
    expect((await lane.venue.snapshot()).orders.filter(({ symbol }) => symbol === 'SOLUSDT')).toEqual([]);
    await lane.desk.ask({ kind: 'close', runId: `${name}.close`, symbol: ETH, by: 'person' });
  });
});
