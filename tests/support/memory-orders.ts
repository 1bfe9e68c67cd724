/** A desk of orders in memory: a market the test moves, the paper venue with faults in its way, and our own books. */
import type { Position } from '#domain/account.ts';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { TradingMode } from '#domain/trading-state.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import { createMemoryOrderStore } from '#tools/orders/memory-order-store.ts';
import { createOrderDesk } from '#tools/orders/order-desk.ts';
import { piecesOf } from '#tools/orders/pieces.ts';
import type { Placement, PlacementPlan } from '#tools/orders/place-orders.ts';
import type { ReconcileParts } from '#tools/orders/reconcile.ts';
import type { GateView } from '#tools/orders/work-entries.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '#tools/risk/limits.ts';
import {
  BTC,
  ETH,
  instrumentOf,
  openPaperDesk,
  type PaperDesk,
  requestOf,
} from '../unit/exchanges/paper/paper-desk.ts';
import { createFaultingBroker, type FaultingBroker } from './memory-broker-faults.ts';

export { BTC, ETH };
export const SOL = 'SOL/USDT:USDT';
export const XRP = 'XRP/USDT:USDT';
export const INSTRUMENTS = new Map([BTC, ETH, SOL, XRP].map((symbol) => [symbol, instrumentOf(symbol)]));

export interface MemoryOrders extends FaultingBroker {
  readonly paper: PaperDesk;
  /** The venue itself, without faults. */
  readonly venue: Broker;
  readonly books: ReturnType<typeof createMemoryOrderStore>;
  readonly parts: ReconcileParts;
  /** What the gate is told beside the venue; the test turns it. */
  readonly gate: { tradingMode: TradingMode; readonly lastPricesQuote: Map<MarketSymbol, number> };
  readonly desk: ReturnType<typeof createOrderDesk>;
  plan(runId: string, placements: readonly Placement[], over?: Partial<RiskLimits>): PlacementPlan;
  /** Trades on the venue as a person would, past our books. */
  byHand(order: Partial<OrderRequest>): Promise<Order>;
  /** One minute for the symbols named, on which the venue then acts. */
  minute(prices: Parameters<PaperDesk['market']['minute']>[0], volumeBase?: number): Promise<void>;
  position(symbol: string): Promise<Position | undefined>;
  working(symbol: string): Promise<readonly Order[]>;
}

export interface MemoryOrdersOptions {
  readonly volumeBase?: number;
  readonly sendSettlesWithinMs?: number;
  /** The largest order the venue takes. */
  readonly maxQuantityBase?: string;
}

export function openMemoryOrders(options: MemoryOrdersOptions = {}): MemoryOrders {
  const { volumeBase = 1_000, sendSettlesWithinMs, maxQuantityBase } = options;
  const instruments = new Map(
    [...INSTRUMENTS].map(([symbol, instrument]) => [
      symbol,
      maxQuantityBase === undefined ? instrument : { ...instrument, maxQuantityBase },
    ]),
  );
  const paper = openPaperDesk({ instruments: [...instruments.values()], volumeBase });
  const faulting = createFaultingBroker(paper.broker, sendSettlesWithinMs);
  const books = createMemoryOrderStore();
  const parts: ReconcileParts = {
    broker: faulting.broker,
    store: books.store,
    clock: faulting.broker,
    assertExclusive: () => {},
    deskId: 'desk',
    instruments,
    fallbackStopFraction: 0.02,
    protectWithinMs: DEFAULT_LIMITS.protectWithinMs,
    exitRules: DEFAULT_LIMITS.exitRules,
  };
  const gate: MemoryOrders['gate'] = {
    tradingMode: 'active',
    lastPricesQuote: new Map([...instruments.keys()].map((symbol) => [symbol, 100])),
  };
  const contextOf = (view: GateView, over: Partial<RiskLimits> = {}): GateContext => ({
    ...view,
    ...gate,
    limits: { ...DEFAULT_LIMITS, ...over },
    nowMs: view.account?.asOfMs ?? 0,
    instruments,
    priceAgesMs: new Map([...instruments.keys()].map((symbol) => [symbol, 0])),
    priceStepMs: 0,
    fundings: new Map(),
    correlations: new Map(),
    recentTrading: { trades: [], venueFailuresAtMs: [] },
    equityMarks: { dayStartQuote: null, peakQuote: null },
    unansweredAsks: 0,
  });
  let orders = 0;
  return {
    ...faulting,
    paper,
    venue: paper.broker,
    books,
    parts,
    gate,
    desk: createOrderDesk({
      ...parts,
      limits: parts,
      entryContext: async (view) => contextOf(view),
      exclusive: (work) => work(),
    }),
    plan: (runId, placements, over = {}) => ({
      runId,
      placements: placements.map((placement) => proposedBy(parts.clock.nowMs(), placement)),
      gateContext: async (view) => contextOf(view, over),
    }),
    byHand(order) {
      orders += 1;
      return paper.broker.submit(
        sealApproval(requestOf({ clientOrderId: `hand-${orders}`, leverage: 5, ...order })),
      );
    },
    async minute(prices, volume) {
      paper.market.minute(prices, volume);
      for (const [symbol, [, , , close]] of Object.entries(prices)) gate.lastPricesQuote.set(symbol, close);
      await paper.broker.account();
    },
    position: async (symbol) => (await paper.broker.positions()).find((held) => held.symbol === symbol),
    working: async (symbol) => (await paper.broker.openOrders()).filter((order) => order.symbol === symbol),
  };
}

