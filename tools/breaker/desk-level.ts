/** What the market's breaker says to one desk, whose person may have overridden the trip that stands. */
import { percentText } from '#domain/percent.ts';
import { type EpochMs, isoTime, MINUTE_MS } from '#domain/time.ts';
import { type BreakerLevel, type BreakerReason, graverLevel } from '#domain/trading-state.ts';
import { HURT_BY_FALL } from './breaker-reasons.ts';
import type { MarketAssessment } from './market-breaker.ts';
import type { Recovery, RecoveryCondition } from './trip-recovery.ts';

/** Of the reason that a trip is not over, though nothing stands over its threshold any more. */
export const RECOVERY_TRIGGER = 'market_recovery';

export interface DeskLevel {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
}

/**
 * Under an override the trip that stood then is over for this desk, and what still stands over its threshold is at
 * `watch`; a trip after it counts. That nothing can be measured is told by each cycle, about its own data.
 */
export function deskLevel(market: MarketAssessment, overriddenAtMs: EpochMs | undefined): DeskLevel {
  const { recovery } = market;
  const isOverridden =
    recovery !== null && overriddenAtMs !== undefined && recovery.trippedAtMs <= overriddenAtMs;
  const measured = market.reasons
    .filter(({ trigger }) => trigger !== 'market_blind')
    .map(({ symbol: _symbol, ...reason }) => reason);
  const reasons = isOverridden ? measured.map(atMostWatch) : [...measured];
  if (recovery !== null && !isOverridden) reasons.push(recoveryReason(recovery));
  return {
    level: reasons.reduce<BreakerLevel>((gravest, { level }) => graverLevel(gravest, level), 'clear'),
    reasons,
  };
}

function atMostWatch(reason: BreakerReason): BreakerReason {
  return reason.level === 'tripped' ? { ...reason, level: 'watch' } : reason;
}

/** A trip lasts until the market is back, whatever its triggers say meanwhile. */
function recoveryReason(recovery: Recovery): BreakerReason {
  const measured = recovery.conditions.filter(({ isMet }) => isMet !== null);
  return {
    trigger: RECOVERY_TRIGGER,
    level: 'tripped',
    value: measured.filter(({ isMet }) => isMet).length,
    limit: measured.length,
    hurts: [...HURT_BY_FALL],
    message: `the market has not recovered from its trip of ${isoTime(recovery.trippedAtMs).slice(0, 16)}Z: ${recoveryText(recovery)}`,
  };
}

/** What is met of the conditions of recovery, with their numbers; what nobody measures is left out. */
function recoveryText({ conditions }: Recovery): string {
  return conditions
    .filter(({ isMet }) => isMet !== null)
    .map(conditionText)
    .join(', ');
}

/** How far one condition of recovery is: `back by 43% of the fall, 50% asked`. */
export function conditionText({ condition, value, limit }: Omit<RecoveryCondition, 'isMet'>): string {
  if (value === null) return `${condition} is not measured`;
  switch (condition) {
    case 'released':
      return value === 0
        ? 'no trigger over its threshold'
        : `${value} trigger${value === 1 ? '' : 's'} over its threshold`;
    case 'calm':
      return `no further fall for ${Math.floor(Math.min(value, limit) / MINUTE_MS)} of ${limit / MINUTE_MS} min`;
    case 'liquidations':
      return `$${(value / 1e6).toFixed(1)}M liquidated in the hour, under $${(limit / 1e6).toFixed(0)}M asked`;
    case 'back':
      return `back by ${percentText(value)} of the fall, ${percentText(limit)} asked`;
    case 'volume':
      return `volume at ${percentText(value)} of its average, ${percentText(limit)} asked`;
  }
}
