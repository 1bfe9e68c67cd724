/** A day's minutes between two midnights: a Brownian bridge that carries the day's plan. */
import type { RandomSource } from '#domain/ids.ts';
import { type DayPlan, MINUTES_PER_DAY, SESSION_MINUTES, type Surge } from './day-plan.ts';
import { NORMAL, pick } from './draws.ts';

export interface BridgeOptions {
  readonly fromLog: number;
  readonly toLog: number;
  /** Standard deviation of a minute where `volatility` is 1. */
  readonly minuteSpreadLog: number;
  /** One multiplier for each minute. */
  readonly volatility: Float64Array;
  readonly plan: DayPlan;
  readonly random: RandomSource;
  /** Where the path is written: 1,441 numbers. */
  readonly into: Float64Array;
}

/** 1,441 logarithms, the first and last exactly `fromLog` and `toLog`, so that days join without a seam. */
export function bridgeDay(options: BridgeOptions): Float64Array {
  const { fromLog, toLog, minuteSpreadLog, volatility, plan, random, into: log } = options;
  let varianceSum = 0;
  for (let m = 0; m < MINUTES_PER_DAY; m++) {
    log[m + 1] = minuteSpreadLog * volatility[m]! * pick(NORMAL, random);
    varianceSum += volatility[m]! * volatility[m]!;
  }
  addPlan(log, plan);
  let sum = 0;
  for (let m = 1; m <= MINUTES_PER_DAY; m++) sum += log[m]!;
  // The rest is spread by variance, so that a quiet hour does not carry a busy hour's correction.
  const correction = (toLog - fromLog - sum) / varianceSum;
  log[0] = fromLog;
  for (let m = 1; m < MINUTES_PER_DAY; m++) {
    const width = volatility[m - 1]!;
    log[m] = log[m - 1]! + log[m]! + correction * width * width;
  }
  log[MINUTES_PER_DAY] = toLog;
  return log;
}

/** Adds drifts and surges to increments that begin at index 1. */
function addPlan(increments: Float64Array, plan: DayPlan): void {
  plan.sessions.forEach((session, index) => {
    if (session.driftLogPerMinute === 0) return;
    const from = 1 + index * SESSION_MINUTES;
    for (let m = from; m < from + SESSION_MINUTES; m++) increments[m]! += session.driftLogPerMinute;
  });
  for (const surge of plan.surges) {
    const risen = surge.atMinute + surge.riseMinutes;
    for (let m = surge.atMinute; m < risen; m++) increments[m + 1]! += surge.jumpLog / surge.riseMinutes;
    const backPerMinute = (surge.jumpLog * surge.giveBackFraction) / surge.giveBackMinutes;
    for (let m = risen; m < risen + surge.giveBackMinutes; m++) increments[m + 1]! -= backPerMinute;
  }
}

/** Multiplies a day's volume by what each surge draws in: its peak while it runs, then a decay over 20 minutes. */
export function multiplySurgeVolume(volume: Float64Array, surges: readonly Surge[]): void {
  for (const { atMinute, riseMinutes, volumePeak } of surges) {
    for (let m = atMinute; m < MINUTES_PER_DAY; m++) {
      const extra = (volumePeak - 1) * Math.exp(-Math.max(0, m - atMinute - riseMinutes) / 20);
      if (extra < 0.01) break;
      volume[m]! *= 1 + extra;
    }
  }
}
