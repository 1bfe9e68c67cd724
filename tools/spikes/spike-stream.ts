import type { MarketSymbol } from '#domain/symbol.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { SpikeDetector, type SpikeSignal } from './spike-detector.ts';
import { type SpikeThresholds, STREAM_THRESHOLDS } from './spike-options.ts';

/** The spikes of a universe on several timeframes at once; symbols do not touch each other. */
export interface SpikeStream {
  /** Hands a tick to each timeframe of its symbol; one of a symbol that is not watched goes by. */
  tick(symbol: MarketSymbol, atMs: number, priceQuote: number, volumeBase: number, sequence?: number): void;
  /** The detector that takes the closed bars; null where none is watched. */
  detector(symbol: MarketSymbol, timeframe: Timeframe): SpikeDetector | null;
  /** Begins with a symbol, knowing nothing of it. One that is watched stays as it is. */
  watch(symbol: MarketSymbol): void;
  /** Lets go of a symbol and of all that was known of it. */
  forget(symbol: MarketSymbol): void;
}

/** @throws RangeError as `SpikeDetector` */
export function createSpikeStream(
  watched: { readonly symbols: readonly MarketSymbol[]; readonly timeframes: readonly Timeframe[] },
  onSpike: (signal: SpikeSignal) => void,
  thresholds: SpikeThresholds = STREAM_THRESHOLDS,
): SpikeStream {
  const { timeframes } = watched;
  const bySymbol = new Map<string, readonly SpikeDetector[]>();
  const detectorOf = (symbol: MarketSymbol, interval: Timeframe) =>
    new SpikeDetector({ symbol, interval, intervalMs: TIMEFRAME_MS[interval] }, onSpike, thresholds);

  function watch(symbol: MarketSymbol): void {
    if (bySymbol.has(symbol)) return;
    const detectors = timeframes.map((timeframe) => detectorOf(symbol, timeframe));
    bySymbol.set(symbol, detectors);
  }
  for (const symbol of watched.symbols) watch(symbol);

  return {
    tick(symbol, atMs, priceQuote, volumeBase, sequence) {
      const detectors = bySymbol.get(symbol);
      if (detectors === undefined) return;
      for (let i = 0; i < detectors.length; i++) detectors[i]!.tick(atMs, priceQuote, volumeBase, sequence);
    },
    detector: (symbol, timeframe) => bySymbol.get(symbol)?.[timeframes.indexOf(timeframe)] ?? null,
    watch,
    forget: (symbol) => void bySymbol.delete(symbol),
  };
}
