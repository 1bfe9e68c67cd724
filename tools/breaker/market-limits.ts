import { z } from 'zod';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';

const fall = (ceiling: number) => z.number().positive().max(ceiling);

/**
 * When the market itself stops trading, inside ceilings that only a code change can move (REQUIREMENTS, Circuit
 * breaker): configuration may make the breaker more nervous, never calmer.
 */
export const MarketLimits = z.object({
  /** Falls from the highest price of the last hour and of the last four. */
  btc: z.object({ hourFraction: fall(0.15), fourHoursFraction: fall(0.2) }),
  eth: z.object({ hourFraction: fall(0.15), fourHoursFraction: fall(0.25) }),
  /** Mean fall of the assets of the universe, each weighted alike; not measured under `leastAssets`. */
  market: z.object({ fourHoursFraction: fall(0.2), leastAssets: z.number().int().min(1).max(3) }),
  liquidationsPerHourUsd: z.number().positive().max(500_000_000),
  /** Distance of USDT and USDC from 1, either way. */
  pegFraction: fall(0.03),
  /** Share of a threshold at which the level becomes `watch`. */
  watchShare: z
    .number()
    .positive()
    .max(2 / 3),
  /** Share of a threshold under which its level goes down again. */
  releaseShare: z.number().min(0.5).max(0.95),
  plausibility: z.object({
    /** A print this far from the one believed before it waits for the next to stand with it. */
    printJumpFraction: z.number().min(0.002).max(0.02),
    /** The same for the closes of bars up to 5 minutes, and how far a high may stick out of any bar. */
    barJumpFraction: z.number().min(0.05).max(0.2),
    /** How long prints must hold a fall that another venue does not show; bars must hold it for one bar more. */
    oneVenueHoldMs: z.number().int().min(0).max(MINUTE_MS),
    /** How old another venue's price may be and still be heard against a print. */
    witnessMs: z.number().int().min(0).max(10_000),
    /** A source of prints that said nothing for so long has stopped; one of bars after two bars. */
    silentAfterMs: z
      .number()
      .int()
      .min(SECOND_MS)
      .max(10 * MINUTE_MS),
  }),
  recovery: z.object({
    calmMs: z
      .number()
      .int()
      .min(30 * MINUTE_MS),
    calmFallFraction: fall(0.05),
    liquidationsPerHourUsd: z.number().positive().max(100_000_000),
    backShare: z.number().min(0.5).max(1),
    volumeShare: z.number().min(0.7).max(1),
  }),
});
export type MarketLimits = z.infer<typeof MarketLimits>;

export const DEFAULT_MARKET_LIMITS: MarketLimits = {
  btc: { hourFraction: 0.15, fourHoursFraction: 0.2 },
  eth: { hourFraction: 0.15, fourHoursFraction: 0.25 },
  market: { fourHoursFraction: 0.2, leastAssets: 3 },
  liquidationsPerHourUsd: 500_000_000,
  pegFraction: 0.03,
  watchShare: 2 / 3,
  releaseShare: 0.9,
  plausibility: {
    printJumpFraction: 0.01,
    barJumpFraction: 0.1,
    oneVenueHoldMs: 10_000,
    witnessMs: 1_500,
    silentAfterMs: MINUTE_MS,
  },
  recovery: {
    calmMs: 30 * MINUTE_MS,
    calmFallFraction: 0.05,
    liquidationsPerHourUsd: 100_000_000,
    backShare: 0.5,
    volumeShare: 0.7,
  },
};

export interface FallTrigger {
  /** A base asset, or `market` for the mean fall over the universe. */
  readonly asset: string;
  readonly windowMs: number;
  readonly fallFraction: number;
}

export const MARKET = 'market';

/** The falls that trip, as a list. */
export function fallTriggers({ btc, eth, market }: MarketLimits): FallTrigger[] {
  return [
    { asset: 'BTC', windowMs: HOUR_MS, fallFraction: btc.hourFraction },
    { asset: 'BTC', windowMs: 4 * HOUR_MS, fallFraction: btc.fourHoursFraction },
    { asset: 'ETH', windowMs: HOUR_MS, fallFraction: eth.hourFraction },
    { asset: 'ETH', windowMs: 4 * HOUR_MS, fallFraction: eth.fourHoursFraction },
    { asset: MARKET, windowMs: 4 * HOUR_MS, fallFraction: market.fourHoursFraction },
  ];
}

/** `btc_fall_1h`: the name a fall has in reasons, events and alerts. */
export function fallTriggerName({ asset, windowMs }: Pick<FallTrigger, 'asset' | 'windowMs'>): string {
  return `${asset.toLowerCase()}_fall_${windowMs / HOUR_MS}h`;
}
