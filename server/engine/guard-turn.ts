/**
 * The guard's turns one after the other, for who has the clock in hand: a look at the market, what it has tripped, then
 * each desk. A running guard does the same beside each other every second (guard-loop.ts).
 */
import type { DeskView } from '#tools/orders/reconcile.ts';
import type { Logger } from '../telemetry/logger.ts';
import { carryOutTrip, type GuardedDesk, type GuardHands, guardDesk } from './guard-pass.ts';
import {
  createMarketWatch,
  type MarketTrip,
  type MarketWatch,
  type MarketWatchOptions,
} from './market-watch.ts';
import type { SpikeWatch } from './spike-watch.ts';
import { watchingPegs } from './watched-symbols.ts';

export interface GuardTurnOptions extends Pick<MarketWatchOptions, 'limits' | 'nowMs'> {
  readonly market: MarketWatchOptions['market'] & Parameters<typeof watchingPegs>[1]['market'];
  readonly hands: GuardHands;
  readonly spikes: Pick<SpikeWatch, 'look' | 'close'>;
  readonly desks: readonly GuardedDesk[];
  /** Whether it takes up turns that were taken before, by the hands that remember them. */
  readonly goesOn?: boolean;
  /** Another watch over the same market, for who knows when there is nothing to watch. */
  readonly openWatch?: (options: MarketWatchOptions) => MarketWatch;
  readonly logger: Logger;
}

export interface GuardTurn {
  /** Brings all to the clock's time, and gives each desk as it then stands. @throws what the venue throws */
  take(): Promise<readonly DeskView[]>;
  /** Looks at the market alone, as a turn of that time did, and does nothing of what it means. */
  lookAgain(): Promise<void>;
  close(): void;
}

const NOTHING_STANDS = Promise.resolve({ haltedSinceMs: null, overriddenAtMs: null });

export function createGuardTurn(options: GuardTurnOptions): GuardTurn {
  const { market, limits, nowMs, hands, spikes, desks, goesOn = false, logger } = options;
  const { openWatch = createMarketWatch } = options;
  const tripped: MarketTrip[] = [];
  const watch = watchingPegs(
    openWatch({
      ...{ market, limits, nowMs, logger },
      onTrip: (trip) => tripped.push(trip),
      // Who looks again from the beginning finds by itself what has tripped since.
      standing: () => (goesOn ? NOTHING_STANDS : hands.levels.standing(desks)),
    }),
    { market, logger },
  );
  const symbols = [...new Set(desks.flatMap((desk) => desk.symbols))];
  if (!goesOn) hands.levels.begin();
  return {
    async take() {
      await watch.look(symbols);
      for (const trip of tripped.splice(0)) await carryOutTrip(trip, desks, hands);
      await spikes.look(symbols);
      const views: DeskView[] = [];
      for (const desk of desks) views.push(await guardDesk(desk, watch, hands, logger));
      return views;
    },
    async lookAgain() {
      await watch.look(symbols);
      tripped.length = 0;
      await spikes.look(symbols);
    },
    close() {
      watch.close();
      spikes.close();
    },
  };
}
