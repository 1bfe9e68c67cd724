import type { Account } from '#domain/account.ts';
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { VenueSession } from './venue-session.ts';

/** What Binance says of one asset of the account. */
interface BinanceAsset {
  readonly asset: string;
  readonly walletBalance: string;
  readonly unrealizedProfit: string;
  readonly initialMargin: string;
  readonly availableBalance: string;
}

/** The account in one currency. @throws AppError `venue_unavailable` when the venue tells none of it */
export async function readAccount(session: VenueSession, quote: string): Promise<Account> {
  const { exchange, exchangeId } = session;
  const told = await session.call('balance', () => exchange.fetchBalance(), 'read');
  const asOfMs = session.nowMs();
  const assets = (told.info as { assets?: readonly BinanceAsset[] } | undefined)?.assets;
  const own = Array.isArray(assets) ? assets.find(({ asset }) => asset === quote) : undefined;
  if (own) {
    const { walletBalance, unrealizedProfit, initialMargin, availableBalance } = own;
    const amounts = {
      balance: walletBalance,
      unrealised: unrealizedProfit,
      marginUsed: initialMargin,
      available: availableBalance,
    };
    return accountOf(quote, amounts, asOfMs);
  }
  const { total, used, free } = told[quote] ?? {};
  if (total === undefined)
    throw new AppError('venue_unavailable', `${exchangeId} tells no balance in ${quote}`, {
      context: { exchangeId, quote },
    });
  // ccxt's total of a derivatives account already has the open profit in it.
  return accountOf(
    quote,
    {
      balance: decimalText(total),
      unrealised: '0',
      marginUsed: decimalText(used ?? 0),
      available: decimalText(free ?? 0),
    },
    asOfMs,
  );
}

interface Amounts {
  readonly balance: DecimalText;
  readonly unrealised: DecimalText;
  readonly marginUsed: DecimalText;
  readonly available: DecimalText;
}

function accountOf(
  quote: string,
  { balance, unrealised, marginUsed, available }: Amounts,
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
