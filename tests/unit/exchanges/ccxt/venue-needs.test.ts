import { expect, it } from 'vitest';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import {
  assertCredentials,
  assertTradable,
  assertTrialAllowed,
  trialDoubt,
  VENUE_NEEDS,
  venueLacks,
} from '#exchanges/ccxt/venue-needs.ts';

const UNKNOWN_LOOK_UP =
  'a dialect of ours: how it takes client order ids and keeps stops has not been written down yet';

it.each([
  ['binanceusdm', []],
  ['bybit', []],
  ['okx', []],
  ['bitget', ['orders that can only reduce a position', expect.stringMatching(/^a dialect of ours/)]],
  [
    'hyperliquid',
    [
      'stops that rest on the venue',
      'targets that rest on the venue',
      expect.stringContaining('private key of a wallet'),
      expect.stringContaining('128-bit'),
    ],
  ],
  ['kucoinfutures', expect.arrayContaining([UNKNOWN_LOOK_UP])],
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

it.each([
  ['on its own servers', {}],
  ['through a gateway elsewhere', { baseUrl: 'https://gateway.example' }],
  ['for a person who asked for another one', { untriedVenue: 'okx' }],
])('refuses real money on a venue never tried for real %s', (_where, terms) => {
  expect(() => assertTrialAllowed({ exchangeId: 'bybit', ...terms })).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      message: expect.stringMatching(/EXCHANGE_SANDBOX=true.*VIGIL_UNTRIED_VENUE=bybit/),
    }),
  );
});

it.each([
  ['bybit', 'https://api.bybit.com'],
  ['bybit', 'https://api-testnet.bybit.com.gateway.example'],
  ['okx', 'https://gateway.example'],
])('takes %s at %s for no test network, whatever EXCHANGE_SANDBOX says', (exchangeId, baseUrl) => {
  expect(() => assertTrialAllowed({ exchangeId, baseUrl, sandbox: true })).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      message: expect.stringMatching(/EXCHANGE_BASE_URL .*(bybit|gateway).* is not .* test network: unset/),
    }),
  );
});

it.each([
  ['on its test network', { sandbox: true }],
  ['on its test network, written out', { sandbox: true, baseUrl: 'https://api-testnet.bybit.com' }],
  ['on a venue of this machine', { baseUrl: 'http://127.0.0.1:8080' }],
  ['for a person who asked for it by name', { untriedVenue: 'bybit' }],
])('lets a venue never tried for real be traded on %s, and says so', (_where, terms) => {
  expect(() => assertTrialAllowed({ exchangeId: 'bybit', ...terms })).not.toThrow();
  expect(trialDoubt('bybit')).toContain('never run against the real venue');
});

it('asks nothing of that kind for Binance USD-M', () => {
  expect(() => assertTrialAllowed({ exchangeId: 'binanceusdm' })).not.toThrow();
  expect(trialDoubt('binanceusdm')).toBeNull();
});

it('names the passphrase that a venue cannot do without', async () => {
  const credentials = { apiKey: 'key', secret: 'secret' };
  const bare = await loadVenue({ exchangeId: 'okx', credentials });
  expect(() => assertCredentials(bare)).toThrow(/okx asks for EXCHANGE_PASSWORD too/);
  const whole = await loadVenue({ exchangeId: 'okx', credentials: { ...credentials, password: 'phrase' } });
  expect(() => assertCredentials(whole)).not.toThrow();
});
