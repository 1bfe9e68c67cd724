/** A crash as it was ordered: so much off one symbol within such a time, the others by how they follow the same factor. */
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import { type Crash, createCrash } from './crash.ts';

export interface ScheduledCrash {
  readonly symbol: MarketSymbol;
  /** From the price at `atMs` to the one at `atMs + overMs`; over 0 and under 1. */
  readonly dropFraction: number;
  /** A minute at least. */
  readonly overMs: number;
  /** On a whole minute. */
  readonly atMs: EpochMs;
}

/** Two thirds of the fall come back, over three times as long as it took and an hour at least. */
const GIVEN_BACK_SHARE = 2 / 3;
const RECOVERY_TIMES = 3;
const RECOVERY_AT_LEAST_MS = HOUR_MS;

/**
 * The crash that takes the symbol to its price to the last tick. Its own noise goes on meanwhile, so a first one is tried
 * and the second aims off by what the noise did: phases and draws depend on when a crash is, never on how deep.
 */
export function scheduleCrash(
  { dropFraction, overMs, atMs }: Pick<ScheduledCrash, 'dropFraction' | 'overMs' | 'atMs'>,
  about: {
    /** How strongly the symbol follows the factor. */
    readonly beta: number;
    /** The logarithm by which the symbol moves from `atMs` to `atMs + overMs` with this crash. */
    readonly moveWith: (crash: Crash) => number;
  },
): Crash {
  const wantedLog = Math.log(1 - dropFraction);
  const crashOf = (moveLog: number) => {
    const fallLog = moveLog / about.beta;
    const backFraction = (1 - Math.exp(fallLog)) * GIVEN_BACK_SHARE;
    return createCrash({
      beginsAtMs: atMs,
      fallMs: overMs,
      fallLog,
      recoveryMs: Math.max(RECOVERY_AT_LEAST_MS, RECOVERY_TIMES * overMs),
      afterRecoveryLog: Math.log(Math.exp(fallLog) + backFraction),
    });
  };
  const noiseLog = about.moveWith(crashOf(wantedLog)) - wantedLog;
  return crashOf(wantedLog - noiseLog);
}
