/** Orders custody makes in its own name or a person's: written down under deterministic ids, sent when they reduce. */
import type { Position } from '#domain/account.ts';
import type { DecimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { OrderPurpose, OrderRequest } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { approveReducing } from '../risk/approve.ts';
import { clientOrderId } from './client-order-id.ts';
import { piecesOf } from './pieces.ts';
import { type SendingParts, sendIntent } from './send-intent.ts';

export interface ClosingParts extends SendingParts {
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
}

export interface OwnOrder {
  readonly purpose: Exclude<OrderPurpose, 'entry'>;
  readonly triggerPriceQuote: string | null;
  /** All of the position when absent, in as many orders as it takes. */
  readonly quantityBase?: DecimalText;
  /** One order of this purpose for each occasion; without one, each asking makes another order. */
  readonly occasion?: string;
  /** Under which run it is kept. */
  readonly runId: string;
  readonly reason?: string | null;
}

/** The id of an occasion's one order, or of its nth piece. */
export function occasionOrderId(
  of: {
    readonly runId: string;
    readonly symbol: MarketSymbol;
    readonly purpose: OrderPurpose;
    readonly occasion: string;
  },
  piece = 0,
): string {
  const { runId, symbol, purpose, occasion } = of;
  return clientOrderId({ runId: `${runId}|${occasion}`, symbol, leg: purpose, sequence: piece });
}

/** Writes down the orders custody sends for a position in its own name; the sequence counts what stands already. */
export async function planOwnIntents(
  deskId: string,
  position: Position,
  own: OwnOrder,
  { store, clock, instruments }: ClosingParts,
): Promise<readonly OrderIntent[]> {
  const { purpose, triggerPriceQuote, occasion, runId, reason = null } = own;
  const { symbol } = position;
  const pieces = own.quantityBase
    ? [own.quantityBase]
    : piecesOf(position.quantityBase, instruments.get(symbol));
  const earlier = (await store.intentsOfRun(runId)).filter(({ request }) => request.purpose === purpose);
  const atMs = clock.nowMs();
  const requestOf = (quantityBase: DecimalText, piece: number): OrderRequest => ({
    clientOrderId:
      occasion === undefined
        ? clientOrderId({ runId, symbol, leg: purpose, sequence: earlier.length + piece })
        : occasionOrderId({ runId, symbol, purpose, occasion }, piece),
    symbol,
    side: position.side === 'long' ? 'sell' : 'buy',
    type: purpose === 'exit' ? 'market' : purpose === 'stop' ? 'stop_market' : 'take_profit_market',
    purpose,
    quantityBase,
    priceQuote: null,
    triggerPriceQuote,
    reduceOnly: true,
    timeInForce: 'gtc',
    leverage: position.leverage,
  });
  return store.planIntents(
    pieces.map(requestOf).map((request) => ({
      intentId: request.clientOrderId,
      runId,
      deskId,
      proposalId: null,
      status: 'planned',
      request,
      reason,
      createdAtMs: atMs,
      updatedAtMs: atMs,
    })),
  );
}

/** Sends what has not left yet, and gives the intent as it then stands. */
export async function sendReducing(
  intent: OrderIntent,
  position: Position,
  parts: SendingParts,
): Promise<OrderIntent> {
  const approved = approveReducing(intent.request, position);
  if (approved === null) {
    throw new AppError(
      'internal',
      `custody made an order that does not reduce ${position.symbol}: ${intent.intentId}`,
    );
  }
  const isUnsent = intent.status === 'planned' || intent.status === 'sent';
  return isUnsent ? sendIntent(intent, approved, parts) : intent;
}
