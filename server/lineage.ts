/** Follows trades and runs through the tables, each way. */
import type { TradePlace } from '#db/repositories/lineage.ts';
import { AppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { RunLineage, TradeLineage } from '#domain/lineage.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import {
  decisionAbout,
  gapsOf,
  type LineageSource,
  symbolsDecided,
} from '#tools/lineage/decision-lineage.ts';
import { namesOfPosition, positionNamed } from '#tools/lineage/order-origin.ts';
import { tradeLineage, tripOf } from '#tools/lineage/trade-lineage.ts';
import { intentsOfTrip, type Trip } from '#tools/lineage/trip-intents.ts';
import { foldTrips } from '#tools/orders/round-trips.ts';
import type { Rows } from './repositories.ts';

export interface LineagePort {
  /** Of one of these desks. @throws AppError `not_found`, `conflict` for an id that several of them have */
  ofTrade(id: string, deskIds: readonly string[]): Promise<TradeLineage>;
  /** @throws AppError `not_found` */
  ofRun(runId: string): Promise<RunLineage>;
  /** Records with the keys of their traces, of those there are. */
  sources(runIds: readonly string[]): Promise<readonly LineageSource[]>;
}

/** A venue tells a fill by its own clock, and our plans are written by ours. */
const CLOCKS_DIFFER_MS = 2_000;
/** In one symbol a run closes at most one position and opens one; a third shows there is nothing further. */
const TRADES_OF_RUN = 3;

export function createLineage({ lineage, orders }: Pick<Rows, 'lineage' | 'orders'>): LineagePort {
  return {
    sources: lineage.sources,

    async ofTrade(id, deskIds) {
      const places = await lineage.places(id, deskIds);
      const [place] = places;
      if (place === undefined)
        throw new AppError(
          'not_found',
          `there is no trade or open position "${id}": GET /api/trades and /api/positions list what there is`,
        );
      if (places.length > 1) {
        const desks = places.map(({ deskId }) => deskId).join(', ');
        throw new AppError(
          'conflict',
          `each of the desks ${desks} has a trade "${id}": name one with ?deskId=`,
        );
      }
      const found = await traced(place, { lineage, orders });
      if (found === null) throw new AppError('not_found', `"${id}" is a fill that began no trade of its own`);
      return found;
    },

    async ofRun(runId) {
      const [source] = await lineage.sources([runId]);
      if (source === undefined)
        throw new AppError('not_found', `there is no run "${runId}"`, { context: { runId } });
      const own = await lineage.intentsOfRuns([runId]);
      const trades = await tradesOf(own, { lineage, orders });
      const symbols = source.record === null ? [] : symbolsDecided(source.record);
      const decisions = symbols.flatMap((symbol) => decisionAbout(symbol, source) ?? []);
      const { kind, status, promptVersions } = source;
      return { runId, kind, status, promptVersions, decisions, trades, missing: gapsOf(source) };
    },
  };
}

type Parts = Pick<Rows, 'lineage' | 'orders'>;

/** The trades these plans had a hand in: a plan that never filled has none, unless it protected one. */
async function tradesOf(own: readonly OrderIntent[], parts: Parts): Promise<TradeLineage[]> {
  const ids = new Set(own.map(({ request }) => request.clientOrderId));
  const bySymbol = new Map<MarketSymbol, OrderIntent[]>();
  for (const intent of own)
    bySymbol.set(intent.request.symbol, [...(bySymbol.get(intent.request.symbol) ?? []), intent]);
  const found = await Promise.all(
    [...bySymbol].map(async ([symbol, [first, ...others]]) => {
      if (first === undefined) return [];
      const { deskId } = first;
      const begunAtMs = Math.min(first.createdAtMs, ...others.map(({ createdAtMs }) => createdAtMs));
      const since = { deskId, symbol, sinceMs: begunAtMs - CLOCKS_DIFFER_MS };
      const closed = await parts.lineage.closedSince(since, TRADES_OF_RUN);
      const open: TradePlace[] =
        closed.length < TRADES_OF_RUN ? [{ deskId, symbol, tradeId: null, trade: null }] : [];
      return Promise.all([...closed, ...open].map((place) => traced(place, parts)));
    }),
  );
  return found
    .flat()
    .filter((trade) => trade !== null)
    .filter(({ orders }) => orders.some(({ clientOrderId }) => ids.has(clientOrderId)));
}

/** Null where there are no fills to fold. */
async function traced(place: TradePlace, parts: Parts): Promise<TradeLineage | null> {
  const { lineage, orders } = parts;
  const { deskId, symbol, trade } = place;
  const trip = await tripAt(place, parts);
  if (trip === null) return null;
  const intents = await intentsAround(trip, deskId, parts);
  const own = intentsOfTrip(trip, intents);
  const runIds = own.map(({ runId }) => runId).filter((runId) => positionNamed(runId) === null);
  const clientOrderIds = [
    ...own.map(({ request }) => request.clientOrderId),
    ...trip.fills.map(({ fill }) => fill.clientOrderId),
  ];
  const [told, sources, held] = await Promise.all([
    lineage.orders(deskId, [...new Set(clientOrderIds)]),
    lineage.sources([...new Set(runIds)]) satisfies Promise<LineageSource[]>,
    trip.closedAtMs === null ? orders.positions([deskId]) : [],
  ]);
  const position = held.find((one) => one.symbol === symbol) ?? null;
  return tradeLineage({ deskId, trip, trade, position, intents, orders: told, sources });
}

async function tripAt(
  { deskId, symbol, tradeId, trade }: TradePlace,
  { lineage }: Parts,
): Promise<Trip | null> {
  const untilMs = trade?.closedAtMs ?? null;
  const { fills, fundings } = await lineage.activity(
    deskId,
    symbol,
    untilMs ?? Number.MAX_SAFE_INTEGER,
    untilMs,
  );
  const { closed, open } = foldTrips(fills, fundings);
  const folded =
    trade === null
      ? open.find((trip) => tradeId === null || trip.tradeId === tradeId)
      : closed.find((trip) => trip.trade.tradeId === tradeId);
  return folded === undefined ? null : tripOf(folded);
}

/** Everything that may have been planned for a trip: what filled in it, what stood beside, and the runs of both. */
async function intentsAround(trip: Trip, deskId: string, { lineage }: Parts): Promise<OrderIntent[]> {
  const { symbol, openedAtMs, closedAtMs, fills } = trip;
  const filled = [...new Set(fills.map(({ fill }) => fill.clientOrderId))];
  const fromMs = Math.max(0, openedAtMs - CLOCKS_DIFFER_MS);
  const [own, beside] = await Promise.all([
    lineage.intentsOfOrders(filled),
    lineage.protectiveIntents({ deskId, symbol, fromMs, toMs: closedAtMs ?? Number.MAX_SAFE_INTEGER }),
  ]);
  const positions = [...own, ...beside].flatMap(({ runId }) => positionNamed(runId) ?? []);
  const runIds = new Set([...own.map(({ runId }) => runId), ...positions.flatMap(namesOfPosition)]);
  const ofRuns = await lineage.intentsOfRuns([...runIds]);
  return ofRuns.filter((intent) => intent.deskId === deskId);
}
