import { AppError } from '#domain/errors.ts';
import { type MarketSnapshot, snapshotRef } from '#domain/market.ts';
import type { NodeFailure } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { WorkedView } from '#tools/orders/order-desk.ts';
import { isOpening } from '#tools/risk/size-limits.ts';
import { EVEN_WEIGHTS } from '#tools/strategies/adaptive.ts';
import { OWN_POINTS, weighsVotes } from '#tools/strategies/desk-strategies.ts';
import { defineNode } from '../define-node.ts';
import type { AnalysisDeps, CycleDeps } from '../deps.ts';
import type { CyclePatch, CycleState, RunRequest } from '../state.ts';

/** The desk's observation: the venue's truth first, then one snapshot of the universe and of everything held. */
export const observe = defineNode<CycleState, CycleDeps>({
  name: 'observe',
  kind: 'tool',
  shows: ({ request }) => ({ symbols: request.symbols, marketNowMs: request.marketNowMs }),
  async work({ request }, deps) {
    const venue = await readDesk(deps);
    const held = venue.view?.positions.map(({ symbol }) => symbol) ?? [];
    const [seen, tradingState] = await Promise.all([
      seeMarket(request, [...new Set([...request.symbols, ...held])], deps),
      deps.tradingState.read(request.deskId),
    ]);
    const book = {
      unread: venue.unread,
      positions: venue.view?.positions ?? [],
      openEntries: venue.view === null ? [] : openEntriesOf(venue.view),
      unknownOutcomes: venue.view?.unknownOutcomes ?? 0,
    };
    const patch: CyclePatch = {
      ...seen,
      ...book,
      account: venue.view?.account ?? null,
      tradingState,
      observed: { ...book, symbols: request.symbols, tradingState, assessed: null, gate: null },
      notes: venue.notes,
    };
    // The span shows each fact once.
    const { observed: _shownAlready, ...output } = patch;
    return { patch, output };
  },
});

/** An analysis looks at the market alone: it has no desk to read. */
export const observeMarket = defineNode<CycleState, AnalysisDeps>({
  name: 'observe',
  kind: 'tool',
  shows: ({ request }) => ({ symbols: request.symbols, marketNowMs: request.marketNowMs }),
  async work({ request }, deps) {
    const [seen, tradingState] = await Promise.all([
      seeMarket(request, request.symbols, deps),
      deps.tradingState.read(request.deskId),
    ]);
    return { patch: { ...seen, tradingState, subjects: seen.snapshot?.symbols ?? [] } };
  },
});

async function seeMarket(
  request: RunRequest,
  symbols: readonly MarketSymbol[],
  deps: AnalysisDeps,
): Promise<CyclePatch> {
  const snapshotId = `snap-${request.runId}`;
  const { barsPerSeries, strategy, weights } = deps.settings;
  const { deskId, marketNowMs: asOfMs } = request;
  const [seen, heardSpikes] = await Promise.all([
    deps.market.snapshot({ symbols, asOfMs, barsPerSeries, snapshotId }),
    deps.heardSpikes({ deskId, symbols, asOfMs }),
  ]);
  const snapshot: MarketSnapshot = {
    ...seen,
    ...(heardSpikes.length > 0 && { heardSpikes }),
    ...(strategy !== OWN_POINTS && { strategy }),
    ...(weighsVotes(strategy) && { weights: weights ?? EVEN_WEIGHTS }),
  };
  await deps.snapshots.save(snapshot);
  return { snapshot: snapshotRef(snapshot) };
}

/** What stands on the venue and may open, and what entries that have begun will send yet. */
function openEntriesOf({ openOrders, reservations }: WorkedView) {
  return [...openOrders.filter(isOpening), ...reservations];
}

/** A venue that cannot be read stops no cycle: nothing opens, and the record says why. */
async function readDesk(
  deps: CycleDeps,
): Promise<{ view: WorkedView | null; unread: NodeFailure | null; notes: string[] }> {
  try {
    const view = await deps.orders.reconcile();
    return {
      view,
      unread: null,
      notes: [...view.custody, ...view.worked].map(
        ({ action, symbol, detail }) => `${action} ${symbol}: ${detail}`,
      ),
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'internal') throw thrown;
    const { code, message } = thrown;
    return { view: null, unread: { code, message }, notes: [`venue not readable: ${message}`] };
  }
}
