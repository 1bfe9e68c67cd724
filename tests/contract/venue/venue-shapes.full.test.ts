import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import { connectVenueClient, type VenueClient } from '../../support/venue/venue-client.ts';

const RECORDED = fileURLToPath(
  new URL('../../../../shared/fixtures/exchange_messages/binance/', import.meta.url),
);
const BTC = 'BTC/USDT:USDT';
type Answer = Record<string, unknown>;

describe("the venue's answers beside recorded ones", () => {
  let venue: TestVenue;
  let client: VenueClient;

  beforeAll(async () => {
    venue = await startVenue();
    await venue.setPrice('BTCUSDT', 50_000);
    client = await connectVenueClient(venue);
    await client.loadMarkets();
    await client.createOrder(BTC, 'market', 'buy', 0.01);
    await client.createOrder(BTC, 'limit', 'buy', 0.01, 49_000);
    await client.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      stopLossPrice: 49_000,
      reduceOnly: true,
    });
  });
  afterAll(async () => {
    await client.close();
    await venue.close();
  });

  beforeEach((context) => {
    context.skip(!existsSync(RECORDED), 'the recorded messages at ../shared/fixtures are not there');
  });

  /** Asks as ccxt does, and reads the answer before ccxt has touched it. */
  async function ask(api: string, path: string, parameters: Answer = {}): Promise<unknown> {
    const { url, method, headers } = client.sign(path, api, 'GET', parameters) as {
      url: string;
      method: string;
      headers?: Record<string, string>;
    };
    return (await fetch(url, { method, headers })).json();
  }

  function recorded(file: string): unknown {
    return JSON.parse(readFileSync(RECORDED + file, 'utf8'));
  }

  const symbol = { symbol: 'BTCUSDT' };
  const shapes: [what: string, file: string, ask: () => Promise<unknown>, notAnyMore?: readonly string[]][] =
    [
      ['account', 'crates/futures/http_json/account_info_v2.json', () => ask('fapiPrivateV2', 'account')],
      ['balance', 'crates/futures/http_json/balance.json', () => ask('fapiPrivateV2', 'balance')],
      [
        'position',
        'crates/futures/http_json/position_risk.json',
        () => ask('fapiPrivateV2', 'positionRisk', symbol),
      ],
      [
        'order',
        'crates/futures/http_json/order_response.json',
        () => ask('fapiPrivate', 'openOrders').then(first),
      ],
      // What the fixture calls `type` is `orderType` on the wire, and ccxt reads it so.
      [
        'conditional order',
        'crates/futures/http_json/open_algo_orders.json',
        () => ask('fapiPrivate', 'openAlgoOrders'),
        ['type'],
      ],
      [
        'trades',
        'py/http_responses/http_futures_account_trades.json',
        () => ask('fapiPrivate', 'userTrades', symbol),
      ],
      [
        'symbol settings',
        'py/http_responses/http_futures_account_symbol_config.json',
        () => ask('fapiPrivate', 'symbolConfig', symbol),
      ],
      [
        'position mode',
        'py/http_responses/http_futures_account_position_side_dual.json',
        () => ask('fapiPrivate', 'positionSide/dual'),
      ],
      [
        'fees',
        'py/http_responses/http_futures_wallet_commission_rate_btcusdt.json',
        () => ask('fapiPrivate', 'commissionRate', symbol),
      ],
      [
        'premium index',
        'py/http_responses/http_futures_market_premium_index.json',
        () => ask('fapiPublic', 'premiumIndex', symbol),
      ],
      [
        'funding rates',
        'py/http_responses/http_futures_market_funding_rate.json',
        () => ask('fapiPublic', 'fundingRate', symbol),
      ],
      [
        'open interest',
        'py/http_responses/http_futures_market_open_interest.json',
        () => ask('fapiPublic', 'openInterest', symbol),
      ],
      [
        'klines',
        'py/http_responses/http_futures_market_klines.json',
        () => ask('fapiPublic', 'klines', { ...symbol, interval: '1h' }),
      ],
      [
        'day ticker',
        'py/http_responses/http_futures_market_ticker_24hr.json',
        () => ask('fapiPublic', 'ticker/24hr', symbol),
      ],
      [
        'price',
        'py/http_responses/http_futures_market_ticker_price.json',
        () => ask('fapiPublic', 'ticker/price', symbol),
      ],
      [
        'best bid and ask',
        'py/http_responses/http_futures_market_book_ticker.json',
        () => ask('fapiPublic', 'ticker/bookTicker', symbol),
      ],
      ['depth', 'py/http_responses/http_futures_market_depth.json', () => ask('fapiPublic', 'depth', symbol)],
    ];
  it.each(shapes)(
    '%s has every recorded field, each of its kind',
    async (_, file, answer, notAnyMore = []) => {
      const missing = missingFrom(await answer(), recorded(file)).filter(
        (field) => !notAnyMore.some((name) => field.startsWith(`[].${name} `)),
      );
      expect(missing).toEqual([]);
    },
    30_000,
  );

  it('exchange information has every recorded field of a contract', async () => {
    const file = '../../binance_usdm/exchangeInfo_20210906.json';
    const ours = (await ask('fapiPublic', 'exchangeInfo')) as { symbols: unknown[] };
    const theirs = recorded(file) as { symbols: unknown[] };
    expect(
      missingFrom({ ...ours, symbols: [ours.symbols[0]] }, { ...theirs, symbols: [theirs.symbols[0]] }),
    ).toEqual([]);
  });
});

function first(list: unknown): unknown {
  return (list as unknown[])[0];
}

/** Paths of what `theirs` has and `ours` lacks or has of another kind; a list is judged by its first entry. */
function missingFrom(ours: unknown, theirs: unknown, path = ''): string[] {
  if (Array.isArray(theirs)) {
    if (!Array.isArray(ours)) return [`${path} is no list`];
    if (theirs.length === 0) return [];
    if (ours.length === 0) return [`${path} is empty`];
    // A row of values, such as a kline, is judged value by value.
    if (typeof theirs[0] !== 'object')
      return theirs.flatMap((one, i) => missingFrom(ours[i], one, `${path}[${i}]`));
    return missingFrom(ours[0], theirs[0], `${path}[]`);
  }
  if (theirs !== null && typeof theirs === 'object') {
    if (ours === null || typeof ours !== 'object') return [`${path} is no object`];
    return Object.entries(theirs).flatMap(([name, value]) =>
      missingFrom((ours as Answer)[name], value, `${path}.${name}`),
    );
  }
  return typeof ours === typeof theirs ? [] : [`${path} is ${typeof ours}, recorded ${typeof theirs}`];
}
