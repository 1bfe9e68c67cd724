import { useEffect, useState } from 'react';

const TICK_MS = 250;

/** The server's clock and when this page read it: what two clocks that disagree are counted by. */
export interface ClockReading {
  readonly nowMs: number;
  readonly readAtMs: number;
}

/** How long is left until the deadline, ticking. Never below zero. */
export function useCountdown(deadlineAtMs: number, { nowMs, readAtMs }: ClockReading): number {
  const [ownMs, setOwn] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setOwn(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, deadlineAtMs - (nowMs + Math.max(0, ownMs - readAtMs)));
}
