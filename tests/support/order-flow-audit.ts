/** What is wrong at the end of many flows, from the venue's own books and from ours; and what happened, in numbers. */
import type { Database } from '#db/client.ts';
import { decimalText, sumDecimals } from '#domain/decimal.ts';
import { isLiquidation } from './venue/liquidation.ts';
import type { RemoteSnapshot } from './venue/venue-process.ts';

export interface FlowCounts {
  readonly entries: number;
  /** Entries that went out over time, with one order after another. */
  readonly overTime: number;
  /** How many orders of those were executed. */
  readonly overTimeExecuted: number;
  /** Orders whose answer was lost. */
  readonly unknowns: number;
  readonly stops: number;
  readonly targets: number;
  readonly closesByCustody: number;
  readonly liquidations: number;
  readonly longestNakedMs: number;
  /** The kind of each fault that struck. */
  readonly faults: readonly string[];
}

interface Audit {
  readonly wrong: readonly string[];
  readonly counts: FlowCounts;
}

type Row = Readonly<Record<string, unknown>>;

interface OwnBooks {
  readonly fills: readonly Row[];
  readonly fundings: readonly Row[];
  readonly trades: readonly Row[];
  readonly intents: readonly Row[];
  readonly entries: readonly Row[];
  readonly orders: readonly Row[];
  readonly balanceQuote: unknown;
}

/** How `clientOrderId` begins. */
const OURS = /^vg[est]\d/;
const UNSETTLED = ['planned', 'sent', 'unknown', 'acknowledged', 'partially_filled'];
const STANDING = ['created', 'submitted', 'pending', 'partially_filled'];

export async function auditFlows(database: Database, deskId: string, venue: RemoteSnapshot): Promise<Audit> {
  const own = await readBooks(database, deskId);
  const wrong = [
    ...wrongOrders(own, venue),
    ...leftOvers(own, venue),
    ...wrongFills(own, venue),
    ...wrongSums(own, venue),
    ...wrongEnds(own, venue),
  ];
  return { wrong, counts: countsOf(own, venue) };
}

async function readBooks({ sql }: Database, deskId: string): Promise<OwnBooks> {
  const [account] = await sql`select balance_quote from accounts where desk_id = ${deskId}`;
  return {
    fills: await sql`select * from fills where desk_id = ${deskId}`,
    fundings: await sql`select amount_quote from fundings where desk_id = ${deskId}`,
    trades: await sql`select net_quote, exit_reason from trades where desk_id = ${deskId}`,
    intents: await sql`
      select client_order_id, status, run_id, reason, request ->> 'purpose' as purpose
      from order_intents where desk_id = ${deskId}`,
    entries:
      await sql`select entry_id, run_id, quantity_base, ended_at_ms from working_entries where desk_id = ${deskId}`,
    orders: await sql`select client_order_id, status from orders where desk_id = ${deskId}`,
    balanceQuote: account?.balance_quote,
  };
}

/** An order that was executed twice or without a plan, a flow that entered twice or for more than it might. */
function wrongOrders({ intents, entries }: OwnBooks, venue: RemoteSnapshot): string[] {
  const executed = venue.orders
    .filter((order) => Number(order.executed) > 0)
    .map((order) => order.clientOrderId);
  const planned = new Set(intents.map((intent) => intent.client_order_id));
  const entering = intents.filter(
    ({ purpose, client_order_id: id }) => purpose === 'entry' && executed.includes(String(id)),
  );
  const overTime = new Map(entries.map((entry) => [entry.run_id, String(entry.quantity_base)]));
  const atOnce = entering.filter(({ run_id: runId }) => !overTime.has(runId));
  const begun = new Set(entering.map(({ run_id: runId }) => runId));
  const entered = [
    ...atOnce.map(({ run_id: runId }) => runId),
    ...[...begun].filter((id) => overTime.has(id)),
  ];
  const tooMuch = [...overTime].filter(([runId, quantityBase]) => {
    const own = new Set(
      entering.filter((entry) => entry.run_id === runId).map((entry) => entry.client_order_id),
    );
    const taken = venue.orders.filter(({ clientOrderId }) => own.has(clientOrderId));
    return sumDecimals(taken.map((order) => order.executed)).gt(quantityBase);
  });
  const unplanned = executed.filter((id) => OURS.test(id) && !planned.has(id));
  return [
    ...repeated(executed).map((id) => `order ${id} was executed more than once`),
    ...repeated(entered.map(flowOf)).map((flowId) => `${flowId} has entered more than once`),
    ...tooMuch.map(([runId, quantityBase]) => `${runId} has filled more than ${quantityBase}`),
    ...unplanned.map((id) => `order ${id} was executed and never planned`),
  ];
}

function flowOf(runId: unknown): string {
  return String(runId).replace(/\.\d+$/, '');
}

