import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { venueSymbol } from '#domain/symbol.ts';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import type { CcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { HandLedger, inLedgerWords, text } from '#tests/support/hand-ledger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '#tests/support/venue/venue-client.ts';
import { openVenueDesk, VENUE_TERMS } from '#tests/support/venue/venue-desk.ts';

const BTC = 'BTC/USDT:USDT';
const DESK = 'desk-1';

let test: TestDatabase;
let venue: TestVenue;
let person: VenueClient;
let fromMs: number;
const brokers: CcxtBroker[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  venue = await startVenue({ settings: { checksTimestamps: false } });
  fromMs = venue.nowMs() - SECOND_MS;
  person = await connectVenueClient(venue);
  await person.loadMarkets();
  await venue.setPrice(venueSymbol(BTC), 50_000);
});
afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.close();
  await venue?.close();
  await test?.drop();
});

/** A process that knows nothing but what the database tells. */
async function startDesk() {
  const { broker, desk } = await openVenueDesk(venue, {
    ...{ deskId: DESK, symbols: [BTC], fromMs },
    store: createOrderRepository(test.database),
    wallClock: { nowMs: venue.nowMs },
  });
  brokers.push(broker);
  return desk;
}

/** Fills and trades as they are stored, and as they are kept by hand from the venue's own list of executions. */
async function ledgers() {
  const stored = await test.database.sql`
    select fill_id, side, quantity_base, price_quote, fee_quote, realised_quote from fills
    where desk_id = ${DESK} order by at_ms, fill_id`;
  const told = venue.fills.map((fill) => ({
    ...{ fill_id: `${BTC}#${fill.id}`, side: fill.side.toLowerCase(), quantity_base: text(fill.quantity) },
    ...{
      price_quote: text(fill.price),
      fee_quote: text(fill.commission),
      realised_quote: text(fill.realizedPnl),
    },
  }));
  const byHand = new HandLedger(VENUE_TERMS);
  for (const { side, quantity, price, isMaker, atMs } of venue.fills)
    byHand.fill({
      ...{ symbol: BTC, side: side === 'BUY' ? 'buy' : 'sell', liquidity: isMaker ? 'maker' : 'taker', atMs },
      ...{ quantity: text(quantity), price: text(price) },
    });
  const { items } = await createOrderRepository(test.database).listTrades({ limit: 100, deskIds: [DESK] });
  return { stored: [...stored], told, trades: items.map(inLedgerWords).toReversed(), trips: byHand.trips };
}

describe.each(['the same process', 'a process started since'])(
  'a fill that a venue tells late to %s',
  (who) => {
    it('is in the ledger to the last digit, though later ones were told before', async () => {
      const desk = await startDesk();
      await person.createOrder(BTC, 'market', 'buy', 0.013);
      await desk.reconcile();
      // Custody's stop fires, and the venue keeps its fill to itself.
      await venue.setPrice(venueSymbol(BTC), 48_000);
      const [, fired] = venue.fills;
      expect(fired?.side).toBe('SELL');
      venue.settings.untoldFills = [fired?.id ?? 0];
      await desk.reconcile();
      await venue.advance(40 * SECOND_MS);
      await person.createOrder(BTC, 'market', 'buy', 0.004);
      await desk.reconcile();
      await venue.advance(MINUTE_MS);
      await desk.reconcile();
      expect((await ledgers()).stored).toHaveLength(2);

      venue.settings.untoldFills = [];
      await venue.advance(MINUTE_MS);
      await (who === 'the same process' ? desk : await startDesk()).reconcile();
      const { stored, told, trades, trips } = await ledgers();
      expect(stored).toEqual(told);
      expect(trades).toEqual(trips);
      expect(trades).toHaveLength(1);
    });
  },
);

it('finds a fill told late behind more than a page of others', async () => {
  const desk = await startDesk();
  const { id } = await person.createOrder(BTC, 'limit', 'buy', 0.7, 49_000);
  const order = venue.orders.find(({ orderId }) => String(orderId) === id);
  await desk.reconcile();
  for (let piece = 0; piece < 520; piece++) {
    await venue.advance(20);
    venue.fillOrder(order?.clientOrderId ?? '', { quantity: '0.001', price: '49000' });
  }
  await venue.advance(MINUTE_MS);
  venue.fillOrder(order?.clientOrderId ?? '', { quantity: '0.001', price: '49000' });
  venue.settings.untoldFills = [venue.fills[3]?.id ?? 0];
  await desk.reconcile();
  await venue.advance(MINUTE_MS);
  await desk.reconcile();
  expect((await ledgers()).stored).toHaveLength(520);
  venue.settings.untoldFills = [];
  await venue.advance(MINUTE_MS);
  await desk.reconcile();
  const { stored, told } = await ledgers();
  expect(stored).toHaveLength(521);
  expect(new Set(stored.map(({ fill_id }) => fill_id))).toEqual(new Set(told.map(({ fill_id }) => fill_id)));
});
