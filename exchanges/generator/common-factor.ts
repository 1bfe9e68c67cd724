/** What moves all symbols at once: the factor's path, how wild each minute is, and how much is traded. */
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { createBoundedCache } from './bounded-cache.ts';
import type { Crash } from './crash.ts';
import { createDailyWalk } from './daily-walk.ts';
import { MINUTES_PER_DAY, marketPlan, SESSION_MINUTES, type Session } from './day-plan.ts';
import { NORMAL, pick, randomFor } from './draws.ts';
import { bridgeDay, multiplySurgeVolume } from './minute-path.ts';

/** Bitcoin moves about 2.5% a day with it, phases and surges included. */
export const FACTOR_MINUTE_LOG = 0.0005;
const ANCHOR_SPREAD_LOG = 0.14;
const WEEK_DAYS = 7;

export interface FactorDay {
  /** The factor's logarithm at each minute's beginning, and at the day's end: 1,441. */
  readonly log: Float64Array;
  /** Volatility and volume multipliers of each minute. */
  readonly volatility: Float64Array;
  readonly volume: Float64Array;
}

export interface CommonFactor {
  day(day: number): FactorDay;
  /** The factor at 00:00 UTC, the crash included. */
  logAt(day: number): number;
  /** How wild the days are: wanders from week to week around 1. */
  wildness(day: number): number;
}

export function createCommonFactor(seed: number, crash: Crash, daysKept: number): CommonFactor {
  const wildness = (day: number) => wildnessOf(seed, day);
  const walk = createDailyWalk({
    seed,
    name: 'factor',
    anchorSpreadLog: ANCHOR_SPREAD_LOG,
    stepOf: (day) => ({
      plannedLog: marketPlan(seed, day, crash).netLog,
      spreadLog: FACTOR_MINUTE_LOG * Math.sqrt(MINUTES_PER_DAY) * 0.9 * wildness(day),
    }),
  });
  const days = createBoundedCache<FactorDay>(daysKept);

  function makeDay(day: number): FactorDay {
    const plan = marketPlan(seed, day, crash);
    const volatility = volatilityOf(plan.sessions, wildness(day));
    const log = bridgeDay({
      fromLog: walk.logAt(day),
      toLog: walk.logAt(day + 1),
      minuteSpreadLog: FACTOR_MINUTE_LOG,
      volatility,
      plan,
      random: randomFor(seed, 'factor minutes', day),
      into: new Float64Array(MINUTES_PER_DAY + 1),
    });
    const volume = volatility.map((level, minute) => Math.sqrt(level) * TIME_OF_DAY[minute]!);
    multiplySurgeVolume(volume, plan.surges);
    addCrash(day, crash, log, volume);
    return { log, volatility, volume };
  }

  return {
    day: (day) => days.get(day, () => makeDay(day)),
    logAt: (day) => walk.logAt(day) + crash.logAt(day * DAY_MS),
    wildness,
  };
}

/** Trading is busiest in the European and American afternoon. */
const TIME_OF_DAY = Float64Array.from(
  { length: MINUTES_PER_DAY },
  (_, minute) => 1 + 0.35 * Math.cos((2 * Math.PI * (minute - 15 * 60)) / MINUTES_PER_DAY),
);

function volatilityOf(sessions: readonly Session[], wildness: number): Float64Array {
  const volatility = new Float64Array(MINUTES_PER_DAY);
  sessions.forEach((session, index) => {
    volatility.fill(session.volatility * wildness, index * SESSION_MINUTES, (index + 1) * SESSION_MINUTES);
  });
  return volatility;
}

function wildnessOf(seed: number, day: number): number {
  const week = Math.floor(day / WEEK_DAYS);
  const share = (day - week * WEEK_DAYS) / WEEK_DAYS;
  const knot = (at: number) => pick(NORMAL, randomFor(seed, 'wildness', at));
  return Math.exp(0.35 * Math.max(-1.5, Math.min(1.5, knot(week) * (1 - share) + knot(week + 1) * share)));
}

function addCrash(day: number, crash: Crash, log: Float64Array, volume: Float64Array): void {
  const dayAtMs = day * DAY_MS;
  if (dayAtMs + DAY_MS <= crash.beginsAtMs) return;
  for (let m = 0; m <= MINUTES_PER_DAY; m++) log[m]! += crash.logAt(dayAtMs + m * MINUTE_MS);
  for (let m = 0; m < MINUTES_PER_DAY; m++) volume[m]! *= crash.volumeAt(dayAtMs + m * MINUTE_MS);
}
