/** A sound market, account and limits for the gate; a test overrides what it is about. */
import type { Instrument } from '#domain/instrument.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { accountOf, BTC, ETH, NOW_MS, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

export const UNIVERSE = [BTC, ETH, SOL, 'XRP/USDT:USDT', 'BNB/USDT:USDT'];

export function instrumentOf(symbol: string, over: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    tickSizeQuote: '0.01',
    quantityStepBase: '0.001',
    minQuantityBase: '0.001',
    maxQuantityBase: '1000000',
    minNotionalQuote: '5',
    maxLeverage: 50,
    maintenanceMarginFraction: 0.005,
    takerFeeFraction: 0.0005,
    makerFeeFraction: 0.0002,
    ...over,
  };
}

/** Every symbol of the universe at a price of 100, ten thousand of equity, nothing open. */
export function gateContextOf(over: Partial<GateContext> = {}): GateContext {
  return {
    limits: DEFAULT_LIMITS,
    nowMs: NOW_MS,
    tradingMode: 'active',
    account: accountOf(),
    positions: [],
    openOrders: [],
    instruments: new Map(UNIVERSE.map((symbol) => [symbol, instrumentOf(symbol)])),
    lastPricesQuote: new Map(UNIVERSE.map((symbol) => [symbol, 100])),
    priceAgesMs: new Map(UNIVERSE.map((symbol) => [symbol, 0])),
    priceStepMs: 0,
    fundings: new Map(),
    correlations: new Map(),
    recentTrading: { trades: [], venueFailuresAtMs: [] },
    equityMarks: { dayStartQuote: '10000', peakQuote: '10000' },
    unknownOutcomes: 0,
    unansweredAsks: 0,
    ...over,
  };
}

/** The same context with one instrument changed. */
export function withInstrument(
  symbol: string,
  over: Partial<Instrument>,
  context = gateContextOf(),
): GateContext {
  return { ...context, instruments: new Map([...context.instruments, [symbol, instrumentOf(symbol, over)]]) };
}

export function closeOf(symbol: string, over: Partial<TradeProposal> = {}): TradeProposal {
  return proposalOf(symbol, {
    kind: 'close',
    quantityBase: '2',
    stopPriceQuote: null,
    targetPriceQuote: null,
    ...over,
  });
}

/** The entry a proposal asks for, at market. */
export function entryOf(proposal: TradeProposal, over: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: 'entry-1',
    symbol: proposal.symbol,
    side: proposal.side === 'long' ? 'buy' : 'sell',
    type: 'market',
    purpose: 'entry',
    quantityBase: proposal.quantityBase,
    priceQuote: null,
    triggerPriceQuote: null,
    reduceOnly: false,
    timeInForce: 'gtc',
    leverage: proposal.leverage,
    ...over,
  };
}

/** A resting entry as the venue tells it. */
export function restingEntry(symbol: string, over: Partial<Order> = {}): Order {
  return {
    ...entryOf(proposalOf(symbol), { type: 'limit', priceQuote: '100' }),
    venueOrderId: 'v1',
    status: 'pending',
    filledBase: '0',
    averagePriceQuote: null,
    feesQuote: '0',
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    reason: null,
    ...over,
  };
}
