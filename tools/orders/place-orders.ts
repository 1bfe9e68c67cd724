/**
 * Places what the gate and the Risk agent have passed. Asks the gate again for each item with the venue just read,
 * writes entry, stop and target before the entry leaves, and hands the protection to the custodian as soon as it fills.
 * The reconciliation after each item settles what is unknown and drops the protection of an entry that did not fill.
 * Running it twice, or after a kill at any line, sends nothing a second time: the intents say what was done.
 */
import type { Position } from '#domain/account.ts';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { ExecutionStyle } from '#domain/opinion.ts';
import type { Order, OrderPurpose, OrderRequest } from '#domain/order.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import { approveEntry, approveReducing } from '../risk/approve.ts';
import { deny } from '../risk/findings.ts';
import { judgeProposal } from '../risk/gate.ts';
import type { GateContext } from '../risk/gate-context.ts';
import { clientOrderId } from './client-order-id.ts';
import type { CustodyNote } from './custody.ts';
import { piecesOf } from './pieces.ts';
import { type DeskView, type ReconcileParts, reconcile, reconcileAgain } from './reconcile.ts';
import { findIntent, sendIntent } from './send-intent.ts';

export interface Placement {
  readonly proposal: TradeProposal;
  /** What gate and Risk agent left of the proposal's size. */
  readonly quantityBase: string;
  readonly style: ExecutionStyle;
}

export interface PlacementPlan {
  readonly runId: string;
  readonly placements: readonly Placement[];
  /** The gate's facts with this view of the venue; asked anew before every item. */
  readonly gateContext: (view: GateView) => Promise<GateContext>;
}

/** The venue as it was read; without an account when that failed since, and then nothing opens. */
export type GateView = Pick<GateContext, 'account' | 'positions' | 'openOrders' | 'unknownOutcomes'>;

export interface PlacementReport {
  readonly verdicts: readonly Verdict[];
  readonly intents: readonly OrderIntent[];
  /** The run's orders as the venue shows them at the end. */
  readonly orders: readonly Order[];
  /** The venue as it was last read. */
  readonly view: DeskView;
  /** What custody did while placing, in order. */
  readonly custody: readonly CustodyNote[];
  /** Why the venue could not be read after the last item; null when it could. */
  readonly unread: string | null;
}

/** How far an immediate-or-cancel limit may reach through the last price. */
const SLIPPAGE_GUARD_FRACTION = 0.002;
/** How often a close is sent that the venue has never seen. */
const EXIT_ATTEMPTS = 2;

/** @throws AppError of the venue when it cannot be read at the start; of the store, whenever that fails */
export async function placeOrders(plan: PlacementPlan, parts: ReconcileParts): Promise<PlacementReport> {
  const verdicts: Verdict[] = [];
  let view = await reconcile(parts);
  const custody = [...view.custody];
  let unread: string | null = null;
  const closesFirst = [...plan.placements].sort(
    (left, right) => Number(left.proposal.kind === 'open') - Number(right.proposal.kind === 'open'),
  );
  for (const placement of closesFirst) {
    const verdict = await placeOne(
      placement,
      plan,
      unread === null ? view : { ...view, account: null },
      parts,
    );
    if (verdict !== null) verdicts.push(verdict);
    // A venue that has stopped answering keeps no close from being sent; what follows is told in the report.
    const next = await reconcileAgain(parts);
    unread = next instanceof AppError ? next.message : null;
    if (next instanceof AppError) continue;
    view = next;
    custody.push(...next.custody);
  }
  const intents = await parts.store.intentsOfRun(plan.runId);
  return { verdicts, intents, orders: await ordersOf(intents, parts), view, custody, unread };
}

async function ordersOf(intents: readonly OrderIntent[], parts: ReconcileParts): Promise<Order[]> {
  const sent = intents.filter(({ status }) => status !== 'planned' && status !== 'settled');
  const found = await Promise.all(sent.map((intent) => findIntent(intent, parts)));
  return found.filter((order) => order !== null && order !== 'unreadable');
}

