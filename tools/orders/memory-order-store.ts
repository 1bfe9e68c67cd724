/**
 * The order store's contract over maps, for backtests and tests: as the tables keep it, without a database. It lives as
 * long as the process, or as long as somebody keeps its `contents`.
 */
import type { FundingPayment, Trade } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import { canStepIntent, type IntentStatus, isIntentFinal, type OrderIntent } from '#domain/intent.ts';
import { type Fill, isOrderFinal, type Order } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { OrderStore, ReconciledBooks } from './order-store.ts';

/** All it knows, as plain JSON. */
export interface OrderStoreContents {
  readonly intents: readonly OrderIntent[];
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly fundings: readonly FundingPayment[];
  readonly trades: readonly Trade[];
  readonly entries: readonly (WorkingEntry & { readonly endReason: string | null })[];
  readonly cursor: string | null;
}

export interface MemoryOrderStoreOptions {
  /** Why no entry may leave now; null while it may. Absent: always. */
  readonly whyNothingOpens?: () => string | null;
  readonly contents?: OrderStoreContents;
}

/** One desk's. What it was given is open to the eye of whoever made it. */
export function createMemoryOrderStore({
  whyNothingOpens = () => null,
  contents,
}: MemoryOrderStoreOptions = {}) {
  const intents = new Map<string, OrderIntent>();
  const orders = new Map<string, Order>();
  const trades = new Map<string, Trade>();
  const entries = new Map<string, WorkingEntry & { endReason: string | null }>();
  const fills: Fill[] = [];
  const fundings: FundingPayment[] = [];
  const unsettled = new Set<string>();
  const standing = new Set<string>();
  const told = new Set<string>();
  const idsOfRun = createLists<string>();
  const protective = createLists<string>();
  const fillsOf = createLists<Fill>();
  const fundingsOf = createLists<FundingPayment>();
  const tradesOf = createLists<string>();
  const failed = new Set<string>();
  /** In the order in which they were folded, which is nearly that of their closing. */
  let folded: string[] = [];
  const byClientOrderId = new Map<string, string>();
  let cursor: string | null = contents?.cursor ?? null;
  let books: ReconciledBooks | null = null;

  function keepIntent(intent: OrderIntent): void {
    const { intentId, runId, request } = intent;
    if (!intents.has(intentId)) {
      idsOfRun.of(runId).push(intentId);
      byClientOrderId.set(request.clientOrderId, intentId);
      const isProtective = request.purpose === 'stop' || request.purpose === 'target';
      if (isProtective) protective.of(request.symbol).push(intentId);
    }
    intents.set(intentId, intent);
    if (isIntentFinal(intent.status)) unsettled.delete(intentId);
    else unsettled.add(intentId);
    if (VENUE_FAILED.has(intent.status)) failed.add(intentId);
    else failed.delete(intentId);
  }

  /** A view older than what is stored is passed over: a final order stays final, a filled quantity never shrinks. */
  function keepOrder(order: Order): void {
    const known = orders.get(order.clientOrderId);
    const isOlder =
      known !== undefined && (isOrderFinal(known.status) || decimal(order.filledBase).lt(known.filledBase));
    if (isOlder) return;
    const createdAtMs = known?.createdAtMs ?? order.createdAtMs;
    orders.set(order.clientOrderId, { ...order, createdAtMs });
    if (isOrderFinal(order.status)) standing.delete(order.clientOrderId);
    else standing.add(order.clientOrderId);
  }

  function keepFill(fill: Fill): void {
    if (told.has(fill.fillId)) return;
    told.add(fill.fillId);
    fills.push(fill);
    fillsOf.of(fill.symbol).push(fill);
  }

  function keepFunding(payment: FundingPayment): void {
    if (told.has(payment.paymentId)) return;
    told.add(payment.paymentId);
    fundings.push(payment);
    fundingsOf.of(payment.symbol).push(payment);
  }

  function keepTrade(trade: Trade): void {
    if (!trades.has(trade.tradeId)) {
      tradesOf.of(trade.symbol).push(trade.tradeId);
      folded.push(trade.tradeId);
    }
    trades.set(trade.tradeId, trade);
  }

  /** A fill that was told late may make another round trip of those that closed since, under another id. */
  function dropTrades(symbol: MarketSymbol, sinceMs: EpochMs): void {
    const late = closedSince(sinceMs - 1).filter((trade) => trade.symbol === symbol);
    if (late.length === 0) return;
    for (const { tradeId } of late) trades.delete(tradeId);
    tradesOf.keep(symbol, (tradeId) => trades.has(tradeId));
    folded = folded.filter((tradeId) => trades.has(tradeId));
  }

  function intentOf(intentId: string): OrderIntent {
    const intent = intents.get(intentId);
    if (intent === undefined)
      throw new AppError('not_found', `no intent ${intentId}`, { context: { intentId } });
    return intent;
  }

  /** Newest first; without a look at all that was ever planned. */
  function protectiveSince(symbol: MarketSymbol, sinceMs: EpochMs): OrderIntent[] {
    const found: OrderIntent[] = [];
    const own = protective.of(symbol);
    for (let at = own.length - 1; at >= 0; at -= 1) {
      const intent = intentOf(own[at] ?? '');
      if (intent.createdAtMs < sinceMs - FOLDED_WITHIN_MS) break;
      if (intent.createdAtMs >= sinceMs) found.push(intent);
    }
    return found;
  }

  /** Newest first; without a look at all that was ever traded. */
  function closedSince(sinceMs: EpochMs): Trade[] {
    const found: Trade[] = [];
    for (let at = folded.length - 1; at >= 0; at -= 1) {
      const trade = trades.get(folded[at] ?? '');
      if (trade === undefined) continue;
      if (trade.closedAtMs <= sinceMs - FOLDED_WITHIN_MS) break;
      if (trade.closedAtMs > sinceMs) found.push(trade);
    }
    return found.sort(newestFirst);
  }

  /** Where the last trip that closed before then began: nothing was open there. */
  function foldsFrom(symbol: MarketSymbol, closedSinceMs: EpochMs): Fill | null {
    const last = tradesOf
      .of(symbol)
      .findLast((tradeId) => (trades.get(tradeId)?.closedAtMs ?? closedSinceMs) < closedSinceMs);
    return fillsOf.of(symbol).findLast(({ fillId }) => fillId === last) ?? null;
  }

  const store: OrderStore = {
    async planIntents(planned) {
      for (const intent of planned) if (!intents.has(intent.intentId)) keepIntent(intent);
      return planned.map(({ intentId }) => intentOf(intentId));
    },
    async planSent(entry, protection) {
      if (intents.has(entry.intentId) || whyNothingOpens() !== null) return false;
      await store.planIntents([entry, ...protection]);
      return true;
    },
    async moveIntent(intentId, to, { atMs, reason, order }) {
      const intent = intentOf(intentId);
      if (intent.status === to && to !== 'sent' && !canStepIntent(to, to)) return intent;
      if (!canStepIntent(intent.status, to))
        throw new AppError('conflict', `intent ${intentId} cannot go from ${intent.status} to ${to}`, {
          context: { intentId, from: intent.status, to },
        });
      const halted = to === 'sent' && intent.request.purpose === 'entry' ? whyNothingOpens() : null;
      const moved: OrderIntent = {
        ...intent,
        status: halted === null ? to : 'cancelled',
        reason: halted ?? reason ?? intent.reason,
        updatedAtMs: atMs,
      };
      keepIntent(moved);
      if (order !== null && halted === null) keepOrder(order);
      return moved;
    },
    async claimResend({ intentId, updatedAtMs }, atMs) {
      const intent = intents.get(intentId);
      if (intent?.status !== 'sent' || intent.updatedAtMs !== updatedAtMs)
        throw new AppError('conflict', `intent ${intentId} was touched since it was read as sent`, {
          context: { intentId },
        });
      const claimed = { ...intent, updatedAtMs: Math.max(atMs, updatedAtMs + 1) };
      keepIntent(claimed);
      return claimed;
    },
    intentsOfRun: async (runId) => idsOfRun.of(runId).map(intentOf),
    intentOf: async (clientOrderId) => intents.get(byClientOrderId.get(clientOrderId) ?? '') ?? null,
    unsettledIntents: async () => [...unsettled].map(intentOf),
    protectiveIntents: async (_deskId, symbol, sinceMs) => protectiveSince(symbol, sinceMs),
    async openEntry(entry) {
      if (!entries.has(entry.entryId)) entries.set(entry.entryId, { ...entry, endReason: null });
    },
    openEntries: async () => [...entries.values()].filter(({ endReason }) => endReason === null),
    ordersOfEntry: async ({ runId, proposal }) =>
      idsOfRun
        .of(runId)
        .map(intentOf)
        .filter((intent) => intent.proposalId === proposal.proposalId && intent.request.purpose === 'entry')
        .map((intent) => ({ intent, order: orders.get(intent.request.clientOrderId) ?? null })),
    async endEntry(entryId, { reason }) {
      const entry = entries.get(entryId);
      if (entry?.endReason === null) entries.set(entryId, { ...entry, endReason: reason });
    },
    standingOrders: async () => [...standing].flatMap((clientOrderId) => orders.get(clientOrderId) ?? []),
    activityCursor: async () => cursor,
    // The paper venue tells each fill at once.
    owedFills: async () => [],
    async tripActivity(_deskId, symbol, closedSinceMs) {
      const start = foldsFrom(symbol, closedSinceMs);
      const all = { fills: fillsOf.of(symbol), fundings: fundingsOf.of(symbol) };
      if (start === null) return all;
      const since = all.fills.slice(all.fills.lastIndexOf(start));
      // One that was told late may belong before it.
      if (since.some(({ atMs }) => atMs < start.atMs)) return all;
      return { fills: since, fundings: all.fundings.filter(({ atMs }) => atMs >= start.atMs) };
    },
    async saveBooks(_deskId, next) {
      next.fills.forEach(keepFill);
      next.fundings.forEach(keepFunding);
      next.orders.forEach(keepOrder);
      for (const [symbol, sinceMs] of next.tradesSinceMs ?? []) dropTrades(symbol, sinceMs);
      next.trades.forEach(keepTrade);
      cursor = next.cursor;
      books = next;
    },
  };

  contents?.intents.forEach(keepIntent);
  contents?.orders.forEach(keepOrder);
  contents?.fills.forEach(keepFill);
  contents?.fundings.forEach(keepFunding);
  contents?.trades.forEach(keepTrade);
  for (const entry of contents?.entries ?? []) entries.set(entry.entryId, entry);

  return {
    ...{ store, intents, entries, orders, fills, fundings, trades },
    ...{ closedSince, failed: () => [...failed].map(intentOf) },
    books: () => books,
    contents: (): OrderStoreContents => ({
      ...{ intents: [...intents.values()], orders: [...orders.values()], fills, fundings },
      ...{ trades: [...trades.values()], entries: [...entries.values()], cursor },
    }),
  };
}

/** Trips that closed in one look at the venue are folded symbol by symbol, and an intent is kept when it is planned. */
const FOLDED_WITHIN_MS = DAY_MS;

/** What the venue has done to an intent that it refused, turned away or left unanswered. */
const VENUE_FAILED: ReadonlySet<string> = new Set<IntentStatus>(['rejected', 'unknown', 'settled']);

function newestFirst(left: Trade, right: Trade): number {
  return right.closedAtMs - left.closedAtMs || (left.tradeId < right.tradeId ? 1 : -1);
}

/** Lists by name, each there as soon as it is asked for. */
function createLists<Entry>() {
  const lists = new Map<string, Entry[]>();
  return {
    of(name: string): Entry[] {
      const list = lists.get(name) ?? [];
      lists.set(name, list);
      return list;
    },
    keep: (name: string, isKept: (entry: Entry) => boolean) =>
      void lists.set(name, (lists.get(name) ?? []).filter(isKept)),
  };
}
