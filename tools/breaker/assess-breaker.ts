/**
 * Market triggers and account protections as levels with reasons (REQUIREMENTS, Circuit breaker). Falls are measured
 * from the highest high inside the window to the last close, on closed bars. Pure: state and actions live elsewhere.
 */
import type { Account } from '#domain/account.ts';
import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { type BreakerLevel, type BreakerReason, graverLevel, type HaltEnd } from '#domain/trading-state.ts';
import type { EquityMarks } from '../risk/gate-context.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { type AccountAssessment, assessAccount } from './assess-account.ts';
import { fallMessage, HURT_BY_FALL } from './breaker-reasons.ts';
import {
  DEFAULT_MARKET_LIMITS,
  type FallTrigger,
  fallTriggerName,
  fallTriggers,
  MARKET,
} from './market-limits.ts';

export interface BreakerThresholds {
  readonly falls: readonly FallTrigger[];
  /** Share of a threshold at which the level becomes `watch`. */
  readonly watchShare: number;
  /** Who ends a halt that the market alone has asked for. */
  readonly marketHaltsEndBy: HaltEnd;
}

export const DEFAULT_THRESHOLDS: BreakerThresholds = {
  falls: fallTriggers(DEFAULT_MARKET_LIMITS),
  watchShare: DEFAULT_MARKET_LIMITS.watchShare,
  marketHaltsEndBy: 'recovery',
};

export interface BreakerAssessment {
  readonly level: BreakerLevel;
  readonly reasons: BreakerReason[];
  /** The least the account protections ask of the trading state; null when they ask nothing. */
  readonly accountAsks: AccountAssessment['asks'];
}

export interface BreakerInput {
  readonly snapshot: MarketSnapshot;
  readonly thresholds: BreakerThresholds;
  readonly limits: RiskLimits;
  /** Null when the venue could not be read. */
  readonly account: Account | null;
  readonly equityMarks: EquityMarks;
  /** Highs up to this instant are no part of any fall: a person has armed against a trip. */
  readonly forgivenUntilMs?: EpochMs | undefined;
}

/**
 * The gravest level of all triggers, with a reason for each that is not clear. A market that shows no measurable symbol
 * is not clear but unseen: `market_blind` at `watch`.
 */
export function assessBreaker(input: BreakerInput): BreakerAssessment {
  const account = assessAccount(input);
  const reasons = [...marketReasons(input), ...account.reasons];
  const level = reasons.reduce<BreakerLevel>(
    (gravest, reason) => graverLevel(gravest, reason.level),
    'clear',
  );
  return { level, reasons, accountAsks: account.asks };
}

function marketReasons({ snapshot, thresholds, forgivenUntilMs = 0 }: BreakerInput): BreakerReason[] {
  const { falls, watchShare } = thresholds;
  const reasons: BreakerReason[] = blindReasons(snapshot, falls);
  for (const { asset, windowMs, fallFraction } of falls) {
    const countedMs = Math.min(windowMs, snapshot.asOfMs - forgivenUntilMs);
    const fall = asset === MARKET ? marketFall(snapshot, countedMs) : assetFall(snapshot, asset, countedMs);
    if (fall === null || fall < fallFraction * watchShare) continue;
    const subject = asset === MARKET ? 'the market' : asset;
    reasons.push({
      trigger: fallTriggerName({ asset, windowMs }),
      level: fall >= fallFraction ? 'tripped' : 'watch',
      value: fall,
      limit: fallFraction,
      message: fallMessage(subject, { value: fall, limit: fallFraction, hours: windowMs / HOUR_MS }),
      hurts: [...HURT_BY_FALL],
    });
  }
  return reasons;
}

function blindReasons(snapshot: MarketSnapshot, falls: BreakerThresholds['falls']): BreakerReason[] {
  const longestMs = Math.max(0, ...falls.map(({ windowMs }) => windowMs));
  const seen = [...snapshot.markets.keys()].some(
    (symbol) => symbolFall(snapshot, symbol, longestMs) !== null,
  );
  if (seen || falls.length === 0) return [];
  const message = `none of ${snapshot.markets.size} sound symbol(s) has bars to measure a fall on`;
  return [{ trigger: 'market_blind', level: 'watch', value: 0, limit: 1, message }];
}

/** The asset's deepest fall, should it be quoted in more than one currency. */
function assetFall(snapshot: MarketSnapshot, base: string, windowMs: number): number | null {
  const falls = fallsOf(snapshot, windowMs, (symbol) => baseOf(symbol) === base);
  return falls.length === 0 ? null : Math.max(...falls);
}

/** Mean fall over the universe, each symbol weighted alike; null under three symbols, where it would be one coin's fall. */
function marketFall(snapshot: MarketSnapshot, windowMs: number): number | null {
  const falls = fallsOf(snapshot, windowMs, () => true);
  return falls.length < 3 ? null : falls.reduce((sum, fall) => sum + fall, 0) / falls.length;
}

function fallsOf(
  snapshot: MarketSnapshot,
  windowMs: number,
  belongs: (symbol: MarketSymbol) => boolean,
): number[] {
  return [...snapshot.markets.keys()]
    .filter(belongs)
    .map((symbol) => symbolFall(snapshot, symbol, windowMs))
    .filter((fall) => fall !== null);
}

function symbolFall(snapshot: MarketSnapshot, symbol: MarketSymbol, windowMs: number): number | null {
  const series = snapshot.markets.get(symbol)?.series.get(snapshot.fastTimeframe);
  return series === undefined ? null : fallFromHigh(series, windowMs, snapshot.asOfMs);
}

/** Fraction the last close lies under the highest high of bars that closed in `(asOfMs - windowMs, asOfMs]`; null without bars. */
export function fallFromHigh(series: CandleSeries, windowMs: number, asOfMs: number): number | null {
  const high = highOf(series, windowMs, asOfMs);
  const last = series.close[series.length - 1];
  return high > 0 && last !== undefined ? Math.max(0, (high - last) / high) : null;
}

/** The highest high of bars that closed in `(asOfMs - windowMs, asOfMs]`; 0 without any. */
export function highOf(series: CandleSeries, windowMs: number, asOfMs: number): number {
  const widthMs = TIMEFRAME_MS[series.timeframe];
  let high = 0;
  for (let i = series.length - 1; i >= 0; i--) {
    const closedAtMs = (series.openAtMs[i] ?? 0) + widthMs;
    if (closedAtMs <= asOfMs - windowMs) break;
    high = Math.max(high, series.high[i] ?? 0);
  }
  return high;
}
