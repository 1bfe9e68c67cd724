/** What the gate asks before an entry that has begun sends its next order: the facts of now, outside any cycle. */
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, TIMEFRAME_MS } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import type { OrderDeskOptions } from '#tools/orders/order-desk.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import { within } from './within.ts';

export interface EntryContextParts {
  readonly market: Pick<MarketData, 'snapshot' | 'finestTimeframe'>;
  readonly tradingState: { read: CycleDeps['tradingState']['read'] };
  readonly equityMarks: CycleDeps['equityMarks'];
  readonly recentTrading: CycleDeps['recentTrading'];
  readonly limits: RiskLimits;
}

interface EntryDesk {
  readonly deskId: string;
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  readonly clock: Clock;
}

/** So many bars tell whether a price is sound and fresh; nothing is measured on them. */
const BARS_TO_TRUST = 2;

/** The desk's lock is held meanwhile, and custody waits for it. */
const MARKET_WITHIN_MS = 1_500;

/** A symbol whose data is unsound, or does not come, has no price here: its entry waits, and a halt is heard all the same. */
export function createEntryContext(
  { market, tradingState, equityMarks, recentTrading, limits }: EntryContextParts,
  { deskId, instruments, clock }: EntryDesk,
): OrderDeskOptions['entryContext'] {
  return async (view, symbol) => {
    const asOfMs = view.account?.asOfMs ?? clock.nowMs();
    const snapshotId = `entry-${deskId}`;
    const looked = market.snapshot({ symbols: [symbol], asOfMs, barsPerSeries: BARS_TO_TRUST, snapshotId });
    const [snapshot, state, marks, recent] = await Promise.all([
      within(MARKET_WITHIN_MS, 'the market', looked).catch(() => null),
      tradingState.read(deskId),
      equityMarks(deskId, asOfMs),
      recentTrading(deskId, asOfMs),
    ]);
    const markets = [...(snapshot?.markets ?? [])];
    return {
      ...view,
      limits,
      nowMs: asOfMs,
      tradingMode: state.mode,
      atRisk: state.atRisk,
      instruments,
      priceAgesMs: new Map(markets.map(([name, { ticker }]) => [name, asOfMs - ticker.atMs])),
      priceStepMs: TIMEFRAME_MS[market.finestTimeframe],
      fundings: new Map(markets.map(([name, { funding }]) => [name, funding])),
      // Two bars tell of none: what stands beside counts whole.
      correlations: new Map(),
      lastPricesQuote: new Map(markets.map(([name, { ticker }]) => [name, ticker.lastQuote])),
      openInterestsQuote: new Map(markets.map(([name, seen]) => [name, seen.openInterestQuote])),
      equityMarks: marks,
      recentTrading: recent,
      // Its cycle's questions were weighed when it was passed.
      unansweredAsks: 0,
    };
  };
}
