/** Whose key it is, and what the venue lets it do. One that may take money out has no place in a machine that trades. */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import type { VenueSession } from './venue-session.ts';

export function accountName({ exchange, exchangeId, call }: VenueSession): Promise<string | null> {
  return call('name of the account', () => dialectOf(exchangeId).accountName(exchange), 'read');
}

/**
 * Null when the key is fit; else why that could not be found out, for a person to look.
 * @throws AppError `config_invalid` for a key that may withdraw, or may not trade futures
 */
export async function keyDoubt({ exchange, exchangeId, call }: VenueSession): Promise<string | null> {
  const rights = await call(
    'rights of the key',
    () => dialectOf(exchangeId).keyRights(exchange),
    'read',
  ).catch((thrown: unknown) => (thrown instanceof AppError ? thrown : Promise.reject(thrown)));
  if (rights === null)
    return `${exchangeId} does not tell what the key may do: see to it that it may not withdraw`;
  if (rights instanceof AppError)
    return `what the key may do could not be read (${rights.message}): see to it that it may not withdraw`;
  if (rights.mayWithdraw)
    throw unfit('may withdraw: make one that may not, and that only this machine’s address may use');
  if (!rights.mayTrade) throw unfit('may not trade futures: allow it on the venue');
  return null;
}

/** @throws AppError `config_invalid` for an account that is set in a way its orders cannot be made for */
export async function assertFitAccount(
  { exchange, exchangeId, call }: VenueSession,
  symbols: readonly MarketSymbol[],
): Promise<void> {
  const ask = () => dialectOf(exchangeId).accountObjection(exchange, symbols);
  const objection = await call('settings of the account', ask, 'read');
  if (objection === null) return;
  throw new AppError('config_invalid', `the account on ${exchangeId} ${objection}`, {
    context: { exchangeId, symbols },
  });
}

function unfit(why: string): AppError {
  return new AppError('config_invalid', `EXCHANGE_API_KEY ${why}`, {
    context: { variable: 'EXCHANGE_API_KEY' },
  });
}