/** A placement of no time of its own was proposed just now. */
function proposedBy(nowMs: number, placement: Placement): Placement {
  const { proposal } = placement;
  return proposal.atMs === 0 ? { ...placement, proposal: { ...proposal, atMs: nowMs } } : placement;
}

/** An open of `quantityBase` at 100 with its stop 3 and its target 8 away, unless the test turns it. */
export function opening(symbol: string, over: Partial<TradeProposal> = {}): Placement {
  const side = over.side ?? 'long';
  const proposal: TradeProposal = {
    proposalId: `${symbol.slice(0, 3)}-open-${side}`,
    kind: 'open',
    symbol,
    side,
    quantityBase: '5',
    entryPriceQuote: '100',
    stopPriceQuote: side === 'long' ? '97' : '103',
    targetPriceQuote: side === 'long' ? '108' : '92',
    leverage: 5,
    conviction: side === 'long' ? 0.6 : -0.6,
    reason: 'test',
    atMs: 0,
    ...over,
  };
  return { proposal, quantityBase: proposal.quantityBase, style: 'market' };
}

/** The same, as a limit for an hour: it rests at the last price, and is turned away where that is the touch itself. */
export function resting(symbol: string, over: Partial<TradeProposal> = {}): Placement {
  return { ...opening(symbol, over), style: 'limit', deadlineMs: 3_600_000 };
}

export function closing(position: Position): Placement {
  const { symbol, side, quantityBase } = position;
  const proposal: TradeProposal = {
    ...opening(symbol, { side }).proposal,
    proposalId: `${symbol.slice(0, 3)}-close-${side}`,
    kind: 'close',
    quantityBase,
    stopPriceQuote: null,
    targetPriceQuote: null,
  };
  return { proposal, quantityBase, style: 'market' };
}

/**
 * What is wrong with the venue: positions that have not one stop of their size (in as few orders as the venue takes it)
 * and are not being closed at market, second targets, orders without a position.
 */
export async function unsoundness(
  venue: Broker,
  instruments: MemoryOrders['parts']['instruments'] = INSTRUMENTS,
): Promise<string[]> {
  const [positions, orders] = [await venue.positions(), await venue.openOrders()];
  const wrong: string[] = [];
  for (const { symbol, side, quantityBase } of positions) {
    const own = orders.filter(
      (order) => order.symbol === symbol && order.reduceOnly && (order.side === 'sell') === (side === 'long'),
    );
    // A stop that has fired and filled in part protects with the rest of it.
    const standing = own.filter(({ purpose }) => purpose === 'stop');
    const stops = standing.map(remainingOf).sort();
    const isOneStop =
      stops.join() === piecesOf(quantityBase, instruments.get(symbol)).sort().join() &&
      new Set(standing.map(({ triggerPriceQuote }) => triggerPriceQuote)).size === 1;
    const exits = own.filter(({ purpose }) => purpose === 'exit').map(remainingOf);
    const isLeaving = sumDecimals(exits).gte(quantityBase);
    if (!isOneStop && !isLeaving)
      wrong.push(`${symbol}: ${quantityBase} held, stops of ${stops.join() || 'nothing'}`);
    const targets = own.filter(({ purpose }) => purpose === 'target').length;
    if (targets > 1) wrong.push(`${symbol}: ${targets} targets`);
  }
  for (const { symbol, purpose, side, clientOrderId } of orders) {
    const held = positions.find((position) => position.symbol === symbol);
    const protects = held !== undefined && (side === 'sell') === (held.side === 'long');
    if (purpose !== 'entry' && !protects)
      wrong.push(`${purpose} ${clientOrderId} of ${symbol} without a position`);
  }
  return wrong;
}

function remainingOf({ quantityBase, filledBase }: Order): string {
  return decimalText(decimal(quantityBase).minus(filledBase));
}
