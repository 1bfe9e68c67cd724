/** Snapshots whose fast bars fall as a test says. */
import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import { HOUR_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { MONDAY_MS, seriesFromCloses } from '#tests/unit/tools/indicators/made-series.ts';
import { marketOf } from '#tests/unit/tools/signals/made-market.ts';

export const AS_OF_MS = MONDAY_MS + 12 * HOUR_MS;

interface Crash {
  /** Share of the high that is gone at the last close. */
  readonly fall: number;
  /** How long ago the high bar closed. */
  readonly agoMs: number;
}

/** Bars without wicks at 100 that end at `AS_OF_MS`; from the high on they stand at what the fall leaves. */
export function crashed(symbol: string, { fall, agoMs }: Crash, timeframe: Timeframe = '3m'): CandleSeries {
  const widthMs = TIMEFRAME_MS[timeframe];
  const length = (8 * HOUR_MS) / widthMs;
  const openAtMs = AS_OF_MS - length * widthMs;
  const closes = Array.from({ length }, (_, i) => {
    const closedAtMs = openAtMs + (i + 1) * widthMs;
    return closedAtMs <= AS_OF_MS - agoMs ? 100 : 100 * (1 - fall);
  });
  return seriesFromCloses(closes, { symbol, timeframe, openAtMs }, (bar) => ({
    ...bar,
    open: bar.close,
    high: bar.close,
    low: bar.close,
  }));
}

export function snapshotOf(...series: readonly CandleSeries[]): MarketSnapshot {
  return {
    snapshotId: 'snap-1',
    source: { kind: 'generator', name: 'made by hand', synthetic: true },
    asOfMs: AS_OF_MS,
    fastTimeframe: '3m',
    timeframes: ['3m'],
    markets: new Map(series.map((one) => [one.symbol, marketOf(one)])),
    faults: [],
  };
}