/** Null when an earlier attempt of this run has dealt with the item already: it is settled by look-up, never sent again. */
async function placeOne(
  placement: Placement,
  plan: PlacementPlan,
  view: GateView,
  parts: ReconcileParts,
): Promise<Verdict | null> {
  const { proposal } = placement;
  const leg = proposal.kind === 'open' ? 'entry' : 'exit';
  const earlier = (await parts.store.intentsOfRun(plan.runId)).filter(
    ({ request }) => request.symbol === proposal.symbol && request.purpose === leg,
  );
  // What never left is sent, and a close that never arrived again under another id: it can only reduce.
  const open = leg === 'exit' ? ['planned', 'settled'] : ['planned'];
  if (earlier.length > 0 && !earlier.some(({ status }) => open.includes(status))) return null;
  const context = await plan.gateContext(view);
  return proposal.kind === 'open'
    ? placeOpen(placement, plan, context, parts)
    : placeClose(placement, plan, context, parts);
}

async function placeOpen(
  { proposal, quantityBase, style }: Placement,
  plan: PlacementPlan,
  context: GateContext,
  parts: ReconcileParts,
): Promise<Verdict> {
  const asked = { ...proposal, quantityBase };
  const approval = approveEntry(asked, context, (passed) =>
    entryRequest(plan.runId, asked, passed, style, context),
  );
  if (!approval.approved) {
    await cancelPlanned(plan.runId, proposal, 'denied at placement', parts);
    return approval.verdict;
  }
  const { order } = approval;
  const legs = [order, ...protectiveRequests(plan.runId, proposal, order.quantityBase)];
  const [entry] = await parts.store.planIntents(
    legs.map((request) => plannedIntent(request, proposal, plan.runId, parts)),
  );
  // A planned row of an earlier attempt keeps its size; if less passes now, that row may not be sent.
  if (entry === undefined || !decimal(entry.request.quantityBase).eq(order.quantityBase)) {
    await cancelPlanned(plan.runId, proposal, 'the gate passes another size now', parts);
    const message = `${proposal.symbol}: the size planned before the restart no longer passes`;
    const findings = [...approval.verdict.findings, deny('risk_over_limit', { message })];
    return { ...approval.verdict, outcome: 'denied', quantityBase: '0', findings };
  }
  if (entry.status === 'planned') await sendIntent(entry, order, parts);
  return approval.verdict;
}

async function placeClose(
  { proposal }: Placement,
  plan: PlacementPlan,
  context: GateContext,
  parts: ReconcileParts,
): Promise<Verdict> {
  const verdict = judgeProposal(proposal, context, 'place');
  const position = context.positions.find(
    ({ symbol, side }) => symbol === proposal.symbol && side === proposal.side,
  );
  if (verdict.outcome === 'denied' || position === undefined) return verdict;
  const exitOf = (quantityBase: string, piece: number, attempt: number) => {
    const request = leg(plan.runId, position, 'exit', quantityBase, piece * EXIT_ATTEMPTS + attempt);
    return plannedIntent(request, proposal, plan.runId, parts);
  };
  // What an earlier attempt wrote down stands, in its own pieces; what is new is written before any of it leaves.
  const intents = await parts.store.intentsOfRun(plan.runId);
  const standing = firstsOf(intents, (piece) => exitOf('0', piece, 0).intentId);
  const pieces = piecesOf(verdict.quantityBase, context.instruments.get(proposal.symbol));
  const firsts =
    standing.length > 0
      ? standing
      : await parts.store.planIntents(pieces.map((quantity, piece) => exitOf(quantity, piece, 0)));
  for (const [piece, { request }] of firsts.entries())
    for (let attempt = 0; attempt < EXIT_ATTEMPTS; attempt++) {
      const { quantityBase } = decimal(verdict.quantityBase).lt(request.quantityBase) ? verdict : request;
      if (await sendExit(exitOf(quantityBase, piece, attempt), position, parts)) break;
    }
  return verdict;
}

