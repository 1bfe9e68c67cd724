/** Whose key it is, and what the venue lets it do. One that may take money out has no place in a machine that trades. */
import type { Exchange } from 'ccxt';
import { AppError } from '#domain/errors.ts';
import type { VenueSession } from './venue-session.ts';

interface BinanceKeys extends Exchange {
  sapiGetAccountApiRestrictions(): Promise<Readonly<Record<string, unknown>>>;
  fapiPrivateV3GetBalance(): Promise<readonly { readonly accountAlias?: string }[]>;
}

/** Binance gives every futures account a code of its own; null elsewhere. */
export async function accountName(session: VenueSession): Promise<string | null> {
  const { exchange, exchangeId } = session;
  if (exchangeId !== 'binanceusdm') return null;
  const balances = await session.call(
    'name of the account',
    () => (exchange as BinanceKeys).fapiPrivateV3GetBalance(),
    'read',
  );
  return balances[0]?.accountAlias ?? null;
}

/**
 * Null when the key is fit; else why that could not be found out, for a person to look.
 * @throws AppError `config_invalid` for a key that may withdraw, or may not trade futures
 */
export async function keyDoubt(session: VenueSession): Promise<string | null> {
  const { exchange, exchangeId } = session;
  if (!exchangeId.startsWith('binance'))
    return `${exchangeId} does not tell what the key may do: see to it that it may not withdraw`;
  const rights = await session
    .call('rights of the key', () => (exchange as BinanceKeys).sapiGetAccountApiRestrictions(), 'read')
    .catch((thrown: unknown) => (thrown instanceof AppError ? thrown : Promise.reject(thrown)));
  if (rights instanceof AppError)
    return `what the key may do could not be read (${rights.message}): see to it that it may not withdraw`;
  if (isYes(rights.enableWithdrawals))
    throw unfit('may withdraw: make one that may not, and that only this machine’s address may use');
  if (rights.enableFutures !== undefined && !isYes(rights.enableFutures))
    throw unfit('may not trade futures: allow it on the venue');
  return null;
}

function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}

function unfit(why: string): AppError {
  return new AppError('config_invalid', `EXCHANGE_API_KEY ${why}`, {
    context: { variable: 'EXCHANGE_API_KEY' },
  });
}
