/** The risk limits a person may set. Bounds and defaults are those of `RiskLimits`: configuration only tightens. */
import { z } from 'zod';
import { DEFAULT_LIMITS, RiskLimits } from '#tools/risk/limits.ts';
import { DEFAULT_PROTECTIONS } from '#tools/risk/protection-limits.ts';
import { aboutOf, defaulted, numberOf, optional, symbolList, tradingHours } from './config-fields.ts';

const { shape } = RiskLimits;
const section = 'Risk';

function limit(schema: z.ZodNumber, fallback: number, description: string) {
  return defaulted(numberOf(schema), { section, description, fallback: String(fallback) });
}

export const LIMIT_VARIABLES = {
  VIGIL_TRADING_HOURS: optional(tradingHours(), {
    section,
    description:
      'When anything may be opened, in UTC, such as Mon-Fri 08:00-20:00. None: always. Closes always pass.',
  }),
  VIGIL_WHITELIST: optional(symbolList(), {
    section,
    description: 'What of the symbols may be opened, separated by commas. None: all of them.',
  }),
  VIGIL_MAX_POSITIONS: limit(
    shape.maxOpenPositions,
    DEFAULT_LIMITS.maxOpenPositions,
    'How many positions may be open at once; at most 10.',
  ),
  VIGIL_RISK_PER_TRADE: limit(
    shape.riskPerTradeFraction,
    DEFAULT_LIMITS.riskPerTradeFraction,
    'Loss at the stop with fees, as a fraction of equity; at most 0.02.',
  ),
  VIGIL_MIN_REWARD_TO_RISK: limit(
    shape.minRewardToRisk,
    DEFAULT_LIMITS.minRewardToRisk,
    'What the target has to pay for what the stop may cost, after fees; at least 2.',
  ),
  VIGIL_MAX_LEVERAGE_MAJOR: limit(
    shape.leverage.shape.major,
    DEFAULT_LIMITS.leverage.major,
    'Leverage in BTC and ETH; at most 50.',
  ),
  VIGIL_MAX_LEVERAGE_ALT: limit(
    shape.leverage.shape.alt,
    DEFAULT_LIMITS.leverage.alt,
    'Leverage in everything else; at most 50.',
  ),
  VIGIL_POSITION_MARGIN: limit(
    shape.positionMarginFraction,
    DEFAULT_LIMITS.positionMarginFraction,
    'Margin of one position, as a fraction of equity; at most 0.1.',
  ),
  VIGIL_MARGIN_USE: limit(
    shape.marginUseFraction,
    DEFAULT_LIMITS.marginUseFraction,
    'Margin of all positions, as a fraction of equity; at most 0.9.',
  ),
  VIGIL_MAX_NOTIONAL_MAJOR: limit(
    shape.positionNotionalMultiple.shape.major,
    DEFAULT_LIMITS.positionNotionalMultiple.major,
    'Notional of one position in BTC or ETH, in multiples of equity; at most 10.',
  ),
  VIGIL_MAX_NOTIONAL_ALT: limit(
    shape.positionNotionalMultiple.shape.alt,
    DEFAULT_LIMITS.positionNotionalMultiple.alt,
    'Notional of one position in anything else, in multiples of equity; at most 1.5.',
  ),
  VIGIL_MAX_NOTIONAL_TOTAL: limit(
    shape.totalNotionalMultiple,
    DEFAULT_LIMITS.totalNotionalMultiple,
    'Notional of all positions, in multiples of equity; at most 20.',
  ),
  VIGIL_MAX_NOTIONAL_CORRELATED: limit(
    shape.correlatedNotionalMultiple,
    DEFAULT_LIMITS.correlatedNotionalMultiple,
    'Notional of positions that move together, in multiples of equity; at most 10.',
  ),
  VIGIL_MAX_FUNDING_OF_RISK: limit(
    shape.fundingShareOfRisk,
    DEFAULT_LIMITS.fundingShareOfRisk,
    'What a day of funding may cost, as a fraction of the loss at the stop; at most 1.',
  ),
  VIGIL_MIN_ORDER_USD: optional(numberOf(shape.minOrderQuote.unwrap()), {
    section,
    description: 'Least notional of an entry. None: what the venue asks for.',
  }),
  VIGIL_MAX_ORDER_USD: optional(numberOf(shape.maxOrderQuote.unwrap()), {
    section,
    description: 'Greatest notional of an entry. None: what the venue and the other limits leave.',
  }),
  VIGIL_MAX_PRICE_AGE_MS: limit(
    shape.maxPriceAgeMs,
    DEFAULT_LIMITS.maxPriceAgeMs,
    'Market milliseconds a price may be older than its bar is wide to be opened at; at most 900000.',
  ),
  VIGIL_DAILY_LOSS_WARN: limit(
    shape.dailyLoss.shape.warnFraction,
    DEFAULT_LIMITS.dailyLoss.warnFraction,
    'Loss of a UTC day, open losses counted, at which the desk is on watch, as a fraction of equity; at most 0.015.',
  ),
  VIGIL_DAILY_LOSS_REDUCE: limit(
    shape.dailyLoss.shape.reduceFraction,
    DEFAULT_LIMITS.dailyLoss.reduceFraction,
    'The same at which nothing more is opened; at most 0.02.',
  ),
  VIGIL_DAILY_LOSS_HALT: limit(
    shape.dailyLoss.shape.haltFraction,
    DEFAULT_LIMITS.dailyLoss.haltFraction,
    'The same at which trading halts until a person arms it; at most 0.03.',
  ),
  VIGIL_DRAWDOWN_WARN: limit(
    shape.drawdown.shape.warnFraction,
    DEFAULT_LIMITS.drawdown.warnFraction,
    'Fall of equity under its peak at which the desk is on watch, as a fraction of the peak; at most 0.05.',
  ),
  VIGIL_DRAWDOWN_HALT: limit(
    shape.drawdown.shape.haltFraction,
    DEFAULT_LIMITS.drawdown.haltFraction,
    'The same at which trading halts until a person arms it; at most 0.1.',
  ),
  VIGIL_LOSS_STREAK: limit(
    shape.protections.shape.lossStreak.shape.losses,
    DEFAULT_PROTECTIONS.lossStreak.losses,
    'How many trades lost in a row stop opens for a time; at most 10.',
  ),
  VIGIL_LOSS_STREAK_PAUSE_MS: limit(
    shape.protections.shape.lossStreak.shape.pauseMs,
    DEFAULT_PROTECTIONS.lossStreak.pauseMs,
    'For how long, in market milliseconds from the last of them; at least 1800000.',
  ),
  VIGIL_STOP_GUARD: limit(
    shape.protections.shape.stopGuard.shape.stops,
    DEFAULT_PROTECTIONS.stopGuard.stops,
    'How many lost stops in one symbol and side within a day stop opens there; at most 5.',
  ),
  VIGIL_STOP_GUARD_PAUSE_MS: limit(
    shape.protections.shape.stopGuard.shape.pauseMs,
    DEFAULT_PROTECTIONS.stopGuard.pauseMs,
    'For how long, in market milliseconds from the last of them; at least 3600000.',
  ),
  VIGIL_STOP_COOLDOWN_MS: limit(
    shape.protections.shape.stopCooldownMs,
    DEFAULT_PROTECTIONS.stopCooldownMs,
    'Market milliseconds a symbol is left alone after a stop in it; at least 300000.',
  ),
  VIGIL_VENUE_FAILURES: limit(
    shape.protections.shape.venueFailures.shape.failures,
    DEFAULT_PROTECTIONS.venueFailures.failures,
    'How many orders the venue may fail within 15 min before nothing opens; at most 20.',
  ),
  VIGIL_MAX_OPENS_PER_HOUR: limit(
    shape.protections.shape.maxOpensPerHour,
    DEFAULT_PROTECTIONS.maxOpensPerHour,
    'How many positions may be opened within an hour; at most 20.',
  ),
  VIGIL_MIN_HOLD_MS: limit(
    shape.protections.shape.minHoldMs,
    DEFAULT_PROTECTIONS.minHoldMs,
    'Market milliseconds before a cycle closes a position it has opened; at most 3600000. Nobody else waits for it.',
  ),
};

