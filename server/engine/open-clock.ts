import { setTimeout } from 'node:timers/promises';
import type { Clock } from '#domain/time.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  type ClockRows,
  fixedClock,
  followedClock,
  type MarketClock,
  replayClock,
  wallMarketClock,
} from './market-clock.ts';
import type { OpenMarket } from './market-source.ts';

/**
 * `standing`: the market's own clock, run by this process; `followed`: the same, only looked at; `fixed`: the start of
 * the candles, for a single cycle.
 */
export type ClockKind = 'standing' | 'followed' | 'fixed';

export async function openClock(
  kind: ClockKind,
  options: {
    readonly source: OpenMarket;
    /** Counts when no other process runs the market. */
    readonly speed: number;
    readonly rows: ClockRows;
    readonly wallClock: Clock;
    readonly logger: Logger;
  },
): Promise<MarketClock> {
  const { rows, wallClock, logger, speed } = options;
  const { key, startAtMs, market, live } = options.source;
  if (live) return wallMarketClock(wallClock);
  if (kind === 'fixed') return fixedClock(startAtMs);
  const shared = { rows, key, startAtMs, endAtMs: () => market.spanMs.to, wallClock };
  if (kind === 'followed') return followedClock(shared);
  return replayClock({
    ...shared,
    speed,
    pause: setTimeout,
    onOtherSpeed: (asked, runs) =>
      logger.warn(
        { market: key, asked, runs },
        `another process runs this market at speed ${runs}, so VIGIL_SPEED=${asked} does not count: stop all of them to change it`,
      ),
    onError: (err) => logger.warn({ err }, 'market clock'),
  });
}
