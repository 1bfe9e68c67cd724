/** The states of desks by the tables alone, set in the command line's name. */
import type { Database } from '#db/client.ts';
import { createMarketClockRepository } from '#db/repositories/market-clock.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import type { EpochMs } from '#domain/time.ts';
import { marketTimeOf } from '../engine/market-clock.ts';
import { isOfMarket, marketKeyOf } from '../engine/market-desks.ts';
import { wallClock } from '../wall-clock.ts';
import type { ChosenDesks } from './chosen-desks.ts';

/** Who acts, as states, answers and audit rows name it. */
export const BY_COMMAND = 'command line';
/** Overwritten before anybody sees it: a desk without a state is never armed by accident. */
const UNTOLD = { mode: 'halted', reason: 'never armed', setBy: BY_COMMAND, sinceMs: 0 } as const;

/** Each market's own time: as its clock shows it, and the wall's where none runs. */
export async function marketTimes(database: Database): Promise<(deskId: string) => EpochMs> {
  const clocks = await createMarketClockRepository(database).all();
  const wallMs = wallClock.nowMs();
  return (deskId) => {
    const clock = clocks.get(marketKeyOf(deskId));
    return clock === undefined ? wallMs : marketTimeOf(clock, wallMs);
  };
}

export function changeAt(
  atMsOf: (deskId: string) => EpochMs,
  { market }: Pick<ChosenDesks, 'market'>,
  reason: string,
) {
  return { reason, setBy: BY_COMMAND, atMs: atMsOf(market) };
}

export function statesOf(database: Database, key: string) {
  const market = { key, includes: (deskId: string) => isOfMarket({ deskId }, key) };
  return createTradingStateRepository(database, { defaultState: UNTOLD, market });
}
