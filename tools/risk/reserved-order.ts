import type { DecimalText } from '#domain/decimal.ts';
import type { Order } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';

/** An entry that is passed or begun and not on the venue yet, as the order it will be: what it takes is spoken for. */
export function reservedOrder(
  { symbol, side, leverage, atMs }: TradeProposal,
  of: {
    readonly clientOrderId: string;
    readonly quantityBase: DecimalText;
    readonly priceQuote: DecimalText;
  },
): Order {
  return {
    ...of,
    symbol,
    side: side === 'long' ? 'buy' : 'sell',
    type: 'limit',
    purpose: 'entry',
    triggerPriceQuote: null,
    reduceOnly: false,
    timeInForce: 'gtc',
    leverage,
    venueOrderId: '',
    status: 'created',
    filledBase: '0',
    averagePriceQuote: null,
    feesQuote: '0',
    createdAtMs: atMs,
    updatedAtMs: atMs,
    reason: null,
  };
}
