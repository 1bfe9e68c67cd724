/** The guard's watch over the market, fed only where the market's columns leave it something to say. */
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import { DAY_MS, HOUR_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { MarketAssessment } from '#tools/breaker/market-breaker.ts';
import { createMarketWatch, type MarketWatch, type MarketWatchOptions } from '../../engine/market-watch.ts';

export interface CalmWatch {
  readonly open: (options: MarketWatchOptions) => MarketWatch;
  /** Whether it is fed now: then it has to be asked at every bar. */
  isAwake(): boolean;
}

/** The volume of a day is what a recovery is measured by, and highs of four hours what a fall is. */
const WAKES_BEFORE_MS = DAY_MS + 4 * HOUR_MS;
const CALM: MarketAssessment = { level: 'clear', reasons: [], recovery: null, isBlind: false };

export interface CalmWatchOptions {
  /** Whether the breaker may have something to say at this instant. */
  readonly isAlarmed: (atMs: EpochMs) => boolean;
  /** Whether a halt waits for the market's recovery: who saw the fall has to see the end of it. */
  readonly isAwaited: () => boolean;
}

export function createCalmWatch({ isAlarmed, isAwaited }: CalmWatchOptions): CalmWatch {
  let awake: MarketWatch | null = null;

  function open(options: MarketWatchOptions): MarketWatch {
    let feedingToMs: EpochMs = 0;
    let forgivenToMs: EpochMs = 0;
    let isCatchingUp = false;
    const nowMs = () => feedingToMs;
    const barMs = TIMEFRAME_MS[options.market.finestTimeframe];

    /** What tripped in a past it feeds again was told when it was of now. */
    async function wake(symbols: readonly MarketSymbol[], toMs: EpochMs): Promise<MarketWatch> {
      const watch = createMarketWatch({
        ...{ ...options, nowMs },
        standing: async () => ({ haltedSinceMs: null, overriddenAtMs: null }),
        onTrip: (trip) => (isCatchingUp ? undefined : options.onTrip(trip)),
      });
      isCatchingUp = true;
      feedingToMs = toMs - WAKES_BEFORE_MS;
      await watch.look(symbols);
      if (forgivenToMs > feedingToMs) {
        feedingToMs = forgivenToMs;
        await watch.look(symbols);
        watch.forgive(forgivenToMs);
      }
      feedingToMs = Math.max(feedingToMs, toMs - barMs);
      await watch.look(symbols);
      isCatchingUp = false;
      return watch;
    }

    return {
      async look(symbols) {
        const toMs = options.nowMs();
        if (awake === null && !isAlarmed(toMs)) return;
        awake ??= await wake(symbols, toMs);
        feedingToMs = toMs;
        await awake.look(symbols);
        if (isAlarmed(toMs) || isAwaited() || awake.assess()?.level !== 'clear') return;
        awake.close();
        awake = null;
      },
      assess: () => (awake === null ? CALM : awake.assess()),
      hasSeenEndOf: (haltedSinceMs) => awake?.hasSeenEndOf(haltedSinceMs) ?? false,
      forgive(untilMs) {
        forgivenToMs = untilMs;
        awake?.forgive(untilMs);
      },
      close: () => awake?.close(),
    };
  }

  return { open, isAwake: () => awake !== null };
}
