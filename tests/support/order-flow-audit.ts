/** What is wrong at the end of many flows, from the venue's own books and from ours; and what happened, in numbers. */
import type { Database } from '#db/client.ts';
import { decimalText, sumDecimals } from '#domain/decimal.ts';
import type { RemoteSnapshot } from './venue/venue-process.ts';

export interface FlowCounts {
  readonly entries: number;
  /** Orders whose answer was lost. */
  readonly unknowns: number;
  readonly stops: number;
  readonly targets: number;
  readonly closesByCustody: number;
  readonly longestNakedMs: number;
  /** The kind of each fault that struck. */
  readonly faults: readonly string[];
}

const UNSETTLED = ['planned', 'sent', 'unknown', 'acknowledged', 'partially_filled'];

export async function auditFlows(
  { sql }: Database,
  deskId: string,
  venue: RemoteSnapshot,
): Promise<{ readonly wrong: readonly string[]; readonly counts: FlowCounts }> {
  const fills = await sql`select * from fills where desk_id = ${deskId}`;
  const fundings = await sql`select amount_quote from fundings where desk_id = ${deskId}`;
  const trades = await sql`select net_quote from trades where desk_id = ${deskId}`;
  const intents = await sql`
    select client_order_id, status, run_id, reason, request ->> 'purpose' as purpose
    from order_intents where desk_id = ${deskId}`;
  const orders = await sql`select client_order_id, status from orders where desk_id = ${deskId}`;
  const [account] = await sql`select balance_quote from accounts where desk_id = ${deskId}`;
  const income = (kind: string) =>
    sumOf(
      venue.income.filter(({ incomeType }) => incomeType === kind),
      'income',
    );
  const wrong: string[] = [];
  const same = (what: string, ours: unknown, theirs: unknown) => {
    if (String(ours) !== String(theirs)) wrong.push(`${what}: ${ours} in our books, ${theirs} on the venue`);
  };

  const executed = new Map<string, number>();
  for (const order of venue.orders)
    if (Number(order.executed) > 0)
      executed.set(order.clientOrderId, (executed.get(order.clientOrderId) ?? 0) + 1);
  for (const [id, times] of executed) if (times > 1) wrong.push(`order ${id} was executed ${times} times`);
  for (const { symbol, quantity } of venue.positions) wrong.push(`${quantity} ${symbol} is still held`);
  for (const order of venue.orders)
    if (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED')
      wrong.push(`order ${order.clientOrderId} of ${order.symbol} still stands`);
  for (const algo of venue.algoOrders)
    if (algo.status === 'NEW') wrong.push(`${algo.type} ${algo.clientAlgoId} of ${algo.symbol} is an orphan`);
  for (const { client_order_id: id, status } of intents)
    if (UNSETTLED.includes(status)) wrong.push(`intent ${id} is still ${status}`);
  for (const { client_order_id: id, status } of orders)
    if (['created', 'submitted', 'pending', 'partially_filled'].includes(status))
      wrong.push(`order ${id} is still ${status} in our books`);

  same(
    'fills',
    idsOf(fills.map(({ fill_id: id }) => String(id).split('#')[1])),
    idsOf(venue.fills.map(({ id }) => id)),
  );
  const theirFills = new Map(venue.fills.map((fill) => [String(fill.id), fill]));
  const firedBy = new Map(venue.algoOrders.map((algo) => [algo.actualOrderId, algo.clientAlgoId]));
  for (const fill of fills) {
    const id = String(fill.fill_id).split('#')[1] ?? '';
    const theirs = theirFills.get(id);
    if (theirs === undefined) continue;
    same(`order of fill ${id}`, fill.client_order_id, firedBy.get(theirs.orderId) ?? theirs.clientOrderId);
    for (const [own, told] of [
      ['quantity_base', theirs.quantity],
      ['price_quote', theirs.price],
      ['fee_quote', theirs.commission],
      ['realised_quote', theirs.realizedPnl],
    ] as const)
      same(`${own} of fill ${id}`, decimalText(fill[own]), decimalText(told));
  }
  const fees = sumOf(fills, 'fee_quote');
  const realised = sumOf(fills, 'realised_quote');
  const funding = sumOf(fundings, 'amount_quote');
  same('fees', fees, decimalText(sumDecimals([income('COMMISSION')]).times(-1)));
  same('realised', realised, income('REALIZED_PNL'));
  same('funding', funding, decimalText(sumDecimals([income('FUNDING_FEE')]).times(-1)));
  same('balance', decimalText(account?.balance_quote ?? 0), venue.walletBalance);
  same(
    'net of all round trips',
    sumOf(trades, 'net_quote'),
    decimalText(sumDecimals([realised]).minus(fees).minus(funding)),
  );

  const sent = (purpose: string) =>
    intents.filter((intent) => intent.purpose === purpose && intent.status !== 'planned').length;
  return {
    wrong,
    counts: {
      entries: sent('entry'),
      unknowns: intents.filter(({ reason }) => /without a clear answer/.test(String(reason))).length,
      stops: sent('stop'),
      targets: sent('target'),
      closesByCustody: intents.filter(
        ({ purpose, run_id: runId, status }) =>
          purpose === 'exit' && String(runId).startsWith('custody:') && status === 'filled',
      ).length,
      longestNakedMs: Math.max(0, ...Object.values(venue.nakedMs).map(Number)),
      faults: venue.requests.flatMap(({ faults }) => faults),
    },
  };
}

function idsOf(ids: readonly unknown[]): string {
  return ids.map(String).toSorted().join(' ');
}

function sumOf<Row extends object>(rows: readonly Row[], field: keyof Row): string {
  return decimalText(sumDecimals(rows.map((row) => String(row[field]))));
}
