/** What a run asks of the venue for one proposal: the orders of its entry, its protection, its exit. Pure. */
import { type DecimalText, decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { OrderPurpose, OrderRequest } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { EpochMs } from '#domain/time.ts';
import { clientOrderId } from './client-order-id.ts';

/** How far an entry may reach through the price it was sized at. */
export const REACH_FRACTION = 0.002;

/** One order of an entry: a limit that takes what is there at once, or one that only ever rests. */
export interface EntryTerms {
  readonly runId: string;
  readonly sequence: number;
  readonly quantityBase: DecimalText;
  readonly priceQuote: DecimalText;
  readonly timeInForce: 'ioc' | 'post_only';
}

export function entryRequest(
  proposal: TradeProposal,
  { runId, sequence, ...terms }: EntryTerms,
): OrderRequest {
  return {
    ...reducingRequest(runId, proposal, 'entry', terms.quantityBase, sequence),
    ...terms,
    side: proposal.side === 'long' ? 'buy' : 'sell',
    type: 'limit',
    reduceOnly: false,
  };
}

/** The worst price an entry accepts: a little through the one it is judged at, on a tick, rounded towards paying less. */
export function reachPrice(
  { side, entryPriceQuote }: Pick<TradeProposal, 'side' | 'entryPriceQuote'>,
  tickSizeQuote: DecimalText,
): DecimalText {
  const factor = side === 'long' ? 1 + REACH_FRACTION : 1 - REACH_FRACTION;
  const price = decimal(entryPriceQuote).times(factor);
  return decimalText(roundToStep(price, tickSizeQuote, side === 'long' ? 'down' : 'up'));
}

/** The stop and the target of a proposal, as far as it names them. */
function protectiveRequests(
  runId: string,
  proposal: TradeProposal,
  quantityBase: DecimalText,
): OrderRequest[] {
  const { stopPriceQuote, targetPriceQuote } = proposal;
  const requests: OrderRequest[] = [];
  if (stopPriceQuote !== null) {
    requests.push({
      ...reducingRequest(runId, proposal, 'stop', quantityBase),
      type: 'stop_market',
      triggerPriceQuote: stopPriceQuote,
    });
  }
  if (targetPriceQuote !== null) {
    requests.push({
      ...reducingRequest(runId, proposal, 'target', quantityBase),
      type: 'take_profit_market',
      triggerPriceQuote: targetPriceQuote,
    });
  }
  return requests;
}

/** The entry, and what protects what it may come to. */
export type PlannedEntry = readonly [entry: OrderIntent, ...protection: OrderIntent[]];

/** An entry's order with the stop and the target of what it may come to, as they are written down before it leaves. */
export function plannedEntry(
  order: OrderRequest,
  proposal: TradeProposal,
  of: {
    readonly runId: string;
    readonly deskId: string;
    readonly atMs: EpochMs;
    readonly protectedBase: DecimalText;
  },
): PlannedEntry {
  const { runId, deskId, atMs, protectedBase } = of;
  const { proposalId } = proposal;
  const planned = (request: OrderRequest) => plannedIntent(request, { runId, deskId, proposalId, atMs });
  return [planned(order), ...protectiveRequests(runId, proposal, protectedBase).map(planned)];
}

/** A market order that reduces; entries and protection say what differs. */
export function reducingRequest(
  runId: string,
  of: Pick<TradeProposal, 'symbol' | 'side' | 'leverage'>,
  purpose: OrderPurpose,
  quantityBase: DecimalText,
  sequence = 0,
): OrderRequest {
  return {
    clientOrderId: clientOrderId({ runId, symbol: of.symbol, leg: purpose, sequence }),
    symbol: of.symbol,
    side: of.side === 'long' ? 'sell' : 'buy',
    type: 'market',
    purpose,
    quantityBase,
    priceQuote: null,
    triggerPriceQuote: null,
    reduceOnly: true,
    timeInForce: 'gtc',
    leverage: of.leverage,
  };
}

export function plannedIntent(
  request: OrderRequest,
  of: {
    readonly runId: string;
    readonly deskId: string;
    readonly proposalId: string;
    readonly atMs: EpochMs;
  },
): OrderIntent {
  const { runId, deskId, proposalId, atMs } = of;
  return {
    intentId: request.clientOrderId,
    runId,
    deskId,
    proposalId,
    status: 'planned',
    request: { ...request },
    reason: null,
    createdAtMs: atMs,
    updatedAtMs: atMs,
  };
}
