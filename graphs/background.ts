/** What a model is shown beside its question, made from the run's frozen market and what is stored of the desk. */
import type { Background } from '#agents/background.ts';
import type { Account, Position } from '#domain/account.ts';
import type { Order } from '#domain/order.ts';
import { convictionReach } from '#tools/proposals/conviction-reach.ts';
import type { EquityMarks } from '#tools/risk/gate-context.ts';
import { roomLeft, stakeOf } from '#tools/risk/room-left.ts';
import { recentValues } from '#tools/signals/recent-values.ts';
import type { AnalysisDeps } from './deps.ts';
import { feedbackOf } from './feedback-of.ts';
import { bitcoinOf, type Frame } from './frames.ts';
import { settledFundings } from './settled-fundings.ts';
import type { RunRequest } from './state.ts';

/** The desk's side of a question; absent where the account is not part of it. */
export interface BookSeen {
  readonly account: Account | null;
  readonly positions: readonly Position[];
  readonly openEntries: readonly Order[];
  equityMarks(): Promise<EquityMarks>;
}

export type BackgroundDeps = Pick<AnalysisDeps, 'market' | 'pastTrading' | 'limits' | 'settings'>;

export function backgroundOf(
  request: RunRequest,
  frame: Frame,
  deps: BackgroundDeps,
  book: BookSeen | null,
): Background {
  const { snapshot, signals } = frame;
  const account = book?.account ?? null;
  return {
    btc: bitcoinOf(signals.values()),
    recent(symbol) {
      const market = snapshot.markets.get(symbol);
      return market === undefined ? [] : recentValues(market);
    },
    fundings: (symbol) => settledFundings(deps.market, symbol, request.marketNowMs),
    feedback: () => feedbackOf(request, frame, deps),
    reachOf: (signal, advice) => convictionReach(signal, advice, deps.settings.convictionWeight),
    stakeOf(proposal, quantityBase) {
      const market = snapshot.markets.get(proposal.symbol);
      if (market === undefined) return null;
      return stakeOf(proposal, quantityBase, market.instrument, account?.equityQuote ?? null);
    },
    async room() {
      if (book === null || account === null) return [];
      const { positions, openEntries: openOrders } = book;
      return roomLeft({ account, positions, openOrders }, deps.limits, await book.equityMarks());
    },
  };
}
