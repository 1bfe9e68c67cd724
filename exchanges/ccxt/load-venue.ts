/** Loads one exchange of ccxt: the whole package costs a second and 87 MB, one exchange a third of that. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exchange } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import { rewriteApiUrls } from './rewrite-api-urls.ts';

/** A venue's calls are refused or time out on their own; nothing here retries them. */
const REQUEST_TIMEOUT_MS = 10_000;

type ErrorClass = abstract new (...parameters: never[]) => Error;

/** The classes of ccxt that decide how a failure is told. */
export interface VenueErrors {
  readonly BadSymbol: ErrorClass;
  readonly AuthenticationError: ErrorClass;
  readonly NotSupported: ErrorClass;
}

export interface LoadedVenue {
  readonly exchange: Exchange;
  readonly errors: VenueErrors;
}

export interface VenueAddress {
  /** The id of the exchange in ccxt, such as `binanceusdm`. */
  readonly exchangeId: string;
  /** Scheme, host and port that replace the venue's own. */
  readonly baseUrl?: string;
}

/** @throws AppError `config_invalid` when ccxt has no such exchange, it has no swaps, or the address is no URL */
export async function loadVenue({ exchangeId, baseUrl }: VenueAddress): Promise<LoadedVenue> {
  // The package's export map hides its files, but a file URL reaches them.
  const sources = join(dirname(createRequire(import.meta.url).resolve('ccxt')), '../js/src');
  const [venue, errors] = await Promise.all([
    /^[a-z0-9]+$/.test(exchangeId) ? importVenue(join(sources, `${exchangeId}.js`)) : null,
    import(pathToFileURL(join(sources, 'base/errors.js')).href) as Promise<VenueErrors>,
  ]);
  if (!venue) throw badVenue(exchangeId, 'is not an exchange ccxt knows');
  const exchange = new venue.default({
    enableRateLimit: true,
    timeout: REQUEST_TIMEOUT_MS,
    maxRetriesOnFailure: 0,
  });
  if (exchange.has.swap !== true) throw badVenue(exchangeId, 'has no perpetual swaps');
  // The list of currencies is not needed, and some venues give it from another host or with keys only.
  exchange.has.fetchCurrencies = false;
  exchange.options.fetchCurrencies = false;
  if (baseUrl !== undefined) exchange.urls.api = rewriteApiUrls(exchange.urls.api, baseUrl);
  return { exchange, errors };
}

interface VenueModule {
  readonly default: new (settings: object) => Exchange;
}

async function importVenue(file: string): Promise<VenueModule | null> {
  try {
    return (await import(pathToFileURL(file).href)) as VenueModule;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw thrown;
  }
}

function badVenue(exchangeId: string, problem: string): AppError {
  const message = `VIGIL_MARKET "${exchangeId}" ${problem}: name a ccxt id with swaps, such as binanceusdm, or replay`;
  return new AppError('config_invalid', message, { context: { exchangeId } });
}
