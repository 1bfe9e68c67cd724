/** What a desk's trading came to, as its page and the API tell it. */
import type { TradedSpans } from '#db/repositories/traded-span.ts';
import { toAppError } from '#domain/errors.ts';
import type { PerformanceReport } from '#domain/performance.ts';
import type { Desk } from '#domain/run.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import { equityFigures, sharpeRatio, sortinoRatio } from '#tools/performance/equity-figures.ts';
import { tradeFigures } from '#tools/performance/trade-figures.ts';
import {
  type HoldAnswer,
  type HoldMarket,
  type HoldQuestion,
  holdComparison,
} from './engine/hold-comparison.ts';
import { isOfMarket } from './engine/market-desks.ts';

type Equity = NonNullable<PerformanceReport['equity']>;

export interface PerformanceParts {
  readonly tradedSpans: Pick<TradedSpans, 'of'>;
  readonly market: HoldMarket;
  readonly marketKey: string;
}

/** Candles are asked for anew with each bar that closes, not with each reader. */
const HELD_FOR_MS = 15 * 60_000;
const KEPT_ANSWERS = 64;

export type Performance = (desk: Desk, span: TimeSpan) => Promise<PerformanceReport>;

export function createPerformance({ tradedSpans, market, marketKey }: PerformanceParts): Performance {
  const answers = new Map<string, Promise<HoldAnswer>>();

  function ask(key: string, question: HoldQuestion): Promise<HoldAnswer> {
    if (answers.size >= KEPT_ANSWERS) answers.clear();
    const asked = holdComparison(market, question);
    answers.set(key, asked);
    asked.catch(() => answers.delete(key));
    return asked;
  }

  /** A market that does not answer is a reason to be told, and is asked again by the next reader. */
  async function held({ symbols }: Desk, equity: Equity): Promise<HoldAnswer> {
    const { fromMs, startQuote: equityQuote } = equity;
    const toMs = Math.floor(equity.toMs / HELD_FOR_MS) * HELD_FOR_MS;
    const key = JSON.stringify([symbols, fromMs, toMs, equityQuote]);
    try {
      return await (answers.get(key) ?? ask(key, { symbols, span: { fromMs, toMs }, equityQuote }));
    } catch (thrown) {
      return { buyAndHold: null, buyAndHoldReason: toAppError(thrown).message };
    }
  }

  return async (desk, span) => {
    const { trades, points, isWhole } = await tradedSpans.of(desk.deskId, span);
    const equity = equityFigures(points);
    return {
      ...{ deskId: desk.deskId, fromMs: span.fromMs, toMs: span.toMs, isWhole },
      trades: tradeFigures(trades),
      sharpe: sharpeRatio(points, trades.length),
      sortino: sortinoRatio(points, trades.length),
      equity,
      ...(equity === null || !isOfMarket(desk, marketKey) ? withoutCurve(equity) : await held(desk, equity)),
    };
  };
}

function withoutCurve(equity: PerformanceReport['equity']): HoldAnswer {
  const reason =
    equity === null
      ? 'there is no equity curve in this span'
      : 'the desk is of another market than the one that runs';
  return { buyAndHold: null, buyAndHoldReason: reason };
}
