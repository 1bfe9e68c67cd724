/** What a venue must offer before it may be traded on, decided from what ccxt says it has and from our dialect of it. */
import type { Exchange } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import { dialectOf } from './dialects/dialect-of.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Without one of these an order could be lost, or a position stay without its stop. */
export const VENUE_NEEDS: Readonly<Record<string, string>> = {
  createOrder: 'orders',
  createReduceOnlyOrder: 'orders that can only reduce a position',
  createStopLossOrder: 'stops that rest on the venue',
  createTakeProfitOrder: 'targets that rest on the venue',
  cancelOrder: 'cancelling an order',
  fetchOrder: 'looking an order up',
  fetchOpenOrders: 'the list of open orders',
  fetchPositions: 'the list of positions',
  fetchBalance: 'the balance',
  fetchMyTrades: 'the list of fills',
  setLeverage: 'setting the leverage',
};

/** Names in our words what this exchange lacks. */
export function venueLacks(exchange: Pick<Exchange, 'has' | 'id'>): string[] {
  const { lacks, offers } = dialectOf(exchange.id);
  const lacking = Object.entries(VENUE_NEEDS)
    .filter(([name]) => !exchange.has[name] && !offers.includes(name))
    .map(([, words]) => words);
  return [...lacking, ...lacks];
}

/** @throws AppError `config_invalid` that names the venue and what it lacks */
export function assertTradable(exchange: Pick<Exchange, 'has' | 'id'>): void {
  const lacking = venueLacks(exchange);
  if (lacking.length === 0) return;
  throw new AppError(
    'config_invalid',
    `${exchange.id} cannot be traded on, it lacks: ${lacking.join('; ')}. Name another VIGIL_MARKET, or VIGIL_MODE=paper`,
    { context: { exchangeId: exchange.id, lacking } },
  );
}

/** Credentials in ccxt's names, and the variables they are given by. */
const CREDENTIAL_VARIABLES: Readonly<Record<string, string>> = {
  apiKey: 'EXCHANGE_API_KEY',
  secret: 'EXCHANGE_SECRET',
  password: 'EXCHANGE_PASSWORD',
};

/** @throws AppError `config_invalid` that names the variable the venue cannot do without */
export function assertCredentials(exchange: Exchange): void {
  for (const [name, variable] of Object.entries(CREDENTIAL_VARIABLES))
    if (exchange.requiredCredentials[name] && !exchange[name])
      throw new AppError('config_invalid', `${exchange.id} asks for ${variable} too: set it`, {
        context: { exchangeId: exchange.id, variable },
      });
}

export interface TrialTerms {
  readonly exchangeId: string;
  readonly baseUrl?: string;
  readonly sandbox?: boolean;
  /** A venue never tried for real that a person has asked to trade on for real. */
  readonly untriedVenue?: string;
}

/** What to tell a person who trades on a venue that has only been run against a stand-in of ours; null for the others. */
export function trialDoubt(exchangeId: string): string | null {
  if (!dialectOf(exchangeId).isUntried) return null;
  return `trading on ${exchangeId} was never run against the real venue, only against a stand-in: watch its first orders`;
}

/**
 * Real money does not go to a venue by surprise that has never been tried for real: its sandbox counts for one where no
 * other address was put in its place.
 * @throws AppError `config_invalid` with the ways out
 */
export function assertTrialAllowed({ exchangeId, baseUrl, sandbox, untriedVenue }: TrialTerms): void {
  if (trialDoubt(exchangeId) === null || untriedVenue === exchangeId) return;
  const host = baseUrl === undefined ? null : new URL(baseUrl).hostname;
  if (host !== null && LOOPBACK.has(host)) return;
  if (sandbox && (host === null || dialectOf(exchangeId).testHosts.includes(host))) return;
  const elsewhere = `EXCHANGE_BASE_URL ${host} is not the host of ${exchangeId}'s test network: unset it to use EXCHANGE_SANDBOX=true`;
  const untried = `trading on ${exchangeId} was never run against the real venue, only against a stand-in: set EXCHANGE_SANDBOX=true to try it on the venue's test network first`;
  throw new AppError(
    'config_invalid',
    `${sandbox ? elsewhere : untried}, or VIGIL_UNTRIED_VENUE=${exchangeId} to trade with real money all the same`,
    { context: { exchangeId, host } },
  );
}
