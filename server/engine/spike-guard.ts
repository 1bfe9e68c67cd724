/** The watch for spikes as the guard runs it: it looks when the breaker's does, and waits for nothing of it nor it of this. */
import type { EventRepository } from '#db/repositories/events.ts';
import type { SpikeRepository } from '#db/repositories/spikes.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { type Clock, HOUR_MS } from '#domain/time.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { wallClock } from '../wall-clock.ts';
import { withCandidates } from './candidates.ts';
import type { OpenMarket } from './market-source.ts';
import type { MarketWatch } from './market-watch.ts';
import { createSpikeWatch, type SpikeWatch } from './spike-watch.ts';

export interface SpikeGuardDeps {
  readonly source: Pick<OpenMarket, 'market' | 'key' | 'candidates'>;
  readonly marketClock: Clock;
  readonly rows: {
    readonly events: Pick<EventRepository, 'append'>;
    readonly spikes: Pick<SpikeRepository, 'toldSince'>;
  };
  readonly metrics: Pick<Metrics, 'spikes' | 'spikePricesIgnored'>;
  readonly logger: Logger;
}

/** Tells the live pages and the cycles to come, by one event. A spike that cannot be stored is lost, and logged. */
export function openSpikeWatch({ source, marketClock, rows, metrics, logger }: SpikeGuardDeps): SpikeWatch {
  async function tell(notice: SpikeNotice): Promise<void> {
    metrics.spikes.inc({ kind: notice.kind });
    try {
      await rows.events.append({
        ...{ type: 'spike.told', runId: null, deskId: source.key },
        ...{ atMs: wallClock.nowMs(), payload: notice },
      });
    } catch (err) {
      logger.warn({ err, ...notice }, 'a spike could not be stored');
    }
  }

  return createSpikeWatch({
    ...{ market: source.market, nowMs: () => marketClock.nowMs(), logger },
    toldLately: () => rows.spikes.toldSince(wallClock.nowMs() - HOUR_MS),
    onSpike: (notice) => void tell(notice),
  });
}

/** Both watches over one market as one. What joins the desk's symbols for a while is watched for spikes alone. */
export function withSpikeWatch(
  breaker: MarketWatch,
  spikes: SpikeWatch,
  { source, metrics }: Pick<SpikeGuardDeps, 'source' | 'metrics'>,
): MarketWatch {
  return {
    ...breaker,
    async look(symbols) {
      void spikes.look(withCandidates(symbols, source.candidates));
      metrics.spikePricesIgnored.set(spikes.health().ignored);
      await breaker.look(symbols);
    },
    close() {
      spikes.close();
      breaker.close();
    },
  };
}
