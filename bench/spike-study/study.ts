/** Runs the detector's arithmetic over recorded series and holds it against the labels. */

import type { BarColumns } from '#domain/candle.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { type ScanSeries, scanBars } from '#server/cli/candle-scan.ts';
import { BarMeter } from '#tools/spikes/bar-meter.ts';
import { LABEL_RULE, labelPrices, labelVolumes } from './label-spikes.ts';
import { type Rates, STEP_SIGMAS, Tally } from './tally.ts';
import { type TickLead, tickLead } from './tick-lead.ts';

export const BASELINES = [60, 120, 240, 480] as const;
/** Thresholds are chosen on bars before this instant and reported on those from it on. */
export const SPLIT_AT_MS = Date.UTC(2024, 0, 1);
/** The tuning part must find so many, to leave room for a worse part. */
const TUNED_TRUE_POSITIVE_RATE = 0.9;

export type Part = 'tune' | 'report';
export type Kind = 'price' | 'volume';

export interface Study {
  tally(kind: Kind, baselineBars: number, part: Part, interval: string): Tally;
  readonly intervals: readonly string[];
  readonly seriesCount: number;
  /** By what stands for ticks of what. */
  readonly leads: ReadonlyMap<string, TickLead>;
}

/** Finer candles that stand for ticks, and the bars they make. */
const TICKS_OF: ReadonlyMap<string, { readonly interval: string; readonly coarseMs: number }> = new Map([
  ['1s', { interval: '1m', coarseMs: MINUTE_MS }],
  ['1m', { interval: '15m', coarseMs: 15 * MINUTE_MS }],
]);

/** The tally of all intervals together. */
export const ALL = 'all';

export async function studySpikes(
  series: readonly ScanSeries[],
  onSeries: (done: number) => void,
): Promise<Study> {
  const tallies = new Map<string, Tally>();
  function tally(kind: Kind, baselineBars: number, part: Part, interval: string): Tally {
    const key = `${kind} ${baselineBars} ${part} ${interval}`;
    const known = tallies.get(key) ?? new Tally();
    tallies.set(key, known);
    return known;
  }
  const leads = new Map<string, TickLead>();
  for (const [index, one] of series.entries()) {
    const bars = await wholeSeries(one);
    const made = TICKS_OF.get(one.interval);
    if (made !== undefined) {
      const name = `${one.interval} closes as ticks of ${made.interval} bars`;
      const { told, stood, leadsMs } = tickLead(bars, one.intervalMs, made.coarseMs);
      const before = leads.get(name) ?? { told: 0, stood: 0, leadsMs: [] };
      leads.set(name, {
        ...{ told: before.told + told, stood: before.stood + stood },
        leadsMs: [...before.leadsMs, ...leadsMs],
      });
    }
    const prices = labelPrices(bars, one.intervalMs);
    const volumes = labelVolumes(bars, one.intervalMs);
    for (const baselineBars of BASELINES) {
      const meter = new BarMeter(one.intervalMs, { baselineBars });
      for (let i = 0; i < bars.length; i++) {
        const atMs = bars.openAtMs[i]!;
        const priceSigmas = meter.priceSigmas(atMs, bars.close[i]!);
        const volumeSigmas = Math.max(0, meter.volumeSigmas(atMs, bars.volume[i]!));
        meter.close(atMs, bars.close[i]!, bars.volume[i]!);
        const part = atMs < SPLIT_AT_MS ? 'tune' : 'report';
        for (const interval of [ALL, one.interval]) {
          tally('price', baselineBars, part, interval).add(prices, i, priceSigmas, LABEL_RULE.priceSigmas);
          tally('volume', baselineBars, part, interval).add(
            volumes,
            i,
            volumeSigmas,
            LABEL_RULE.volumeSigmas,
          );
        }
      }
    }
    onSeries(index + 1);
  }
  const intervals = [...new Map(series.map((one) => [one.interval, one.intervalMs]))];
  return {
    tally,
    intervals: intervals.sort(([, left], [, right]) => left - right).map(([interval]) => interval),
    seriesCount: series.length,
    leads,
  };
}

/** On the tuning part: the highest threshold of each baseline that still finds nine of ten labelled spikes. */
export function tunedRates(study: Study, kind: Kind): readonly { baselineBars: number; rates: Rates }[] {
  return BASELINES.map((baselineBars) => {
    const tally = study.tally(kind, baselineBars, 'tune', ALL);
    let rates = tally.at(STEP_SIGMAS);
    for (let threshold = STEP_SIGMAS; threshold < 15; threshold += STEP_SIGMAS) {
      const next = tally.at(threshold);
      if (next.truePositiveRate >= TUNED_TRUE_POSITIVE_RATE) rates = next;
    }
    return { baselineBars, rates };
  });
}

async function wholeSeries(series: ScanSeries): Promise<BarColumns> {
  const pieces: BarColumns[] = [];
  for await (const bars of scanBars(series, { fromMs: null, toMs: null }, () => {})) pieces.push(bars);
  const column = (name: 'openAtMs' | 'open' | 'high' | 'low' | 'close' | 'volume') => {
    const whole = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece[name], at);
      at += piece.length;
    }
    return whole;
  };
  const openAtMs = column('openAtMs');
  return {
    length: openAtMs.length,
    openAtMs,
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}
