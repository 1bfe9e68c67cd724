/** What the gate is told in a cycle: fresh at the gate and again for each item that is placed. */

import { ABSTENTIONS } from '#domain/abstention.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import type { SeenAtGate } from '#domain/observed.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { GateView } from '#tools/orders/work-entries.ts';
import { correlationsOf } from '#tools/regime/market-correlation.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import type { CycleDeps } from '../deps.ts';
import { frameOf } from '../frames.ts';
import type { CycleState } from '../state.ts';

/** The gate's facts from a view of the venue, this run's prices and the stored trading state. */
export async function gateContext(state: CycleState, venue: GateView, deps: CycleDeps): Promise<GateContext> {
  const { deskId, runId, marketNowMs, symbols } = state.request;
  const { snapshot } = await frameOf({ runId, snapshotId: state.snapshot?.snapshotId }, deps);
  const { positions, openOrders } = venue;
  const nowMs = venue.account?.asOfMs ?? marketNowMs;
  const universe = new Set<MarketSymbol>([...symbols, ...positions.map(({ symbol }) => symbol)]);
  const [prices, listed, tradingState, equityMarks, recentTrading] = await Promise.all([
    pricesNow(state, snapshot, nowMs, deps),
    deps.market.instruments(),
    deps.tradingState.read(deskId),
    deps.equityMarks(deskId, marketNowMs),
    deps.recentTrading(deskId, nowMs),
  ]);
  const offered = listed.filter(({ symbol }) => universe.has(symbol));
  const wanted = state.proposals.map(({ symbol }) => symbol);
  const beside = new Set([...positions, ...openOrders].map(({ symbol }) => symbol));
  const markets = [...snapshot.markets];
  return {
    ...venue,
    limits: deps.limits,
    nowMs,
    tradingMode: tradingState.mode,
    atRisk: tradingState.atRisk,
    instruments: new Map(offered.map((instrument) => [instrument.symbol, instrument])),
    lastPricesQuote: new Map([...prices].map(([symbol, { priceQuote }]) => [symbol, priceQuote])),
    priceAgesMs: new Map([...prices].map(([symbol, { atMs }]) => [symbol, nowMs - atMs])),
    priceStepMs: TIMEFRAME_MS[deps.market.finestTimeframe],
    fundings: new Map(markets.map(([symbol, { funding }]) => [symbol, funding])),
    correlations: correlationsOf(snapshot.markets, wanted, [...beside, ...wanted]),
    openInterestsQuote: new Map(markets.map(([symbol, seen]) => [symbol, seen.openInterestQuote])),
    equityMarks,
    recentTrading,
    unansweredAsks: deps.settings.whenModelDown === 'rules' ? 0 : unansweredIn(state),
  };
}

function unansweredIn({ opinions }: CycleState): number {
  return opinions.filter(({ abstention }) => abstention !== null && ABSTENTIONS[abstention].isModelAway)
    .length;
}

/** What of these facts neither the snapshot nor the run's own state tells, for whoever decides the run again. */
export async function seenAtGate(
  state: CycleState,
  facts: GateContext,
  deps: CycleDeps,
): Promise<SeenAtGate> {
  const { request, tradingState, snapshot: ref } = state;
  const { snapshot } = await frameOf({ runId: request.runId, snapshotId: ref?.snapshotId }, deps);
  const newerPrices: SeenAtGate['newerPrices'] = {};
  for (const [symbol, priceQuote] of facts.lastPricesQuote) {
    const ticker = snapshot.markets.get(symbol)?.ticker;
    const atMs = facts.nowMs - (facts.priceAgesMs.get(symbol) ?? 0);
    if (ticker?.lastQuote !== priceQuote || ticker.atMs !== atMs) newerPrices[symbol] = { priceQuote, atMs };
  }
  return {
    movedTo: facts.tradingMode === tradingState.mode ? null : facts.tradingMode,
    atRisk: facts.atRisk ?? null,
    equityMarks: facts.equityMarks,
    recentTrading: facts.recentTrading,
    newerPrices,
  };
}

interface PriceSeen {
  readonly priceQuote: number;
  readonly atMs: EpochMs;
}

/**
 * The last price of each sound symbol, of this moment where it is pushed. What was thought about for longer than a bar is
 * else priced again at the venue's own time, so that an answer that took a minute is not placed at the price it was asked at.
 */
async function pricesNow(
  state: CycleState,
  snapshot: MarketSnapshot,
  nowMs: EpochMs,
  { market }: CycleDeps,
): Promise<Map<MarketSymbol, PriceSeen>> {
  const streamed = (symbol: MarketSymbol): PriceSeen | undefined =>
    market.stream?.latest(symbol, 'last') ?? undefined;
  const prices = new Map(
    [...snapshot.markets].map(([symbol, { ticker }]) => [
      symbol,
      streamed(symbol) ?? { priceQuote: ticker.lastQuote, atMs: ticker.atMs },
    ]),
  );
  const timeframe = market.finestTimeframe;
  const barMs = TIMEFRAME_MS[timeframe];
  if (nowMs - snapshot.asOfMs < barMs) return prices;
  for (const symbol of new Set(state.proposals.map((proposal) => proposal.symbol))) {
    if (streamed(symbol) !== undefined) continue;
    const bars = await market.candles({ symbol, timeframe, fromMs: nowMs - 3 * barMs, toMs: nowMs });
    const priceQuote = bars.close[bars.length - 1];
    const openAtMs = bars.openAtMs[bars.length - 1];
    if (priceQuote === undefined || openAtMs === undefined) prices.delete(symbol);
    else if (prices.has(symbol)) prices.set(symbol, { priceQuote, atMs: openAtMs + barMs });
  }
  return prices;
}
