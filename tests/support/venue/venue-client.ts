/** ccxt's own class without anything of Vigil's around it, pointed at the test venue. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exchange } from 'ccxt';
import { rewriteApiUrls } from '#exchanges/ccxt/rewrite-api-urls.ts';
import type { VenueKeys } from './venue-http.ts';

/** One exchange's file loads in a third of the time of the package, which hides it from plain imports. */
const SOURCES = join(dirname(createRequire(import.meta.url).resolve('ccxt')), '../js/src');
const BINANCE_USDM = pathToFileURL(join(SOURCES, 'binanceusdm.js')).href;
const BINANCE_USDM_STREAMS = pathToFileURL(join(SOURCES, 'pro/binanceusdm.js')).href;

interface BinanceModule {
  readonly default: new (settings: object) => VenueClient;
}

/** The implicit methods the tests call beside ccxt's unified ones. */
export interface VenueClient extends Exchange {
  fapiPrivatePostCountdownCancelAll(parameters: object): Promise<Record<string, unknown>>;
  fapiPrivateGetIncome(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetUserTrades(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetForceOrders(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetSymbolConfig(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivatePostOrder(parameters: object): Promise<Record<string, unknown>>;
  fapiPrivatePostLeverage(parameters: object): Promise<Record<string, unknown>>;
  sapiGetAccountApiRestrictions(parameters: object): Promise<Record<string, unknown>>;
}

/** The same with websockets, its markets loaded. */
export async function connectStreamClient(venue: VenueKeys & { baseUrl: string }): Promise<VenueClient> {
  const client = await connectVenueClient(venue, BINANCE_USDM_STREAMS);
  // Without TLS it wants to be given an agent.
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  return client;
}

export async function connectVenueClient(
  venue: VenueKeys & { baseUrl: string },
  file = BINANCE_USDM,
): Promise<VenueClient> {
  const { default: BinanceUsdm } = (await import(file)) as BinanceModule;
  // The throttle would only make the tests wait.
  const { apiKey, secret } = venue;
  const client = new BinanceUsdm({ apiKey, secret, enableRateLimit: false, maxRetriesOnFailure: 0 });
  client.urls.api = rewriteApiUrls(client.urls.api, venue.baseUrl);
  client.has.fetchCurrencies = false;
  client.options.fetchCurrencies = false;
  client.options.fetchOpenOrders = { warnWithoutSymbol: false };
  return client;
}
