/** Freezes the market of a trip: its candles under the trip's name, and what they came to in the desk's event. */
import type { EpochMs } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { BreakerEvent, SnapshotStore, TradingStateStore } from '#graphs/deps.ts';
import { tripMarkets } from '#tools/breaker/trip-markets.ts';
import { within } from './within.ts';

export interface TripSnapshots {
  /** Once for each trip, whoever asks and how often. @throws AppError when the market cannot be read */
  keep(desk: Pick<BreakerEvent, 'deskId' | 'symbols'>, halt: TradingState): Promise<void>;
}

const FREEZE_WITHIN_MS = 5_000;

export function createTripSnapshots(options: {
  readonly market: Pick<MarketData, 'snapshot'>;
  readonly snapshots: Pick<SnapshotStore, 'save'>;
  readonly isKept: (snapshotId: string) => Promise<boolean>;
  readonly tradingState: Pick<TradingStateStore, 'breakerEvent'>;
  readonly barsPerSeries: number;
  /** Market time. */
  readonly nowMs: () => EpochMs;
}): TripSnapshots {
  const { market, snapshots, isKept, tradingState, barsPerSeries, nowMs } = options;
  const begun = new Set<string>();
  return {
    async keep({ deskId, symbols }, { sinceMs }) {
      const snapshotId = `trip-${deskId}-${sinceMs}`;
      if (begun.has(snapshotId)) return;
      begun.add(snapshotId);
      if (await isKept(snapshotId)) return;
      const asOfMs = nowMs();
      const reading = market.snapshot({ symbols: [...symbols], asOfMs, barsPerSeries, snapshotId });
      const snapshot = await within(FREEZE_WITHIN_MS, 'the market', reading);
      await snapshots.save(snapshot);
      const detail = `${snapshot.markets.size} of ${symbols.length} symbols, ${snapshotId}`;
      await tradingState.breakerEvent({
        ...{ deskId, runId: null, level: 'tripped', reasons: [], symbols, atMs: asOfMs },
        actions: [{ name: 'market frozen', atMs: asOfMs, detail }],
        snapshotId,
        market: tripMarkets(snapshot),
      });
    },
  };
}
