/** How much sooner ticks tell a move than the close of their bar, and how many of those the close takes back. */
import type { BarColumns } from '#domain/candle.ts';
import { SpikeDetector, type SpikeSignal } from '#tools/spikes/spike-detector.ts';

export interface TickLead {
  /** Moves told on ticks, at most one a bar and direction. */
  readonly told: number;
  /** Of them those whose bar also closed beyond the threshold. */
  readonly stood: number;
  /** From the signal to the close of the bar, of those that stood. */
  readonly leadsMs: readonly number[];
}

/** Takes each fine bar's close and volume for a tick at its end, of bars of `coarseMs`. */
export function tickLead(fine: BarColumns, fineMs: number, coarseMs: number): TickLead {
  const onTicks = new Map<string, SpikeSignal>();
  const atCloses = new Set<string>();
  const keyOf = ({ barOpenAtMs, direction }: SpikeSignal) => `${barOpenAtMs} ${direction}`;
  const isMove = ({ kind }: SpikeSignal) => kind !== 'volume';
  const of = { symbol: '', interval: '', intervalMs: coarseMs };
  const ticks = new SpikeDetector(of, (signal) => {
    const isFirst = isMove(signal) && !onTicks.has(keyOf(signal));
    if (isFirst) onTicks.set(keyOf(signal), signal);
  });
  const closes = new SpikeDetector(of, (signal) => {
    if (isMove(signal)) atCloses.add(keyOf(signal));
  });
  let volume = 0;
  for (let i = 0; i < fine.length; i++) {
    const openAtMs = fine.openAtMs[i]!;
    const barAtMs = openAtMs - (openAtMs % coarseMs);
    ticks.tick(openAtMs + fineMs - 1, fine.close[i]!, fine.volume[i]!);
    volume += fine.volume[i]!;
    if (i + 1 < fine.length && fine.openAtMs[i + 1]! < barAtMs + coarseMs) continue;
    closes.bar(barAtMs, fine.close[i]!, fine.close[i]!, volume);
    volume = 0;
  }
  const stood = [...onTicks.values()].filter((signal) => atCloses.has(keyOf(signal)));
  return {
    told: onTicks.size,
    stood: stood.length,
    leadsMs: stood.map(({ atMs, barOpenAtMs }) => barOpenAtMs + coarseMs - 1 - atMs),
  };
}
