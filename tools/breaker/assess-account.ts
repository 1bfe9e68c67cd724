/**
 * Losses of the day and from the peak as levels with reasons, on equity with open losses, fees and funding. The cycle
 * judges them and so does the guard, every second. Pure: where equity and its marks come from is for whoever asks.
 */
import type { Account } from '#domain/account.ts';
import { percentText } from '#domain/percent.ts';
import { type BreakerLevel, type BreakerReason, graverLevel } from '#domain/trading-state.ts';
import type { EquityMarks } from '../risk/gate-context.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { lossFraction } from '../risk/opening-rules.ts';

export interface AccountAssessment {
  readonly level: BreakerLevel;
  /** One for each loss that is over its warning. */
  readonly reasons: BreakerReason[];
  /** The least that is asked of the trading state; null when nothing is. `halted` comes with a reason that tripped. */
  readonly asks: 'reducing' | 'halted' | null;
}

export interface AccountInput {
  /** Null when the venue could not be read: that asks nothing. */
  readonly account: Pick<Account, 'equityQuote'> | null;
  /** A mark that is null is not judged. */
  readonly equityMarks: EquityMarks;
  readonly limits: Pick<RiskLimits, 'dailyLoss' | 'drawdown'>;
}

/** Limits are met when they are reached, not only when they are passed. */
export function assessAccount({ account, equityMarks, limits }: AccountInput): AccountAssessment {
  const { dailyLoss, drawdown } = limits;
  const day = lossFraction(account?.equityQuote, equityMarks.dayStartQuote);
  const peak = lossFraction(account?.equityQuote, equityMarks.peakQuote);
  const reasons = [
    lossReason('daily_loss', day, dailyLoss.warnFraction, dailyLoss.haltFraction),
    lossReason('drawdown', peak, drawdown.warnFraction, drawdown.haltFraction),
  ].filter((reason) => reason !== null);
  const level = reasons.reduce<BreakerLevel>(
    (gravest, reason) => graverLevel(gravest, reason.level),
    'clear',
  );
  const reduces = day >= dailyLoss.reduceFraction ? 'reducing' : null;
  return { level, reasons, asks: level === 'tripped' ? 'halted' : reduces };
}

function lossReason(trigger: string, value: number, warn: number, halt: number): BreakerReason | null {
  if (value < Math.min(warn, halt)) return null;
  const level = value >= halt ? 'tripped' : 'watch';
  return {
    trigger,
    level,
    value,
    limit: halt,
    message: `${trigger.replace('_', ' ')} is ${percentText(value)}, trading halts at ${percentText(halt)}`,
  };
}
