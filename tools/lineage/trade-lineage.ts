/**
 * A round trip with everything that led to it and followed from it. Nothing is guessed: links are ids, or the one
 * position a symbol can have at a time. Pure.
 */
import type { ProtectedPosition, Trade } from '#domain/account.ts';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type {
  LineageDecision,
  LineageFill,
  LineageGap,
  LineageOrder,
  LineageSums,
  TradeLineage,
} from '#domain/lineage.ts';
import type { Order } from '#domain/order.ts';
import type { RoundTrip, TripFill, UnclosedTrip } from '../orders/round-trips.ts';
import { decisionAbout, gapsOf, type LineageSource } from './decision-lineage.ts';
import { originOf } from './order-origin.ts';
import { intentsOfTrip, type Trip } from './trip-intents.ts';

export interface TradeFacts {
  readonly deskId: string;
  readonly trip: Trip;
  readonly trade: Trade | null;
  readonly position: ProtectedPosition | null;
  /** What may have been planned for it. */
  readonly intents: readonly OrderIntent[];
  readonly orders: readonly Order[];
  readonly sources: readonly LineageSource[];
}

export function tripOf(folded: RoundTrip | UnclosedTrip): Trip {
  const { fills, fundings } = folded;
  const of = 'trade' in folded ? folded.trade : { ...folded, closedAtMs: null };
  const { tradeId, side, openedAtMs, closedAtMs } = of;
  const symbol = fills[0]?.fill.symbol ?? '';
  return { tradeId, symbol, side, openedAtMs, closedAtMs, fills, fundings };
}

export function tradeLineage(facts: TradeFacts): TradeLineage {
  const { deskId, trip, trade, position } = facts;
  const { tradeId, symbol, side, openedAtMs, closedAtMs } = trip;
  const orders = ordersOf(facts);
  const sums = sumsOf(trip);
  const { decisions, missing } = decisionsOf(orders, facts);
  return {
    ...{ tradeId, deskId, symbol, side, openedAtMs, closedAtMs, trade, position, decisions, orders, sums },
    fundings: [...trip.fundings],
    missing: [...missing, ...ordersMissing(orders), ...sumsMissing(sums, trade)],
  };
}

function ordersOf({ trip, intents, orders }: TradeFacts): LineageOrder[] {
  const told = new Map(orders.map((order) => [order.clientOrderId, order]));
  const filled = fillsByOrder(trip);
  const planned = intentsOfTrip(trip, intents).map((intent): LineageOrder => {
    const { clientOrderId, purpose } = intent.request;
    const fills = filled.get(clientOrderId) ?? [];
    const { proposalId } = intent;
    const order = told.get(clientOrderId) ?? null;
    const atMs = order?.createdAtMs ?? intent.createdAtMs;
    return { clientOrderId, purpose, ...originOf(intent.runId), proposalId, atMs, intent, order, fills };
  });
  const ours = new Set(planned.map(({ clientOrderId }) => clientOrderId));
  const others = [...filled].flatMap(([clientOrderId, fills]): LineageOrder[] => {
    const [first] = fills;
    if (first === undefined || ours.has(clientOrderId)) return [];
    const { purpose } = first;
    const of = { origin: 'venue', runId: null, proposalId: null, intent: null } as const;
    const order = told.get(clientOrderId) ?? null;
    const atMs = order?.createdAtMs ?? first.atMs;
    return [{ clientOrderId, purpose, ...of, atMs, order, fills }];
  });
  return [...planned, ...others].sort((left, right) => left.atMs - right.atMs);
}

function fillsByOrder({ fills }: Trip): Map<string, LineageFill[]> {
  const filled = new Map<string, LineageFill[]>();
  for (const { fill, ...ofTrade } of fills)
    filled.set(fill.clientOrderId, [...(filled.get(fill.clientOrderId) ?? []), { ...fill, ofTrade }]);
  return filled;
}

function decisionsOf(orders: readonly LineageOrder[], { trip, sources }: TradeFacts) {
  const runIds = new Set(orders.flatMap(({ runId }) => runId ?? []));
  const decisions: LineageDecision[] = [];
  const missing: LineageGap[] = [];
  for (const runId of runIds) {
    const source = sources.find((one) => one.runId === runId);
    if (source === undefined) {
      missing.push({ link: 'run', subject: runId, message: `run ${runId} is not in the database any more` });
      continue;
    }
    const decision = decisionAbout(trip.symbol, source);
    if (decision !== null) decisions.push(decision);
    missing.push(...gapsOf(source));
  }
  return { decisions, missing };
}

function sumsOf({ side, fills, fundings }: Trip): LineageSums {
  const isEntry = ({ fill }: TripFill) => (fill.side === 'buy') === (side === 'long');
  const [entries, exits] = [fills.filter(isEntry), fills.filter((fill) => !isEntry(fill))];
  const fees = (of: readonly TripFill[]) => sumDecimals(of.map(({ feeQuote }) => feeQuote));
  const bases = (of: readonly TripFill[]) => decimalText(sumDecimals(of.map((one) => one.quantityBase)));
  const gross = sumDecimals(fills.map(({ realisedQuote }) => realisedQuote));
  const funding = sumDecimals(fundings.map(({ amountQuote }) => amountQuote));
  const [entryFees, exitFees] = [fees(entries), fees(exits)];
  return {
    entryBase: bases(entries),
    exitBase: bases(exits),
    grossQuote: decimalText(gross),
    entryFeesQuote: decimalText(entryFees),
    exitFeesQuote: decimalText(exitFees),
    fundingQuote: decimalText(funding),
    netQuote: decimalText(gross.minus(entryFees).minus(exitFees).minus(funding)),
  };
}

function ordersMissing(orders: readonly LineageOrder[]): LineageGap[] {
  return orders.flatMap(({ clientOrderId, purpose, intent, order, fills }) => {
    const gap = (link: LineageGap['link'], message: string) => [{ link, subject: clientOrderId, message }];
    if (intent === null && purpose !== 'liquidation')
      return gap('intent', `order ${clientOrderId} filled and was planned by no run of ours`);
    if (intent !== null && order === null && fills.length > 0)
      return gap('order', `order ${clientOrderId} filled, and the venue never told more of it`);
    return [];
  });
}

/** The books keep a trade as it was last folded; this is folded anew. */
function sumsMissing({ netQuote }: LineageSums, trade: Trade | null): LineageGap[] {
  if (trade === null || decimal(trade.netQuote).eq(netQuote)) return [];
  const message = `the books say ${trade.netQuote} after fees and funding, fills and funding come to ${netQuote}`;
  return [{ link: 'sums', subject: trade.tradeId, message }];
}
