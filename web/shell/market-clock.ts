import type { SystemState } from '#domain/desk-event.ts';

/** Wall instants: of the state's reading, of now, and of the server's last word while it is gone. */
interface WallTimes {
  readonly readAtMs: number;
  readonly nowMs: number;
  readonly lostSinceMs: number | null;
}

/** The market's time: the state's, carried on at the market's speed since it was read, for as long as the server is there. */
export function marketNowMs(market: SystemState['market'], wall: WallTimes): number {
  if (market.finished) return market.nowMs;
  const sinceReadMs = Math.max(0, (wall.lostSinceMs ?? wall.nowMs) - wall.readAtMs);
  const nowMs = market.nowMs + sinceReadMs * market.speed;
  return market.endsAtMs === null ? nowMs : Math.min(nowMs, market.endsAtMs);
}
