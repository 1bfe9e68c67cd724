import { expect, it } from 'vitest';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { assertTradable, VENUE_NEEDS, venueLacks } from '#exchanges/ccxt/venue-needs.ts';

const UNKNOWN_LOOK_UP =
  'a dialect of ours: how it takes client order ids and keeps stops has not been written down yet';

it.each([
  ['binanceusdm', []],
  ['bybit', [UNKNOWN_LOOK_UP]],
  ['okx', [UNKNOWN_LOOK_UP]],
  ['bitget', ['orders that can only reduce a position', UNKNOWN_LOOK_UP]],
  ['hyperliquid', ['stops that rest on the venue', 'targets that rest on the venue', UNKNOWN_LOOK_UP]],
])('says of %s that it lacks %j', async (exchangeId, lacking) => {
  expect(venueLacks(await loadVenue({ exchangeId }))).toEqual(lacking);
});

it.each(Object.entries(VENUE_NEEDS))('refuses a venue without %s, naming %s', (missing, words) => {
  const has = {
    ...Object.fromEntries(Object.keys(VENUE_NEEDS).map((name) => [name, true])),
    [missing]: false,
  };
  expect(() => assertTradable({ id: 'binanceusdm', has })).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      message: `binanceusdm cannot be traded on, it lacks: ${words}. Name another VIGIL_MARKET, or VIGIL_MODE=paper`,
    }),
  );
});

it('takes what ccxt emulates for there, and what it leaves undefined for missing', () => {
  const has = Object.fromEntries(Object.keys(VENUE_NEEDS).map((name) => [name, 'emulated' as const]));
  expect(venueLacks({ id: 'binanceusdm', has })).toEqual([]);
  expect(venueLacks({ id: 'binanceusdm', has: { ...has, fetchMyTrades: undefined } as never })).toEqual([
    'the list of fills',
  ]);
});
