/**
 * Places what the gate and the Risk agent have passed. Asks the gate again for each item with the venue just read,
 * writes entry, stop and target before the entry leaves, and hands the protection to the custodian as soon as it fills.
 * The reconciliation after each item settles what is unknown and drops the protection of an entry that did not fill.
 * Running it twice, or after a kill at any line, sends nothing a second time: the intents say what was done.
 */
import { decimal } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Order } from '#domain/order.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { approveEntry } from '../risk/approve.ts';
import { deny } from '../risk/findings.ts';
import { judgeProposal } from '../risk/gate.ts';
import type { GateContext } from '../risk/gate-context.ts';
import { leastNotionalQuote } from '../risk/limits.ts';
import { judgeUnread, readFacts } from '../risk/unread-facts.ts';
import { clientOrderId } from './client-order-id.ts';
import type { CustodyNote } from './custody.ts';
import { entryRequest, plannedEntry, reachPrice } from './entry-orders.ts';
import { slicesFor } from './entry-steps.ts';
import { placeClose } from './place-close.ts';
import { type DeskView, gateViewOf, type Look, look, lookAgain, type ReconcileParts } from './reconcile.ts';
import { findIntent, prepareOrder, sendIntent, sendNewEntry } from './send-intent.ts';
import { onceVenueIsAsked } from './venue-books.ts';
import { type GateView, workEntry } from './work-entries.ts';

export type Placement = {
  readonly proposal: TradeProposal;
  /** What gate and Risk agent left of the proposal's size. */
  readonly quantityBase: string;
} & (AtOnce | OverTime);

interface AtOnce {
  readonly style: 'market';
}

interface OverTime {
  readonly style: WorkingEntry['style'];
  /** What has not filled by then is given up. */
  readonly deadlineMs: number;
}

export interface PlacementPlan {
  readonly runId: string;
  readonly placements: readonly Placement[];
  /** The gate's facts with this view of the venue; asked anew before every item. */
  readonly gateContext: (view: GateView) => Promise<GateContext>;
}

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

/** The venue as it was read; without an account when that failed since, and then nothing opens. */
interface SeenVenue
  extends Omit<DeskView, 'account'>,
    Pick<GateView, 'account'>,
    Pick<Look, 'stored' | 'tellsTrades'> {
  /** Whether the run has no intents in this symbol yet. */
  readonly isNew: boolean;
}

/** @throws AppError of the venue when it cannot be read at the start; of the store, whenever that fails */
export async function placeOrders(plan: PlacementPlan, parts: ReconcileParts): Promise<PlacementReport> {
  const verdicts: Verdict[] = [];
  const asked = onceVenueIsAsked(parts, () => parts.store.intentsOfRun(plan.runId));
  // Whoever awaits it hears of its failure, unless the look has failed before.
  asked.catch(() => undefined);
  let seen = await look(parts);
  // Under the desk's lock nobody else plans for this run: what had no intents before the look has none but those made here.
  const isNewRun = (await asked).length === 0;
  const begun = new Set<string>();
  const custody = [...seen.view.custody];
  let unread: string | null = null;
  const closesFirst = [...plan.placements].sort(
    (left, right) => Number(left.proposal.kind === 'open') - Number(right.proposal.kind === 'open'),
  );
  for (const [index, placement] of closesFirst.entries()) {
    const { symbol } = placement.proposal;
    const { view, ...told } = seen;
    const venue = { ...view, ...told, ...(unread !== null && { account: null }) };
    const isNew = isNewRun && !begun.has(symbol);
    const verdict = await placeOne(placement, plan, { ...venue, isNew }, parts);
    begun.add(symbol);
    await seen.stored;
    if (verdict !== null) verdicts.push(verdict);
    // A venue that has stopped answering keeps no close from being sent; what follows is told in the report.
    const next = await lookAgain(parts, index < closesFirst.length - 1 ? 'next' : 'now');
    unread = next instanceof AppError ? next.message : null;
    if (next instanceof AppError) continue;
    seen = next;
    custody.push(...next.view.custody);
  }
  const [intents] = await Promise.all([parts.store.intentsOfRun(plan.runId), seen.stored]);
  return { verdicts, intents, orders: await ordersOf(intents, parts), view: seen.view, custody, unread };
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
  view: SeenVenue,
  parts: ReconcileParts,
): Promise<Verdict | null> {
  const { proposal } = placement;
  // An entry that has begun is carried on by every look at the venue.
  const isBegun = view.entries.some(
    (entry) => entry.runId === plan.runId && entry.proposal.proposalId === proposal.proposalId,
  );
  if (isBegun) return null;
  const seen = gateViewOf(view);
  const leg = proposal.kind === 'open' ? 'entry' : 'exit';
  // The gate's facts are read from what is stored.
  if (leg === 'entry' && view.tellsTrades) await view.stored;
  // A close hangs on nothing but the view.
  const asked = leg === 'entry' ? plan.gateContext(seen) : null;
  // Nobody awaits it where nothing is left to place.
  asked?.catch(() => undefined);
  const ofRun = view.isNew ? [] : await parts.store.intentsOfRun(plan.runId);
  const earlier = ofRun.filter(
    ({ request }) => request.symbol === proposal.symbol && request.purpose === leg,
  );
  // What never left is sent, and a close that never arrived again under another id: it can only reduce.
  const open = leg === 'exit' ? ['planned', 'settled'] : ['planned'];
  if (earlier.length > 0 && !earlier.some(({ status }) => open.includes(status))) return null;
  await view.stored;
  if (asked === null) {
    const { positions, entries } = view;
    return placeClose(proposal, { runId: plan.runId, positions, entries }, parts);
  }
  const context = await readFacts(asked);
  if (context instanceof AppError) {
    await cancelPlanned(plan.runId, proposal, 'denied at placement', parts);
    const held = { positions: view.positions, instruments: parts.instruments };
    return judgeUnread(proposal, held, 'place', context);
  }
  return placement.style === 'market'
    ? placeAtOnce(placement, plan, { context, isNew: view.isNew }, parts)
    : beginEntry(placement, plan, { ...seen, context }, parts);
}

