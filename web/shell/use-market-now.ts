import { useEffect, useState } from 'react';
import type { SystemState } from '#domain/desk-event.ts';
import { useConnection } from './use-connection.ts';

const TICK_MS = 1_000;

/** The market's time now: the state's, carried on at the market's speed since it was read. */
export function marketNowMs(market: SystemState['market'], sinceReadMs: number): number {
  if (market.finished) return market.nowMs;
  const nowMs = market.nowMs + Math.max(0, sinceReadMs) * market.speed;
  return market.endsAtMs === null ? nowMs : Math.min(nowMs, market.endsAtMs);
}

/**
 * Ticks once a second between two readings of the state. `readAtMs` is the wall time of the reading.
 * Stands still at the server's last word while the server is gone.
 */
export function useMarketNow(market: SystemState['market'] | undefined, readAtMs: number): number | null {
  const { lostSinceMs } = useConnection();
  const [wallNowMs, setWallNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setWallNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return market ? marketNowMs(market, (lostSinceMs ?? wallNowMs) - readAtMs) : null;
}
