/** What a person may set of the market's breaker. Ceilings and defaults are those of `MarketLimits`: it may only be more nervous. */
import { z } from 'zod';
import type { BreakerThresholds } from '#tools/breaker/assess-breaker.ts';
import { DEFAULT_MARKET_LIMITS, fallTriggers, MarketLimits } from '#tools/breaker/market-limits.ts';
import { defaulted, numberOf, oneOf } from './config-fields.ts';

const { shape } = MarketLimits;
const section = 'Breaker';

function threshold(schema: z.ZodNumber, fallback: number, description: string) {
  return defaulted(numberOf(schema), { section, description, fallback: String(fallback) });
}

export const BREAKER_VARIABLES = {
  VIGIL_BREAKER_BTC_1H: threshold(
    shape.btc.shape.hourFraction,
    DEFAULT_MARKET_LIMITS.btc.hourFraction,
    'Fall of BTC from its highest price of an hour that trips the breaker; at most 0.15.',
  ),
  VIGIL_BREAKER_BTC_4H: threshold(
    shape.btc.shape.fourHoursFraction,
    DEFAULT_MARKET_LIMITS.btc.fourHoursFraction,
    'The same within four hours; at most 0.2.',
  ),
  VIGIL_BREAKER_ETH_1H: threshold(
    shape.eth.shape.hourFraction,
    DEFAULT_MARKET_LIMITS.eth.hourFraction,
    'Fall of ETH within an hour that trips the breaker; at most 0.15.',
  ),
  VIGIL_BREAKER_ETH_4H: threshold(
    shape.eth.shape.fourHoursFraction,
    DEFAULT_MARKET_LIMITS.eth.fourHoursFraction,
    'The same within four hours; at most 0.25.',
  ),
  VIGIL_BREAKER_MARKET_4H: threshold(
    shape.market.shape.fourHoursFraction,
    DEFAULT_MARKET_LIMITS.market.fourHoursFraction,
    'Mean fall of all watched coins within four hours that trips the breaker; at most 0.2.',
  ),
  VIGIL_BREAKER_LIQUIDATIONS_USD: threshold(
    shape.liquidationsPerHourUsd,
    DEFAULT_MARKET_LIMITS.liquidationsPerHourUsd,
    'Liquidations of an hour that trip the breaker, where a venue tells of them; at most 500000000.',
  ),
  VIGIL_BREAKER_PEG: threshold(
    shape.pegFraction,
    DEFAULT_MARKET_LIMITS.pegFraction,
    'How far USDT or USDC may be from its peg before the breaker trips; at most 0.03.',
  ),
  VIGIL_BREAKER_REARM: defaulted(oneOf(['recovery', 'person']), {
    section,
    description:
      'What ends a halt of the market: its recovery, or a person. What an account has lost always waits for a person.',
    fallback: 'recovery',
  }),
};

const Breaker = z.object(BREAKER_VARIABLES);

/** What the guard holds each price against, and a cycle its own bars. */
export function breakerOf(env: z.infer<typeof Breaker>): {
  readonly limits: MarketLimits;
  readonly thresholds: BreakerThresholds;
} {
  const limits = marketLimitsOf(env);
  const { watchShare } = limits;
  const thresholds = { falls: fallTriggers(limits), watchShare, marketHaltsEndBy: env.VIGIL_BREAKER_REARM };
  return { limits, thresholds };
}

function marketLimitsOf(env: z.infer<typeof Breaker>): MarketLimits {
  return {
    ...DEFAULT_MARKET_LIMITS,
    btc: { hourFraction: env.VIGIL_BREAKER_BTC_1H, fourHoursFraction: env.VIGIL_BREAKER_BTC_4H },
    eth: { hourFraction: env.VIGIL_BREAKER_ETH_1H, fourHoursFraction: env.VIGIL_BREAKER_ETH_4H },
    market: { ...DEFAULT_MARKET_LIMITS.market, fourHoursFraction: env.VIGIL_BREAKER_MARKET_4H },
    liquidationsPerHourUsd: env.VIGIL_BREAKER_LIQUIDATIONS_USD,
    pegFraction: env.VIGIL_BREAKER_PEG,
  };
}
