/** The spikes a desk hears between two of its cycles, reckoned where a cycle asks and not at every bar. */
import type { CandleSeries } from '#domain/candle.ts';
import type { SpikeNotice } from '#domain/signal.ts';
import { type EpochMs, HOUR_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { type BarNotices, createBarNotices } from '#tools/columns/bar-notice.ts';
import { MOST_TOLD_PER_HOUR } from '#tools/spikes/told-spikes.ts';
import type { MemorySpikes } from '../memory-spikes.ts';

export interface ColumnSpikesOptions {
  /** For each symbol the timeframes that are watched, finest first. */
  readonly series: readonly (readonly CandleSeries[])[];
  readonly nowMs: () => EpochMs;
  readonly fromMs: EpochMs;
  readonly cycleEveryMs: number;
}

/** No bar is told twice, so what an earlier cycle took in takes nothing from this one. */
export function createColumnSpikes({
  series,
  nowMs,
  fromMs,
  cycleEveryMs,
}: ColumnSpikesOptions): MemorySpikes {
  const watched = series.map((own) =>
    own.map((one): WatchedSeries => ({ series: one, notices: createBarNotices(one) })),
  );

  function toldOf(own: readonly WatchedSeries[], afterMs: EpochMs, toMs: EpochMs): SpikeNotice[] {
    const heard = own.flatMap((one) => noticesBetween(one, afterMs, toMs));
    if (heard.length === 0) return [];
    const lately = own.flatMap((one) => noticesBetween(one, Math.max(fromMs, afterMs - HOUR_MS), afterMs));
    return heard.sort(inOrder).slice(0, Math.max(0, MOST_TOLD_PER_HOUR - lately.length));
  }

  return {
    tell() {},
    took() {},
    async sinceLastCycle() {
      const toMs = nowMs();
      // A cycle takes in what was told up to its own instant; the first one all since the beginning.
      const afterMs = Math.max(fromMs - 1, (Math.ceil(toMs / cycleEveryMs) - 1) * cycleEveryMs);
      return { notices: watched.flatMap((own) => toldOf(own, afterMs, toMs)).sort(inOrder), taken: [] };
    },
    contents: () => ({ untaken: [], taken: [] }),
  };
}

interface WatchedSeries {
  readonly series: CandleSeries;
  readonly notices: BarNotices;
}

/** Of the bars that closed in `(afterMs, toMs]`. */
function noticesBetween({ series, notices }: WatchedSeries, afterMs: EpochMs, toMs: EpochMs): SpikeNotice[] {
  const widthMs = TIMEFRAME_MS[series.timeframe];
  const beginsMs = series.openAtMs[0] ?? 0;
  const last = Math.min(series.length, Math.floor((toMs - beginsMs) / widthMs)) - 1;
  const first = Math.max(0, Math.floor((afterMs - beginsMs) / widthMs));
  const told: SpikeNotice[] = [];
  for (let i = first; i <= last; i++) {
    const notice = notices.at(i);
    if (notice !== null) told.push(notice);
  }
  return told;
}

/** As a watch tells them: by instant, and at one instant the finer bars first. */
function inOrder(left: SpikeNotice, right: SpikeNotice): number {
  return left.atMs - right.atMs || TIMEFRAME_MS[left.timeframe] - TIMEFRAME_MS[right.timeframe];
}
