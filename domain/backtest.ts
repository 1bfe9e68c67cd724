/** A backtest as the server keeps and tells it: what was asked, how far it is, and what it came to. */
import { z } from 'zod';
import { Position, Trade } from './account.ts';
import { MarketSource } from './market.ts';
import { PerformanceReport } from './performance.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs, Timeframe } from './time.ts';

export const BacktestStatus = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled']);
export type BacktestStatus = z.infer<typeof BacktestStatus>;

/** How much one backtest may walk: bars of all its symbols. */
export const MOST_BACKTEST_BARS = 1_000_000;
/** How many may wait behind the one that is walked. */
export const MOST_WAITING_BACKTESTS = 5;

/** A person arms the desk in the middle of a walk, as `--arm-after` has it. */
export const BacktestArming = z.object({
  atMs: EpochMs,
  /** What it stood at, since when and why. */
  mode: z.enum(['reducing', 'halted']),
  sinceMs: EpochMs,
  reason: z.string(),
});
export type BacktestArming = z.infer<typeof BacktestArming>;

/** What `backtest --json` prints. Money in quote currency as numbers; `perTrade` keeps every digit as text. */
export const BacktestResult = z.object({
  strategy: z.string(),
  /** Of a strategy that weighs votes; null weighs all the same. */
  weightsVersion: z.number().int().positive().nullable().optional(),
  symbols: z.array(MarketSymbol),
  from: z.string(),
  /** Where it came to: before the end that was asked for when it was stopped. */
  to: z.string(),
  /** Bars that closed on the way, of all symbols. */
  bars: z.number().int().nonnegative(),
  /** Closed round trips. */
  trades: z.number().int().nonnegative(),
  fees: z.number(),
  /** Paid; negative when received. */
  funding: z.number(),
  returnFraction: z.number(),
  /** Buying the symbols in equal parts at the start and waiting; null under one bar of it. */
  holdReturnFraction: z.number().nullable(),
  /** Null under 10 trades or 14 days. */
  sharpe: z.number().nullable(),
  maxDrawdownFraction: z.number().nonnegative(),
  /** How often a person would have had to arm the desk, and when, oldest first; none unless it was asked for. */
  armings: z.array(BacktestArming),
  /** `[atMs, quote]`, oldest first. */
  equity: z.array(z.tuple([EpochMs, z.number()])),
  perTrade: z.array(Trade),
});
export type BacktestResult = z.infer<typeof BacktestResult>;

export const MonthlyReturn = z.object({
  year: z.number().int(),
  /** 1 to 12, UTC. */
  month: z.number().int().min(1).max(12),
  /** From the last reading before the month, or its first one, to its last; null where that begins at nothing. */
  returnFraction: z.number().nullable(),
  /** Closed in the month. */
  trades: z.number().int().nonnegative(),
});
export type MonthlyReturn = z.infer<typeof MonthlyReturn>;

export const BacktestReport = z.object({
  result: BacktestResult,
  /** In the words of the desk's own performance. */
  performance: PerformanceReport,
  /** The same money in the symbols in equal parts, by closing prices alone: `[atMs, quote]`. */
  holdCurve: z.array(z.tuple([EpochMs, z.number()])),
  months: z.array(MonthlyReturn),
  /** Still open at the end, counted at the mark. */
  openPositions: z.array(Position),
  /** Cycles by their outcome. */
  cycles: z.record(z.string(), z.number().int().positive()),
  /** Why the desk opened nothing any more at the end, and since when; null where it might. */
  restraint: z.string().nullable(),
  /** The first cycle that broke, in its own words. */
  failure: z.string().nullable(),
  /** What it ran with, in words. */
  settings: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type BacktestReport = z.infer<typeof BacktestReport>;

export const Backtest = z.object({
  backtestId: z.string(),
  /** Key of the market whose candles it walks. */
  market: z.string(),
  source: MarketSource,
  status: BacktestStatus,
  strategy: z.string(),
  symbols: z.array(MarketSymbol),
  /** Market time. */
  fromMs: EpochMs,
  toMs: EpochMs,
  /** Wall time, as is when it was begun and when it ended. */
  createdAtMs: EpochMs,
  startedAtMs: EpochMs.nullable(),
  finishedAtMs: EpochMs.nullable(),
  doneFraction: z.number().min(0).max(1),
  /** Market time it has come to; null before the first bar. */
  doneToMs: EpochMs.nullable(),
  /** Closed so far. */
  trades: z.number().int().nonnegative(),
  /** How often it was taken up: more than once where its process was cut off. */
  attempts: z.number().int().nonnegative(),
  /** Why it failed, with the way out. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Null before its end, like `holdReturnFraction`. */
  returnFraction: z.number().nullable(),
  holdReturnFraction: z.number().nullable(),
});
export type Backtest = z.infer<typeof Backtest>;

/** `report` is null before its end. */
export const WholeBacktest = Backtest.extend({ report: BacktestReport.nullable() });
export type WholeBacktest = z.infer<typeof WholeBacktest>;

/** What a backtest of the running market may ask. */
export const BacktestChoices = z.object({
  source: MarketSource,
  /** Why there is nothing to walk, with the way out; null where there is. */
  hindrance: z.string().nullable(),
  symbols: z.array(MarketSymbol),
  /** Of the bars it walks. */
  timeframe: Timeframe,
  /** The first instant with a whole look-back behind it. */
  fromMs: EpochMs,
  /** Null: the prices are made up and have no end. */
  toMs: EpochMs.nullable(),
  strategies: z.array(z.object({ name: z.string(), describes: z.string() })),
  mostBars: z.number().int().positive(),
  /** To begin with: what is walked within seconds. */
  suggested: z.object({ fromMs: EpochMs, toMs: EpochMs, symbols: z.array(MarketSymbol) }).nullable(),
});
export type BacktestChoices = z.infer<typeof BacktestChoices>;
