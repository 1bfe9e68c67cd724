import type { CandleSeries } from '#domain/candle.ts';

/** Decoded candle files, the least recently used dropped first. Two that ask for the same file share one reading. */
export interface FileCache {
  open(name: string): Promise<CandleSeries>;
}

/** `maxBars` bounds what is kept: a bar is six doubles, so a million bars take 48 MB. */
export function createFileCache(read: (name: string) => Promise<CandleSeries>, maxBars: number): FileCache {
  const opened = new Map<string, { readonly series: Promise<CandleSeries>; bars: number }>();

  function dropOldest(): void {
    let bars = 0;
    for (const file of opened.values()) bars += file.bars;
    for (const [name, file] of opened) {
      if (bars <= maxBars || opened.size === 1) return;
      opened.delete(name);
      bars -= file.bars;
    }
  }

  return {
    async open(name) {
      const known = opened.get(name);
      if (known) {
        opened.delete(name);
        opened.set(name, known);
        return known.series;
      }
      const file = { series: read(name), bars: 0 };
      opened.set(name, file);
      try {
        const series = await file.series;
        file.bars = series.length;
        dropOldest();
        return series;
      } catch (error) {
        opened.delete(name);
        throw error;
      }
    },
  };
}
