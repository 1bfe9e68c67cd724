import type { Big } from 'big.js';
import { decimal } from '#domain/decimal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { bookClose } from './ledger.ts';
import { cancelStrandedOrders } from './order-life.ts';
import type { PaperPosition, Session } from './paper-books.ts';
import { bankruptcyPrice, unrealised } from './position-math.ts';
import { roundAgainst } from './taker-price.ts';

export function isBeyondLiquidation(position: PaperPosition, priceQuote: Big): boolean {
  if (position.liquidationPriceQuote === null) return false;
  return position.side === 'long'
    ? priceQuote.lte(position.liquidationPriceQuote)
    : priceQuote.gte(position.liquidationPriceQuote);
}

/**
 * Takes the whole position at its liquidation price, or at `referenceQuote` where the market is past that already,
 * but never past bankruptcy. The fee is a fraction of the notional and at most what is left of the margin: so a
 * liquidation costs the margin and not a digit more.
 */
export function liquidate(session: Session, symbol: MarketSymbol, referenceQuote: Big, atMs: EpochMs): void {
  const { books, instrument, settings } = session;
  const position = books.positions[symbol];
  if (!position) return;
  const side = position.side === 'long' ? 'sell' : 'buy';
  const market = roundAgainst(side, referenceQuote, instrument);
  const reached = isBeyondLiquidation(position, market)
    ? market
    : decimal(position.liquidationPriceQuote ?? 0);
  const last = bankruptcyPrice(position, instrument);
  const isPastLast = position.side === 'long' ? reached.lt(last) : reached.gt(last);
  const priceQuote = isPastLast ? last : reached;
  const quantityBase = decimal(position.quantityBase);
  const clientOrderId = `autoclose-${books.lastSequence + 1}`;
  const trade = {
    clientOrderId,
    venueOrderId: `${books.accountId}:${clientOrderId}`,
    symbol,
    side,
    purpose: 'liquidation',
    liquidity: 'taker',
    atMs,
    quantityBase,
    priceQuote,
    leverage: position.leverage,
  } as const;
  const marginLeft = unrealised(position, priceQuote).plus(position.marginQuote);
  const fee = quantityBase.times(priceQuote).times(decimal(settings.liquidationFeeFraction));
  bookClose(session, trade, marginLeft.lt(fee) ? marginLeft : fee);
  cancelStrandedOrders(books, symbol, atMs, settings);
}
