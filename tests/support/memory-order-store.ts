import type { FundingPayment } from '#domain/account.ts';
import { AppError } from '#domain/errors.ts';
import { canStepIntent, isIntentFinal, type OrderIntent } from '#domain/intent.ts';
import { type Fill, isOrderFinal, type Order } from '#domain/order.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import type { OrderStore, ReconciledBooks } from '#tools/orders/order-store.ts';

/** The order store's contract over maps, with what it was given open to the test's eye. */
export function createMemoryOrderStore() {
  const intents = new Map<string, OrderIntent>();
  const fills: Fill[] = [];
  const fundings: FundingPayment[] = [];
  const orders = new Map<string, Order>();
  const trades = new Map<string, ReconciledBooks['trades'][number]>();
  const entries = new Map<string, WorkingEntry & { endReason: string | null }>();
  let cursor: string | null = null;
  let books: ReconciledBooks | null = null;

  const store: OrderStore = {
    async planIntents(planned) {
      for (const intent of planned) if (!intents.has(intent.intentId)) intents.set(intent.intentId, intent);
      return planned.map(({ intentId }) => intents.get(intentId) as OrderIntent);
    },
    async planSent(entry, protection) {
      if (intents.has(entry.intentId)) return false;
      await store.planIntents([entry, ...protection]);
      return true;
    },
    async moveIntent(intentId, to, { atMs, reason, order }) {
      if (order !== null) orders.set(order.clientOrderId, order);
      const intent = intents.get(intentId);
      if (!intent) throw new Error(`no intent ${intentId}`);
      if (intent.status === to && to !== 'sent' && !canStepIntent(to, to)) return intent;
      if (!canStepIntent(intent.status, to)) {
        throw new AppError('conflict', `illegal step ${intent.status} → ${to} of ${intentId}`);
      }
      const moved = { ...intent, status: to, reason: reason ?? intent.reason, updatedAtMs: atMs };
      intents.set(intentId, moved);
      return moved;
    },
    async claimResend({ intentId, updatedAtMs }, atMs) {
      const intent = intents.get(intentId);
      if (intent?.status !== 'sent' || intent.updatedAtMs !== updatedAtMs)
        throw new AppError('conflict', `${intentId} was touched since it was read`);
      const claimed = { ...intent, updatedAtMs: Math.max(atMs, updatedAtMs + 1) };
      intents.set(intentId, claimed);
      return claimed;
    },
    intentsOfRun: async (runId) => [...intents.values()].filter((intent) => intent.runId === runId),
    intentOf: async (clientOrderId) =>
      [...intents.values()].find(({ request }) => request.clientOrderId === clientOrderId) ?? null,
    unsettledIntents: async () => [...intents.values()].filter(({ status }) => !isIntentFinal(status)),
    protectiveIntents: async (_deskId, symbol, sinceMs) =>
      [...intents.values()]
        .filter(({ request, createdAtMs }) => request.symbol === symbol && createdAtMs >= sinceMs)
        .filter(({ request }) => request.purpose === 'stop' || request.purpose === 'target')
        .reverse(),
    async openEntry(entry) {
      if (!entries.has(entry.entryId)) entries.set(entry.entryId, { ...entry, endReason: null });
    },
    openEntries: async () => [...entries.values()].filter(({ endReason }) => endReason === null),
    ordersOfEntry: async ({ runId, proposal }) =>
      [...intents.values()]
        .filter((intent) => intent.runId === runId && intent.proposalId === proposal.proposalId)
        .filter(({ request }) => request.purpose === 'entry')
        .map((intent) => ({ intent, order: orders.get(intent.request.clientOrderId) ?? null })),
    async endEntry(entryId, { reason }) {
      const entry = entries.get(entryId);
      if (entry?.endReason === null) entries.set(entryId, { ...entry, endReason: reason });
    },
    standingOrders: async () => [...orders.values()].filter(({ status }) => !isOrderFinal(status)),
    activityCursor: async () => cursor,
    // The paper venue tells each fill at once.
    owedFills: async () => [],
    tripActivity: async (_deskId, symbol) => ({
      fills: fills.filter((fill) => fill.symbol === symbol),
      fundings: fundings.filter((payment) => payment.symbol === symbol),
    }),
    async saveBooks(_deskId, next) {
      const seen = new Set(fills.map(({ fillId }) => fillId));
      fills.push(...next.fills.filter(({ fillId }) => !seen.has(fillId)));
      const paid = new Set(fundings.map(({ paymentId }) => paymentId));
      fundings.push(...next.fundings.filter(({ paymentId }) => !paid.has(paymentId)));
      for (const order of next.orders) orders.set(order.clientOrderId, order);
      for (const { tradeId, symbol, closedAtMs } of [...trades.values()])
        if (closedAtMs >= (next.tradesSinceMs?.get(symbol) ?? Number.POSITIVE_INFINITY))
          trades.delete(tradeId);
      for (const trade of next.trades) trades.set(trade.tradeId, trade);
      cursor = next.cursor;
      books = next;
    },
  };
  return { store, intents, entries, orders, fills, fundings, trades, books: () => books };
}
