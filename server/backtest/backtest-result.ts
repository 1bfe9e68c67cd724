/** What a walk came to, in the figures the desk's own pages are told in. */
import type { Account } from '#domain/account.ts';
import type { BacktestResult, MonthlyReturn } from '#domain/backtest.ts';
import { sumDecimals } from '#domain/decimal.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import type { ReturnRatio } from '#domain/figures.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { equityFigures, sharpeRatio, sortinoRatio } from '#tools/performance/equity-figures.ts';
import { monthlyReturns } from '#tools/performance/monthly-returns.ts';
import { type HoldAnswer, holdComparison } from '../engine/hold-comparison.ts';
import type { BacktestDesk } from './backtest-desk.ts';
import type { BacktestSpan, BacktestState } from './walk-backtest.ts';

export interface ReckonedBacktest {
  readonly result: BacktestResult;
  readonly sharpe: ReturnRatio;
  readonly sortino: ReturnRatio;
  readonly hold: HoldAnswer;
  /** UTC months; an end at midnight belongs to the month before it. */
  readonly months: readonly MonthlyReturn[];
  /** Why the desk may not open anything at the end, and since when; null where it may. */
  readonly restraint: string | null;
}

export async function reckonBacktest(
  desk: Pick<BacktestDesk, 'books' | 'equity' | 'tradingState'>,
  state: BacktestState,
  about: {
    readonly strategy: string;
    readonly weightsVersion?: number | null;
    readonly symbols: readonly MarketSymbol[];
    readonly span: BacktestSpan;
    readonly market: MarketData;
  },
): Promise<ReckonedBacktest> {
  const { strategy, weightsVersion, symbols, span, market } = about;
  const toMs = state.doneToMs ?? span.fromMs;
  const points = withEnd(desk.equity.points, state.account);
  const figures = equityFigures(points);
  const perTrade = [...desk.books.trades.values()].sort((left, right) => left.closedAtMs - right.closedAtMs);
  const sharpe = sharpeRatio(points, perTrade.length);
  const sortino = sortinoRatio(points, perTrade.length);
  const hold = await holdComparison(market, {
    ...{ symbols, span: { fromMs: span.fromMs, toMs } },
    ...{ equityQuote: figures?.startQuote ?? '0', timeframe: market.finestTimeframe },
  });
  const result: BacktestResult = {
    ...(weightsVersion !== undefined && { weightsVersion }),
    ...{ strategy, symbols: [...symbols], from: isoTime(span.fromMs), to: isoTime(toMs) },
    bars: symbols.length * Math.round((toMs - span.fromMs) / span.barMs),
    trades: perTrade.length,
    fees: Number(sumDecimals(desk.books.fills.map(({ feeQuote }) => feeQuote))),
    funding: Number(sumDecimals(desk.books.fundings.map(({ amountQuote }) => amountQuote))),
    returnFraction: figures?.changeFraction ?? 0,
    holdReturnFraction: hold.buyAndHold?.netFraction ?? null,
    sharpe: sharpe.ratio,
    maxDrawdownFraction: Math.max(0, ...(figures?.curve ?? []).map(({ fallFraction }) => fallFraction)),
    armings: [...desk.tradingState.contents().armings],
    equity: points.map(({ atMs, equityQuote }) => [atMs, Number(equityQuote)]),
    perTrade,
  };
  const endMs = Math.max(span.fromMs, toMs - 1);
  const months = monthlyReturns(
    points.map((point) => ({ ...point, atMs: Math.min(point.atMs, endMs) })),
    perTrade.map(({ closedAtMs }) => Math.min(closedAtMs, endMs)),
  );
  return { result, sharpe, sortino, hold, months, restraint: restraintOf(desk.tradingState.now()) };
}

function restraintOf({ mode, sinceMs, reason }: TradingState): string | null {
  return mode === 'active' ? null : `${mode} since ${isoTime(sinceMs)}: ${reason}`;
}

/** The desk's own curve, and where it stands now: what is open counts at its mark. */
function withEnd(points: readonly EquityPoint[], account: Account | null): readonly EquityPoint[] {
  const last = points.at(-1);
  if (account === null || (last !== undefined && last.atMs >= account.asOfMs)) return points;
  const { asOfMs: atMs, equityQuote, balanceQuote } = account;
  return [...points, { atMs, equityQuote, balanceQuote }];
}