function leftOvers({ intents, orders, entries }: OwnBooks, venue: RemoteSnapshot): string[] {
  const standing = venue.orders.filter(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED');
  const orphans = venue.algoOrders.filter(({ status }) => status === 'NEW');
  const unsettled = intents.filter(({ status }) => UNSETTLED.includes(String(status)));
  const stale = orders.filter(({ status }) => STANDING.includes(String(status)));
  return [
    ...venue.positions.map(({ symbol, quantity }) => `${quantity} ${symbol} is still held`),
    ...standing.map(({ symbol, clientOrderId }) => `order ${clientOrderId} of ${symbol} still stands`),
    ...orphans.map(({ symbol, type, clientAlgoId }) => `${type} ${clientAlgoId} of ${symbol} is an orphan`),
    ...unsettled.map(({ client_order_id: id, status }) => `intent ${id} is still ${status}`),
    ...entries
      .filter(({ ended_at_ms: endedAtMs }) => endedAtMs === null)
      .map(({ entry_id: id }) => `entry ${id} is still at work`),
    ...stale.map(({ client_order_id: id, status }) => `order ${id} is still ${status} in our books`),
  ];
}

/** Every fill of the venue, each with the order we sent for it. */
function wrongFills({ fills }: OwnBooks, venue: RemoteSnapshot): string[] {
  const firedBy = new Map(venue.algoOrders.map((algo) => [algo.actualOrderId, algo.clientAlgoId]));
  const ours = fills.map(
    ({ fill_id: id, client_order_id: order, quantity_base: quantity, price_quote: price, ...money }) =>
      fillText([String(id).split('#')[1], order], [quantity, price, money.fee_quote, money.realised_quote]),
  );
  const theirs = venue.fills.map(({ id, orderId, clientOrderId, quantity, price, commission, realizedPnl }) =>
    fillText([id, firedBy.get(orderId) ?? clientOrderId], [quantity, price, commission, realizedPnl]),
  );
  return [
    ...missing(theirs, ours).map((fill) => `fill ${fill} is not in our books`),
    ...missing(ours, theirs).map((fill) => `fill ${fill} is not on the venue`),
  ];
}

/** A liquidation takes all that is held, so each of them ends one round trip, and no other trip ends by one. */
function wrongEnds({ trades }: OwnBooks, venue: RemoteSnapshot): string[] {
  const ours = trades.filter((trade) => trade.exit_reason === 'liquidation').length;
  const theirs = liquidationsOf(venue).length;
  return ours === theirs ? [] : [`${ours} round trips ended by liquidation, and there were ${theirs}`];
}

function liquidationsOf({ fills }: RemoteSnapshot): RemoteSnapshot['fills'] {
  return fills.filter(isLiquidation);
}

function wrongSums(own: OwnBooks, venue: RemoteSnapshot): string[] {
  const income = (kind: string) =>
    sumDecimals(venue.income.filter(({ incomeType }) => incomeType === kind).map((entry) => entry.income));
  const [fees, realised] = [sumOf(own.fills, 'fee_quote'), sumOf(own.fills, 'realised_quote')];
  const funding = sumOf(own.fundings, 'amount_quote');
  const sums = [
    ['fees', fees, income('COMMISSION').times(-1)],
    ['realised profit', realised, income('REALIZED_PNL')],
    ['funding and clearances', funding, income('FUNDING_FEE').plus(income('INSURANCE_CLEAR')).times(-1)],
    ['balance', own.balanceQuote, venue.walletBalance],
    ['net of the round trips', sumOf(own.trades, 'net_quote'), realised.minus(fees).minus(funding)],
  ] as const;
  return sums
    .map(([what, ours, theirs]) => [what, decimalText(String(ours)), decimalText(String(theirs))] as const)
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([what, ours, theirs]) => `${what}: ${ours} in our books, ${theirs} on the venue`);
}

function countsOf({ intents, entries }: OwnBooks, venue: RemoteSnapshot): FlowCounts {
  const sent = intents.filter(({ status }) => status !== 'planned');
  const count = (wanted: string) => sent.filter(({ purpose }) => purpose === wanted).length;
  const overTime = new Set(entries.map((entry) => entry.run_id));
  const theirs = new Set(
    sent
      .filter(({ run_id: runId, purpose }) => purpose === 'entry' && overTime.has(runId))
      .map(({ client_order_id: id }) => id),
  );
  const isOverTimes = ({ executed, clientOrderId }: RemoteSnapshot['orders'][number]) =>
    Number(executed) > 0 && theirs.has(clientOrderId);
  const isCustodysExit = ({ purpose, run_id: runId, status }: Row) =>
    purpose === 'exit' && String(runId).startsWith('custody:') && status === 'filled';
  return {
    entries: count('entry'),
    overTime: entries.length,
    overTimeExecuted: venue.orders.filter(isOverTimes).length,
    unknowns: intents.filter(({ reason }) => /without a clear answer/.test(String(reason))).length,
    stops: count('stop'),
    targets: count('target'),
    closesByCustody: intents.filter(isCustodysExit).length,
    liquidations: liquidationsOf(venue).length,
    longestNakedMs: Math.max(0, ...Object.values(venue.nakedMs).map(Number)),
    faults: venue.requests.flatMap(({ faults }) => faults),
  };
}

function fillText(names: readonly unknown[], amounts: readonly unknown[]): string {
  return [...names, ...amounts.map((amount) => decimalText(String(amount)))].join(' ');
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

function missing(wanted: readonly string[], found: readonly string[]): string[] {
  const there = new Set(found);
  return wanted.filter((one) => !there.has(one));
}

function sumOf(rows: readonly Row[], field: string): ReturnType<typeof sumDecimals> {
  return sumDecimals(rows.map((row) => String(row[field])));
}
