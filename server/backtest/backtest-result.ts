/** What a walk came to, in the figures the desk's own pages are told in. */
import type { Account, Trade } from '#domain/account.ts';
import { sumDecimals } from '#domain/decimal.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import type { SharpeRatio } from '#domain/performance.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { equityFigures, sharpeRatio } from '#tools/performance/equity-figures.ts';
import { type HoldAnswer, holdComparison } from '../engine/hold-comparison.ts';
import type { BacktestDesk } from './backtest-desk.ts';
import type { BacktestSpan, BacktestState } from './walk-backtest.ts';

/** What `--json` prints. Money in quote currency as numbers; `perTrade` keeps every digit as text. */
export interface BacktestResult {
  readonly strategy: string;
  readonly symbols: readonly MarketSymbol[];
  readonly from: string;
  /** Where it came to: before the end that was asked for when it was stopped. */
  readonly to: string;
  /** Bars that closed on the way, of all symbols. */
  readonly bars: number;
  /** Closed round trips. */
  readonly trades: number;
  readonly fees: number;
  /** Paid; negative when received. */
  readonly funding: number;
  readonly returnFraction: number;
  /** Buying the symbols in equal parts at the start and waiting; null under one bar of it. */
  readonly holdReturnFraction: number | null;
  /** Null under 10 trades or 14 days. */
  readonly sharpe: number | null;
  readonly maxDrawdownFraction: number;
  readonly equity: readonly (readonly [atMs: EpochMs, quote: number])[];
  readonly perTrade: readonly Trade[];
}

export interface ReckonedBacktest {
  readonly result: BacktestResult;
  readonly sharpe: SharpeRatio;
  readonly hold: HoldAnswer;
  /** Why the desk may not open anything at the end, and since when; null where it may. */
  readonly restraint: string | null;
}

export async function reckonBacktest(
  desk: Pick<BacktestDesk, 'books' | 'equity' | 'tradingState'>,
  state: BacktestState,
  about: {
    readonly strategy: string;
    readonly symbols: readonly MarketSymbol[];
    readonly span: BacktestSpan;
    readonly market: MarketData;
  },
): Promise<ReckonedBacktest> {
  const { strategy, symbols, span, market } = about;
  const toMs = state.doneToMs ?? span.fromMs;
  const points = withEnd(desk.equity.points, state.account);
  const figures = equityFigures(points);
  const perTrade = [...desk.books.trades.values()].sort((left, right) => left.closedAtMs - right.closedAtMs);
  const sharpe = sharpeRatio(points, perTrade.length);
  const hold = await holdComparison(market, {
    ...{ symbols, span: { fromMs: span.fromMs, toMs } },
    equityQuote: figures?.startQuote ?? '0',
  });
  const result: BacktestResult = {
    ...{ strategy, symbols, from: isoTime(span.fromMs), to: isoTime(toMs) },
    bars: symbols.length * Math.round((toMs - span.fromMs) / span.barMs),
    trades: perTrade.length,
    fees: Number(sumDecimals(desk.books.fills.map(({ feeQuote }) => feeQuote))),
    funding: Number(sumDecimals(desk.books.fundings.map(({ amountQuote }) => amountQuote))),
    returnFraction: figures?.changeFraction ?? 0,
    holdReturnFraction: hold.buyAndHold?.netFraction ?? null,
    sharpe: sharpe.ratio,
    maxDrawdownFraction: Math.max(0, ...(figures?.curve ?? []).map(({ fallFraction }) => fallFraction)),
    equity: points.map(({ atMs, equityQuote }) => [atMs, Number(equityQuote)] as const),
    perTrade,
  };
  return { result, sharpe, hold, restraint: restraintOf(desk.tradingState.now()) };
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
