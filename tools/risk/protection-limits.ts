import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';

const span = (minMs: number, maxMs: number) => z.number().int().min(minMs).max(maxMs);

/**
 * When a desk that does badly, or whose venue does, opens nothing for a time. Bounds are ceilings of what may be let
 * pass: fewer losses, longer windows and longer pauses are the tighter side. Measured on market time.
 */
export const ProtectionLimits = z.object({
  /** So many trades lost one after the other, and nothing opens for `pauseMs` after the last of them. */
  lossStreak: z.object({
    losses: z.number().int().min(1).max(10),
    pauseMs: span(30 * MINUTE_MS, 3 * DAY_MS),
  }),
  /** So many stops lost in one symbol and side within `windowMs`, and nothing opens there for `pauseMs`. */
  stopGuard: z.object({
    stops: z.number().int().min(1).max(5),
    windowMs: span(6 * HOUR_MS, 3 * DAY_MS),
    pauseMs: span(HOUR_MS, 3 * DAY_MS),
  }),
  /** How long a symbol is left alone after a stop in it, on either side. */
  stopCooldownMs: span(5 * MINUTE_MS, DAY_MS),
  /** So many orders refused, turned away or left unanswered by the venue within `windowMs`, and nothing opens. */
  venueFailures: z.object({
    failures: z.number().int().min(1).max(20),
    windowMs: span(5 * MINUTE_MS, HOUR_MS),
  }),
  /** Positions opened within an hour, those that are being opened included. */
  maxOpensPerHour: z.number().int().min(1).max(20),
  /** How long the cycle leaves a position to its stop and target before it closes one. Nobody else waits for it. */
  minHoldMs: span(0, HOUR_MS),
});
export type ProtectionLimits = z.infer<typeof ProtectionLimits>;

export const DEFAULT_PROTECTIONS: ProtectionLimits = {
  lossStreak: { losses: 4, pauseMs: 2 * HOUR_MS },
  stopGuard: { stops: 3, windowMs: DAY_MS, pauseMs: 12 * HOUR_MS },
  stopCooldownMs: 30 * MINUTE_MS,
  venueFailures: { failures: 5, windowMs: 15 * MINUTE_MS },
  maxOpensPerHour: 6,
  minHoldMs: 10 * MINUTE_MS,
};

/** How far back the protections look at most: a window and the pause after it for trades, a window for failures. */
export const PROTECTIONS_LOOK_BACK = { tradesMs: 7 * DAY_MS, failuresMs: HOUR_MS };
