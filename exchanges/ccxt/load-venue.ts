/** Loads one exchange of ccxt: the whole package costs a second and 87 MB, one exchange a third of that. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exchange } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import type { SharedLoad } from '#exchanges/ports/shared-load.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import { rewriteApiUrls } from './rewrite-api-urls.ts';

/** A venue's calls are refused or time out on their own; nothing here retries them. */
const REQUEST_TIMEOUT_MS = 10_000;

export interface VenueAddress {
  /** The id of the exchange in ccxt, such as `binanceusdm`. */
  readonly exchangeId: string;
  /** Scheme, host and port that replace the venue's own. */
  readonly baseUrl?: string;
  /** Needed to trade alone; public data is asked without. */
  readonly credentials?: VenueCredentials;
  /** The venue's own test system. */
  readonly sandbox?: boolean;
  /** What other processes behind the same address learn of its limits. */
  readonly sharedLoad?: SharedLoad | undefined;
}

export interface VenueCredentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly password?: string;
}

/** @throws AppError `config_invalid` when ccxt has no such exchange, it has no swaps, or the address is no URL */
export async function loadVenue(address: VenueAddress): Promise<Exchange> {
  const { exchangeId, credentials } = address;
  const venue = await importVenue(exchangeId);
  if (!venue) throw badVenue(exchangeId, 'is not an exchange ccxt knows');
  const exchange = new venue.default({
    ...credentials,
    // ccxt's own throttle delays a stop behind a list: who trades is held back by the rate budget instead.
    enableRateLimit: credentials === undefined,
    timeout: REQUEST_TIMEOUT_MS,
    maxRetriesOnFailure: 0,
  });
  if (exchange.has.swap !== true) throw badVenue(exchangeId, 'has no perpetual swaps');
  // The list of currencies is not needed, and some venues give it from another host or with keys only.
  exchange.has.fetchCurrencies = false;
  exchange.options.fetchCurrencies = false;
  // A list of all symbols is what reconciliation asks for; ccxt warns of its weight by throwing.
  exchange.options.fetchOpenOrders = { warnWithoutSymbol: false };
  pointAt(exchange, address);
  return exchange;
}

function chooseTestNetwork(exchange: Exchange, exchangeId: string): void {
  if (dialectOf(exchangeId).chooseTestNetwork(exchange)) return;
  throw new AppError(
    'config_invalid',
    `EXCHANGE_SANDBOX is set, but ${exchangeId} has no test system: unset it, or name another VIGIL_MARKET`,
    { context: { exchangeId } },
  );
}

/** Sends what an exchange asks from now on to the address, websockets too. @throws AppError `config_invalid` */
export function pointAt(exchange: Exchange, { exchangeId, sandbox, baseUrl }: VenueAddress): void {
  if (sandbox) chooseTestNetwork(exchange, exchangeId);
  if (baseUrl !== undefined) exchange.urls.api = rewriteApiUrls(exchange.urls.api, baseUrl);
}

interface VenueModule {
  readonly default: new (settings: object) => Exchange;
}

/** The class that asks by REST, or the one that listens to streams, which ccxt calls pro; null where there is none. */
export async function importVenue(exchangeId: string, kind?: 'pro'): Promise<VenueModule | null> {
  if (!/^[a-z0-9]+$/.test(exchangeId)) return null;
  // The package's export map hides its files, but a file URL reaches them.
  const sources = join(dirname(createRequire(import.meta.url).resolve('ccxt')), '../js/src', kind ?? '');
  try {
    return (await import(pathToFileURL(join(sources, `${exchangeId}.js`)).href)) as VenueModule;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw thrown;
  }
}

function badVenue(exchangeId: string, problem: string): AppError {
  const message = `VIGIL_MARKET "${exchangeId}" ${problem}: name a ccxt id with swaps, such as binanceusdm, or replay`;
  return new AppError('config_invalid', message, { context: { exchangeId } });
}
