import { Big } from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { venueSymbol } from '#domain/symbol.ts';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import type { CcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { HandLedger, inLedgerWords, type LedgerFunding, text } from '#tests/support/hand-ledger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '#tests/support/venue/venue-client.ts';
import { openVenueDesk, VENUE_TERMS } from '#tests/support/venue/venue-desk.ts';
import type { OrderDesk } from '#tools/orders/order-desk.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const DESK = 'desk-1';

let test: TestDatabase;
let venue: TestVenue;
let broker: CcxtBroker;
let person: VenueClient;
let desk: OrderDesk;
let orders: ReturnType<typeof createOrderRepository>;
const marks = new Map<string, string>();
const settlements: (LedgerFunding & { readonly afterFills: number })[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  // The market's clock is the venue's, which the test moves on; ccxt signs with the wall's.
  venue = await startVenue({ settings: { checksTimestamps: false } });
  orders = createOrderRepository(test.database);
  ({ broker, desk } = await openVenueDesk(venue, {
    ...{ deskId: DESK, symbols: [BTC, ETH], store: orders },
    fromMs: venue.nowMs() - SECOND_MS,
    wallClock: { nowMs: venue.nowMs },
  }));
  person = await connectVenueClient(venue);
  await person.loadMarkets();
});
afterAll(async () => {
  await broker?.close();
  await venue?.close();
  await test?.drop();
});

/** A person's order at market, and what the desk makes of it. */
async function trade(symbol: string, side: 'buy' | 'sell', quantity: number): Promise<void> {
  await person.createOrder(symbol, 'market', side, quantity);
  await desk.reconcile();
}

async function priced(symbol: string, price: number): Promise<void> {
  marks.set(symbol, String(price));
  await venue.setPrice(venueSymbol(symbol), price);
  await desk.reconcile();
}

/** A settlement of funding, and the minute after which the desk asks for it. */
async function settled(symbol: string, rate: string): Promise<void> {
  settlements.push({ symbol, rate, mark: marks.get(symbol) ?? '', afterFills: venue.fills.length });
  venue.payFunding(venueSymbol(symbol), rate);
  await venue.advance(MINUTE_MS);
  await desk.reconcile();
}

/** Grows, shrinks in two parts, turns around, is stopped twice, pays and receives funding, and ends with a long open. */
async function session(): Promise<void> {
  await priced(BTC, 50_000);
  await priced(ETH, 2_000);
  await trade(BTC, 'buy', 0.013);
  await priced(BTC, 50_210.3);
  await trade(BTC, 'buy', 0.008);
  await settled(BTC, '0.00013');
  await priced(BTC, 50_333.7);
  await trade(BTC, 'sell', 0.005);
  await trade(BTC, 'sell', 0.007);
  await trade(ETH, 'buy', 1.337);
  await trade(BTC, 'sell', 0.02);
  await settled(BTC, '-0.00007');
  await settled(ETH, '0.00031');
  await priced(BTC, 51_500);
  await priced(ETH, 1_950.01);
  await trade(ETH, 'sell', 0.77);
  await priced(ETH, 1_933.33);
  await desk.close({ symbol: ETH, side: null }, 'the session ends');
  await trade(BTC, 'buy', 0.011);
  await priced(BTC, 51_234.5);
  await settled(BTC, '0.0001');
}

/** From the quantity and price of each execution, and the rate and mark of each settlement. */
function keptByHand(): HandLedger {
  const ledger = new HandLedger(VENUE_TERMS);
  const payAfter = (fills: number) => {
    for (const settlement of settlements) if (settlement.afterFills === fills) ledger.pay(settlement);
  };
  venue.fills.forEach(({ symbol, side, quantity, price, atMs }, index) => {
    ledger.fill({
      liquidity: 'taker',
      symbol: symbol === venueSymbol(BTC) ? BTC : ETH,
      side: side === 'BUY' ? 'buy' : 'sell',
      quantity: text(quantity),
      price: text(price),
      atMs,
    });
    payAfter(index + 1);
  });
  return ledger;
}

describe('a session on a venue through ccxt', () => {
  it('stores fills, trades and an account equal to a ledger kept by hand, to the last digit', async () => {
    await session();
    const ledger = keptByHand();
    const { sql } = test.database;
    const stored = await sql`select * from fills where desk_id = ${DESK} order by sequence`;
    expect(stored.map((fill) => [fill.side, fill.quantity_base, fill.price_quote])).toEqual(
      venue.fills.map(({ side, quantity, price }) => [side.toLowerCase(), text(quantity), text(price)]),
    );
    const [sums] = await sql`
      select sum(realised_quote::numeric)::text as realised, sum(fee_quote::numeric)::text as fees,
        (select sum(amount_quote::numeric) from fundings where desk_id = ${DESK})::text as funding
      from fills where desk_id = ${DESK}`;
    const own = { realised: ledger.realised, fees: ledger.fees, funding: ledger.funding };
    for (const [name, amount] of Object.entries(own))
      expect(text(new Big(sums?.[name])), name).toBe(text(amount));

    const account = await orders.account(DESK);
    const unrealised = ledger.unrealised((symbol) => marks.get(symbol) ?? '');
    expect(venue.walletBalance).toBe(text(ledger.balance));
    expect(account).toMatchObject({
      balanceQuote: text(ledger.balance),
      unrealisedQuote: text(unrealised),
      equityQuote: text(ledger.balance.plus(unrealised)),
    });

    const { items } = await orders.listTrades({ limit: 100, deskIds: [DESK] });
    expect(items.map(inLedgerWords).toReversed()).toEqual(ledger.trips);
    expect(items.map(({ exitReason }) => exitReason).toReversed()).toEqual([
      'external',
      'stop',
      'stop',
      'person',
    ]);
  });
});
