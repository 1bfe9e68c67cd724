/**
 * The guard's turns one after the other, for who has the clock in hand: a look at the market, what it has tripped, then
 * each desk. A running guard does the same beside each other every second (guard-loop.ts).
 */
import type { Logger } from '../telemetry/logger.ts';
import { carryOutTrip, type GuardedDesk, type GuardHands, guardDesk } from './guard-pass.ts';
import { createMarketWatch, type MarketTrip, type MarketWatchOptions } from './market-watch.ts';
import type { SpikeWatch } from './spike-watch.ts';
import { watchingPegs } from './watched-symbols.ts';

export interface GuardTurnOptions extends Pick<MarketWatchOptions, 'limits' | 'nowMs'> {
  readonly market: MarketWatchOptions['market'] & Parameters<typeof watchingPegs>[1]['market'];
  readonly hands: GuardHands;
  readonly spikes: Pick<SpikeWatch, 'look' | 'close'>;
  readonly desks: readonly GuardedDesk[];
  readonly logger: Logger;
}

export interface GuardTurn {
  /** Brings all to the clock's time. @throws what the venue throws */
  take(): Promise<void>;
  close(): void;
}

export function createGuardTurn(options: GuardTurnOptions): GuardTurn {
  const { market, limits, nowMs, hands, spikes, desks, logger } = options;
  const tripped: MarketTrip[] = [];
  const watch = watchingPegs(
    createMarketWatch({
      ...{ market, limits, nowMs, logger },
      onTrip: (trip) => tripped.push(trip),
      standing: () => hands.levels.standing(desks),
    }),
    { market, logger },
  );
  const symbols = [...new Set(desks.flatMap((desk) => desk.symbols))];
  hands.levels.begin();
  return {
    async take() {
      await watch.look(symbols);
      for (const trip of tripped.splice(0)) await carryOutTrip(trip, desks, hands);
      await spikes.look(symbols);
      for (const desk of desks) await guardDesk(desk, watch, hands, logger);
    },
    close() {
      watch.close();
      spikes.close();
    },
  };
}
