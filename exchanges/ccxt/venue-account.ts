import type { Account } from '#domain/account.ts';
import { decimal, decimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import type { AccountAmounts } from './venue-dialect.ts';
import type { VenueSession } from './venue-session.ts';

/** The account in one currency. @throws AppError `venue_unavailable` when the venue tells none of it */
export async function readAccount(session: VenueSession, quote: string): Promise<Account> {
  const { exchange, exchangeId } = session;
  const told = await session.call('balance', () => exchange.fetchBalance(), 'read');
  const asOfMs = session.nowMs();
  const amounts = dialectOf(exchangeId).accountAmounts(told, quote);
  if (amounts !== null) return accountOf(quote, amounts, asOfMs);
  throw new AppError('venue_unavailable', `${exchangeId} tells no balance in ${quote}`, {
    context: { exchangeId, quote },
  });
}

function accountOf(
  quote: string,
  { balance, unrealised, marginUsed, available }: AccountAmounts,
  asOfMs: number,
): Account {
  const equity = decimal(balance).plus(unrealised);
  const free = decimal(available);
  return {
    quote,
    balanceQuote: decimalText(balance),
    unrealisedQuote: decimalText(unrealised),
    equityQuote: decimalText(equity),
    marginUsedQuote: decimalText(marginUsed),
    availableQuote: decimalText(free.gt(equity) ? equity : free),
    asOfMs,
  };
}
