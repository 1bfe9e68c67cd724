import { expect, it } from 'vitest';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { rewriteApiUrls } from '#exchanges/ccxt/rewrite-api-urls.ts';

it.each(['nosuchvenue', '../binance', 'BinanceUSDM', ''])(
  'refuses "%s" as an exchange',
  async (exchangeId) => {
    await expect(loadVenue({ exchangeId })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`"${exchangeId}"`),
    });
  },
);

it('refuses an exchange without swaps', async () => {
  await expect(loadVenue({ exchangeId: 'bitbank' })).rejects.toMatchObject({ code: 'config_invalid' });
});

it('replaces every address of the venue and keeps its paths', async () => {
  const exchange = await loadVenue({ exchangeId: 'binanceusdm', baseUrl: 'http://127.0.0.1:8080' });
  const api = exchange.urls.api as { fapiPublic: string; fapiData: string; ws: { future: string } };
  expect(api.fapiPublic).toBe('http://127.0.0.1:8080/fapi/v1');
  expect(api.fapiData).toBe('http://127.0.0.1:8080/futures/data');
  expect(JSON.stringify(api)).not.toContain('binance.com');
});

it('keeps websockets, host templates and nested addresses in their kind', () => {
  const tree = {
    rest: 'https://api.{hostname}/v5',
    ws: { public: ['wss://stream.venue.example/v5/public'] },
    none: null,
  };
  expect(rewriteApiUrls(tree, 'https://gate.example:8443/venue/')).toEqual({
    rest: 'https://gate.example:8443/venue/v5',
    ws: { public: ['wss://gate.example:8443/venue/v5/public'] },
    none: null,
  });
});

it.each(['localhost:8080', 'ftp://host', 'nonsense'])('refuses "%s" as a base address', (baseUrl) => {
  expect(() => rewriteApiUrls({}, baseUrl)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
});

it.each([
  ['binanceusdm', /demo/],
  ['bybit', /api-testnet/],
])('turns to the test network of %s', async (exchangeId, host) => {
  const { urls } = await loadVenue({ exchangeId, sandbox: true });
  expect(JSON.stringify(urls.api)).toMatch(host);
});

it('asks OKX for its simulated trading, which stands at the same address', async () => {
  const { headers } = await loadVenue({ exchangeId: 'okx', sandbox: true });
  expect(headers).toEqual({ 'x-simulated-trading': '1' });
});
