/** ccxt's own class, pointed at the test venue the way Vigil points it. */
import type { Exchange } from 'ccxt';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import type { VenueKeys } from './venue-http.ts';

/** The implicit methods the tests call beside ccxt's unified ones. */
export interface VenueClient extends Exchange {
  fapiPrivatePostCountdownCancelAll(parameters: object): Promise<Record<string, unknown>>;
  fapiPrivateGetIncome(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetUserTrades(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetForceOrders(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetSymbolConfig(parameters: object): Promise<Record<string, unknown>[]>;
  fapiPrivateGetPositionSideDual(parameters: object): Promise<Record<string, unknown>>;
  fapiPrivatePostOrder(parameters: object): Promise<Record<string, unknown>>;
  sapiGetAccountApiRestrictions(parameters: object): Promise<Record<string, unknown>>;
}

export async function connectVenueClient(venue: VenueKeys & { baseUrl: string }): Promise<VenueClient> {
  const { exchange } = await loadVenue({ exchangeId: 'binanceusdm', baseUrl: venue.baseUrl });
  exchange.apiKey = venue.apiKey;
  exchange.secret = venue.secret;
  // The throttle would only make the tests wait.
  exchange.enableRateLimit = false;
  exchange.options.fetchOpenOrders = { warnWithoutSymbol: false };
  return exchange as VenueClient;
}
