/** The watch for spikes as the guard runs it: it looks when the breaker's does, and waits for nothing of it nor it of this. */
import type { SpikeNotice } from '#domain/signal.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { Container } from '../container.ts';
import { wallClock } from '../wall-clock.ts';
import { withCandidates } from './candidates.ts';
import type { MarketWatch } from './market-watch.ts';
import { createSpikeWatch, type SpikeWatch } from './spike-watch.ts';

type SpikeGuardDeps = Pick<Container, 'source' | 'marketClock' | 'rows' | 'metrics' | 'logger'>;

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