/**
 * Begins an entry that goes out over time and sends its first order. What it may come to is judged here as a whole, and
 * each of its orders again before it leaves. Null when it was begun before and is over.
 */
async function beginEntry(
  { proposal, quantityBase, style, deadlineMs }: Placement & OverTime,
  { runId }: PlacementPlan,
  { context, ...view }: GateView & { readonly context: GateContext },
  parts: ReconcileParts,
): Promise<Verdict | null> {
  const verdict = judgeProposal({ ...proposal, quantityBase }, context, 'place');
  const instrument = context.instruments.get(proposal.symbol);
  if (verdict.outcome === 'denied' || instrument === undefined) return verdict;
  const { broker, store, clock, deskId } = parts;
  const startedAtMs = clock.nowMs();
  const deadlineAtMs = onPriceStep(startedAtMs + deadlineMs, broker.priceStepMs);
  const durationMs = deadlineAtMs - startedAtMs;
  const minNotionalQuote = leastNotionalQuote(context.limits, instrument);
  const size = { quantityBase: verdict.quantityBase, priceQuote: proposal.entryPriceQuote, durationMs };
  const entry: WorkingEntry = {
    entryId: clientOrderId({ runId, symbol: proposal.symbol, leg: 'entry', sequence: 0 }),
    ...{ runId, deskId, proposal, style, startedAtMs, deadlineAtMs },
    quantityBase: verdict.quantityBase,
    slices: style === 'twap' ? slicesFor(size, { ...instrument, minNotionalQuote }) : 1,
  };
  await store.openEntry(entry);
  const begun = (await store.openEntries(deskId)).find(({ entryId }) => entryId === entry.entryId);
  if (begun === undefined) return null;
  await workEntry(begun, view, async () => context, parts);
  return verdict;
}

/** A paper venue's bars end what rests in them: a deadline inside one comes with its close. */
function onPriceStep(atMs: EpochMs, priceStepMs: number): EpochMs {
  return priceStepMs === 0 ? atMs : Math.ceil(atMs / priceStepMs) * priceStepMs;
}

async function placeAtOnce(
  { proposal, quantityBase }: Placement,
  plan: PlacementPlan,
  { context, isNew }: { readonly context: GateContext } & Pick<SeenVenue, 'isNew'>,
  parts: ReconcileParts,
): Promise<Verdict> {
  const asked = { ...proposal, quantityBase };
  const tick = context.instruments.get(proposal.symbol)?.tickSizeQuote ?? '1';
  const terms = { runId: plan.runId, sequence: 0, priceQuote: reachPrice(asked, tick) };
  const approval = approveEntry(asked, context, (passed) =>
    entryRequest(asked, { ...terms, quantityBase: passed, timeInForce: 'ioc' }),
  );
  if (!approval.approved) {
    await cancelPlanned(plan.runId, proposal, 'denied at placement', parts);
    return approval.verdict;
  }
  const { order } = approval;
  const of = { runId: plan.runId, deskId: parts.deskId, atMs: parts.clock.nowMs() };
  const intents = plannedEntry(order, proposal, { ...of, protectedBase: order.quantityBase });
  const prepared = isNew ? await prepareOrder(order, parts) : undefined;
  if (prepared === null && (await sendNewEntry(intents, order, parts))) return approval.verdict;
  const [entry] = await parts.store.planIntents(intents);
  // A planned row of an earlier attempt keeps its size; if less passes now, that row may not be sent.
  if (entry === undefined || !decimal(entry.request.quantityBase).eq(order.quantityBase)) {
    await cancelPlanned(plan.runId, proposal, 'the gate passes another size now', parts);
    const message = `${proposal.symbol}: the size planned before the restart no longer passes`;
    const findings = [...approval.verdict.findings, deny('risk_over_limit', { message })];
    return { ...approval.verdict, outcome: 'denied', quantityBase: '0', findings };
  }
  if (entry.status === 'planned') await sendIntent(entry, order, parts, prepared);
  return approval.verdict;
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