/** The first attempts of an exit's pieces as they stand, in order. */
function firstsOf(written: readonly OrderIntent[], idOf: (piece: number) => string): OrderIntent[] {
  const pieces: OrderIntent[] = [];
  for (;;) {
    const next = written.find(({ intentId }) => intentId === idOf(pieces.length));
    if (next === undefined) return pieces;
    pieces.push(next);
  }
}

/** Whether the venue has answered for this exit: it never saw one that is settled, nor one planned at more than is held. */
async function sendExit(planned: OrderIntent, position: Position, parts: ReconcileParts): Promise<boolean> {
  const [intent = planned] = await parts.store.planIntents([planned]);
  if (intent.status !== 'planned') return intent.status !== 'settled';
  const order = approveReducing(intent.request, position);
  if (order !== null) return (await sendIntent(intent, order, parts)).status !== 'settled';
  const why = { atMs: parts.clock.nowMs(), reason: 'more than is held now', order: null };
  await parts.store.moveIntent(intent.intentId, 'cancelled', why);
  return false;
}

async function cancelPlanned(
  runId: string,
  proposal: TradeProposal,
  reason: string,
  parts: ReconcileParts,
): Promise<void> {
  for (const intent of await parts.store.intentsOfRun(runId)) {
    if (intent.proposalId !== proposal.proposalId || intent.status !== 'planned') continue;
    await parts.store.moveIntent(intent.intentId, 'cancelled', {
      atMs: parts.clock.nowMs(),
      reason,
      order: null,
    });
  }
}

function plannedIntent(
  request: OrderRequest,
  proposal: TradeProposal,
  runId: string,
  { deskId, clock }: ReconcileParts,
): OrderIntent {
  const atMs = clock.nowMs();
  return {
    intentId: request.clientOrderId,
    runId,
    deskId,
    proposalId: proposal.proposalId,
    status: 'planned',
    request: { ...request },
    reason: null,
    createdAtMs: atMs,
    updatedAtMs: atMs,
  };
}

function entryRequest(
  runId: string,
  proposal: TradeProposal,
  quantityBase: string,
  style: ExecutionStyle,
  context: GateContext,
): OrderRequest {
  const isLimit = style !== 'market';
  return {
    ...leg(runId, proposal, 'entry', quantityBase),
    side: proposal.side === 'long' ? 'buy' : 'sell',
    type: isLimit ? 'limit' : 'market',
    priceQuote: isLimit ? guardPrice(proposal, context) : null,
    reduceOnly: false,
    timeInForce: isLimit ? 'ioc' : 'gtc',
  };
}

function protectiveRequests(runId: string, proposal: TradeProposal, quantityBase: string): OrderRequest[] {
  const { stopPriceQuote, targetPriceQuote } = proposal;
  const requests: OrderRequest[] = [];
  if (stopPriceQuote !== null) {
    requests.push({
      ...leg(runId, proposal, 'stop', quantityBase),
      type: 'stop_market',
      triggerPriceQuote: stopPriceQuote,
    });
  }
  if (targetPriceQuote !== null) {
    requests.push({
      ...leg(runId, proposal, 'target', quantityBase),
      type: 'take_profit_market',
      triggerPriceQuote: targetPriceQuote,
    });
  }
  return requests;
}

/** A market order that reduces; entries and protection say what differs. */
function leg(
  runId: string,
  of: Pick<TradeProposal, 'symbol' | 'side' | 'leverage'>,
  purpose: OrderPurpose,
  quantityBase: string,
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

/** The worst price a limit entry accepts: a little through the last one, on a tick, rounded towards paying less. */
function guardPrice(proposal: TradeProposal, { instruments }: GateContext): string {
  const tick = instruments.get(proposal.symbol)?.tickSizeQuote ?? '1';
  const factor = proposal.side === 'long' ? 1 + SLIPPAGE_GUARD_FRACTION : 1 - SLIPPAGE_GUARD_FRACTION;
  const price = decimal(proposal.entryPriceQuote).times(factor);
  return decimalText(roundToStep(price, tick, proposal.side === 'long' ? 'down' : 'up'));
}
