import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import { type MarketSymbol, quoteOf as settledIn } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { createFreshCache } from './fresh-cache.ts';
import type { VenueSession } from './venue-session.ts';
import type { Execution } from './venue-trade.ts';

const PRICE_FRESH_MS = MINUTE_MS;

export interface VenueFees {
  /**
   * What a fill cost in the currency its symbol is settled in. A fee in another one, such as Binance's BNB, counts at
   * that currency's price of the moment it is read. @throws AppError `venue_unavailable` when there is no such price
   */
  quoteOf(execution: Pick<Execution, 'fee' | 'feeCurrency'>, symbol: MarketSymbol): Promise<DecimalText>;
}

export function createVenueFees(session: VenueSession): VenueFees {
  const { exchange, exchangeId } = session;
  const prices = createFreshCache<number>({ nowMs: session.nowMs }, { freshForMs: PRICE_FRESH_MS });

  async function askPrice(pair: string): Promise<number> {
    const { last } = await session.call(`price of ${pair}`, () => exchange.fetchTicker(pair), 'read');
    if (last) return last;
    const message = `${exchangeId} charges fees in another currency and tells no price of ${pair}`;
    throw new AppError('venue_unavailable', message, { context: { exchangeId, pair } });
  }

  return {
    async quoteOf({ fee, feeCurrency }, symbol) {
      const settle = session.listed(symbol)?.settle ?? settledIn(symbol);
      if (feeCurrency === settle || decimal(fee).eq(0)) return fee;
      const pair = `${feeCurrency}/${settle}:${settle}`;
      const price = await prices.get(pair, () => askPrice(pair));
      return decimalText(decimal(fee).times(decimal(price)));
    },
  };
}
