import { z } from 'zod';
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import { assetClassOf, MarketSymbol } from '#domain/symbol.ts';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { DEFAULT_EXIT_RULES, ExitRules } from './exit-rules.ts';
import { DEFAULT_PROTECTIONS, ProtectionLimits } from './protection-limits.ts';
import { TradingWindow } from './trading-hours.ts';

/**
 * What configuration may set, inside ceilings that only a code change can move (REQUIREMENTS, Risk).
 * Fractions are of equity unless the name says otherwise; `…Multiple` counts equities of notional.
 */
export const RiskLimits = z.object({
  maxOpenPositions: z.number().int().min(0).max(10),
  /** Loss at the stop, fees on both sides included. */
  riskPerTradeFraction: z.number().positive().max(0.02),
  /**
   * Margin of one position, notional over leverage: 5% at 10 × is half an equity of notional. Leverage therefore spends
   * this limit slower, and `positionNotionalMultiple` and the risk at the stop bound what it can reach.
   */
  positionMarginFraction: z.number().positive().max(0.1),
  marginUseFraction: z.number().positive().max(0.9),
  minRewardToRisk: z.number().min(2),
  leverage: z.object({ major: z.number().min(1).max(50), alt: z.number().min(1).max(50) }),
  positionNotionalMultiple: z.object({
    major: z.number().positive().max(10),
    alt: z.number().positive().max(1.5),
  }),
  totalNotionalMultiple: z.number().positive().max(20),
  /** Notional that moves with the new position, itself included (size-limits.ts). */
  correlatedNotionalMultiple: z.number().positive().max(10),
  /** What a day of funding may cost, as a share of the loss at the stop. */
  fundingShareOfRisk: z.number().positive().max(1),
  /** Of one entry, within the venue's own; null asks for nothing beyond those. */
  minOrderQuote: z.number().positive().nullable(),
  maxOrderQuote: z.number().positive().nullable(),
  /** What of the universe may be opened; null is all of it. */
  symbolWhitelist: z.array(MarketSymbol).min(1).nullable(),
  /** When it may be; null is always. */
  tradingHours: z.array(TradingWindow).min(1).nullable(),
  /** Market time since the price a verdict rests on, beyond the width of its bar. */
  maxPriceAgeMs: z
    .number()
    .int()
    .min(SECOND_MS)
    .max(15 * MINUTE_MS),
  /** Value of open interest a symbol needs to be opened in; null where the market has none to tell, as in a replay. */
  minOpenInterestQuote: z.number().positive().nullable(),
  dailyLoss: z
    .object({
      warnFraction: z.number().positive().max(0.015),
      reduceFraction: z.number().positive().max(0.02),
      haltFraction: z.number().positive().max(0.03),
    })
    .refine(
      ({ warnFraction, reduceFraction, haltFraction }) =>
        warnFraction <= reduceFraction && reduceFraction <= haltFraction,
      'must warn before it reduces and reduce before it halts',
    ),
  drawdown: z
    .object({ warnFraction: z.number().positive().max(0.05), haltFraction: z.number().positive().max(0.1) })
    .refine(({ warnFraction, haltFraction }) => warnFraction <= haltFraction, 'must warn before it halts'),
  /** Stop of a position that shows up without one of ours, as a fraction of its entry price. */
  fallbackStopFraction: z.number().positive().max(0.05),
  /** How long a stop may be tried in vain before its position is closed at market. */
  protectWithinMs: z.number().int().min(1_000).max(10_000),
  protections: ProtectionLimits,
  exitRules: ExitRules,
});
export type RiskLimits = z.infer<typeof RiskLimits>;

export const DEFAULT_LIMITS: RiskLimits = {
  maxOpenPositions: 3,
  riskPerTradeFraction: 0.01,
  positionMarginFraction: 0.05,
  marginUseFraction: 0.9,
  minRewardToRisk: 2,
  leverage: { major: 10, alt: 10 },
  positionNotionalMultiple: { major: 10, alt: 1.5 },
  totalNotionalMultiple: 10,
  correlatedNotionalMultiple: 1,
  fundingShareOfRisk: 0.5,
  minOrderQuote: null,
  maxOrderQuote: null,
  symbolWhitelist: null,
  tradingHours: null,
  maxPriceAgeMs: 5 * MINUTE_MS,
  minOpenInterestQuote: null,
  dailyLoss: { warnFraction: 0.015, reduceFraction: 0.02, haltFraction: 0.03 },
  drawdown: { warnFraction: 0.05, haltFraction: 0.1 },
  fallbackStopFraction: 0.02,
  protectWithinMs: 5_000,
  protections: DEFAULT_PROTECTIONS,
  exitRules: DEFAULT_EXIT_RULES,
};

/** The leverage limit of a symbol: configuration or venue, whichever is lower. */
export function leverageLimit(limits: RiskLimits, symbol: MarketSymbol, venueMaxLeverage: number): number {
  return Math.min(limits.leverage[assetClassOf(symbol)], venueMaxLeverage);
}

/** The largest notional of one position, in multiples of equity. */
export function notionalMultipleLimit(limits: RiskLimits, symbol: MarketSymbol): number {
  return limits.positionNotionalMultiple[assetClassOf(symbol)];
}

/** The least notional of an entry: configuration or venue, whichever is higher. */
export function leastNotionalQuote(
  { minOrderQuote }: RiskLimits,
  { minNotionalQuote }: Pick<Instrument, 'minNotionalQuote'>,
): DecimalText {
  return minOrderQuote !== null && decimal(minNotionalQuote).lt(decimal(minOrderQuote))
    ? decimalText(minOrderQuote)
    : minNotionalQuote;
}
