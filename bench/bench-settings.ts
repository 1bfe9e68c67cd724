import { type CycleSettings, DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '#tools/risk/limits.ts';
import { BARS_PER_SERIES } from './bench-market.ts';

export const BENCH_SETTINGS: CycleSettings = { ...DEFAULT_SETTINGS, barsPerSeries: BARS_PER_SERIES };

/** A fiftieth of the usual risk: the walk has no edge, and a desk stopped by its losses would have nothing left to time. */
export const BENCH_LIMITS: RiskLimits = {
  ...DEFAULT_LIMITS,
  riskPerTradeFraction: 0.0002,
  protections: {
    ...DEFAULT_LIMITS.protections,
    lossStreak: { losses: 10, pauseMs: 1_800_000 },
    stopGuard: { stops: 5, windowMs: 21_600_000, pauseMs: 3_600_000 },
    stopCooldownMs: 300_000,
    maxOpensPerHour: 20,
  },
};
