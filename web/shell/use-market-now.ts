import { useEffect, useState } from 'react';
import type { SystemState } from '#domain/desk-event.ts';
import { marketNowMs } from './market-clock.ts';
import { useConnection } from './use-connection.ts';

const TICK_MS = 1_000;

/** Ticks once a second between two readings of the state. `readAtMs` is the wall time of the reading. */
export function useMarketNow(market: SystemState['market'] | undefined, readAtMs: number): number | null {
  const { lostSinceMs } = useConnection();
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return market ? marketNowMs(market, { readAtMs, nowMs, lostSinceMs }) : null;
}