type LimitName = keyof typeof LIMIT_VARIABLES;
const Limits = z.object(LIMIT_VARIABLES);

export function limitsOf(env: z.infer<typeof Limits>): RiskLimits {
  return {
    ...DEFAULT_LIMITS,
    tradingHours: env.VIGIL_TRADING_HOURS ?? null,
    symbolWhitelist: env.VIGIL_WHITELIST ?? null,
    maxOpenPositions: env.VIGIL_MAX_POSITIONS,
    riskPerTradeFraction: env.VIGIL_RISK_PER_TRADE,
    minRewardToRisk: env.VIGIL_MIN_REWARD_TO_RISK,
    leverage: { major: env.VIGIL_MAX_LEVERAGE_MAJOR, alt: env.VIGIL_MAX_LEVERAGE_ALT },
    positionMarginFraction: env.VIGIL_POSITION_MARGIN,
    marginUseFraction: env.VIGIL_MARGIN_USE,
    positionNotionalMultiple: { major: env.VIGIL_MAX_NOTIONAL_MAJOR, alt: env.VIGIL_MAX_NOTIONAL_ALT },
    totalNotionalMultiple: env.VIGIL_MAX_NOTIONAL_TOTAL,
    correlatedNotionalMultiple: env.VIGIL_MAX_NOTIONAL_CORRELATED,
    fundingShareOfRisk: env.VIGIL_MAX_FUNDING_OF_RISK,
    minOrderQuote: env.VIGIL_MIN_ORDER_USD ?? null,
    maxOrderQuote: env.VIGIL_MAX_ORDER_USD ?? null,
    maxPriceAgeMs: env.VIGIL_MAX_PRICE_AGE_MS,
    dailyLoss: {
      warnFraction: env.VIGIL_DAILY_LOSS_WARN,
      reduceFraction: env.VIGIL_DAILY_LOSS_REDUCE,
      haltFraction: env.VIGIL_DAILY_LOSS_HALT,
    },
    drawdown: { warnFraction: env.VIGIL_DRAWDOWN_WARN, haltFraction: env.VIGIL_DRAWDOWN_HALT },
    protections: {
      lossStreak: { losses: env.VIGIL_LOSS_STREAK, pauseMs: env.VIGIL_LOSS_STREAK_PAUSE_MS },
      stopGuard: {
        ...DEFAULT_PROTECTIONS.stopGuard,
        stops: env.VIGIL_STOP_GUARD,
        pauseMs: env.VIGIL_STOP_GUARD_PAUSE_MS,
      },
      stopCooldownMs: env.VIGIL_STOP_COOLDOWN_MS,
      venueFailures: { ...DEFAULT_PROTECTIONS.venueFailures, failures: env.VIGIL_VENUE_FAILURES },
      maxOpensPerHour: env.VIGIL_MAX_OPENS_PER_HOUR,
      minHoldMs: env.VIGIL_MIN_HOLD_MS,
    },
  };
}

/** The first of each pair may not be over the second. */
const ORDERED: readonly (readonly [LimitName, LimitName])[] = [
  ['VIGIL_DAILY_LOSS_WARN', 'VIGIL_DAILY_LOSS_REDUCE'],
  ['VIGIL_DAILY_LOSS_REDUCE', 'VIGIL_DAILY_LOSS_HALT'],
  ['VIGIL_DRAWDOWN_WARN', 'VIGIL_DRAWDOWN_HALT'],
  ['VIGIL_MIN_ORDER_USD', 'VIGIL_MAX_ORDER_USD'],
];

/** What is wrong between limits that may each be right, told at the one that was given. */
export function* disorderedLimits(
  given: Readonly<Partial<Record<LimitName, string>>>,
): Generator<readonly [LimitName, string]> {
  const textOf = (name: LimitName) => given[name] ?? aboutOf(LIMIT_VARIABLES[name]).fallback;
  for (const [less, more] of ORDERED) {
    if (!(Number(textOf(less)) > Number(textOf(more)))) continue;
    if (given[less] === undefined) yield [more, `must not be under ${less}, which is ${textOf(less)}`];
    else yield [less, `must not be over ${more}, which is ${textOf(more)}`];
  }
}
