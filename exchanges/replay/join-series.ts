import type { CandleSeries } from '#domain/candle.ts';

/**
 * One series out of several of the same symbol and timeframe, given by their first bar. Where files overlap the
 * earlier file's bars stand. A single series comes back as it is.
 */
export function joinSeries(parts: readonly CandleSeries[]): CandleSeries {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const starts: number[] = [];
  let length = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    const start = firstOpenAfter(part, lastAtMs);
    starts.push(start);
    length += part.length - start;
    if (part.length > start) lastAtMs = part.openAtMs[part.length - 1]!;
  }
  const column = (name: 'openAtMs' | 'open' | 'high' | 'low' | 'close' | 'volume') => {
    const joined = new Float64Array(length);
    let at = 0;
    for (const [index, part] of parts.entries()) {
      const piece = part[name].subarray(starts[index]!);
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  };
  return {
    symbol: first.symbol,
    timeframe: first.timeframe,
    length,
    openAtMs: column('openAtMs'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

/** Index of the first bar that opens after `atMs`; the length where there is none. O(log n). */
export function firstOpenAfter(series: Pick<CandleSeries, 'openAtMs' | 'length'>, atMs: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series.openAtMs[middle]! > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
