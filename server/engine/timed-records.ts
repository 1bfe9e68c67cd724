import type { CycleRecord } from '#domain/run.ts';
import type { Clock } from '#domain/time.ts';
import type { RecordStore } from '#graphs/deps.ts';
import type { MarketClock } from './market-clock.ts';

/** Says on each record where the market stood when its run ended, so that its trace can be laid on the market's time. */
export function timedRecords(
  records: RecordStore,
  clocks: { readonly market: Pick<MarketClock, 'nowMs' | 'speed'>; readonly wall: Clock },
): RecordStore {
  return { save: (record) => records.save({ ...record, ...marketEnd(record, clocks) }) };
}

/** What is decided again is decided on a market that stands still. */
function marketEnd(
  { kind, market, finishedAtMs }: CycleRecord,
  clocks: Parameters<typeof timedRecords>[1],
): Pick<CycleRecord, 'marketFinishedAtMs'> {
  if (market === null || kind === 'fork' || kind === 'shadow') return {};
  const sinceMs = (clocks.wall.nowMs() - finishedAtMs) * clocks.market.speed;
  return { marketFinishedAtMs: Math.max(market.asOfMs, Math.round(clocks.market.nowMs() - sinceMs)) };
}
