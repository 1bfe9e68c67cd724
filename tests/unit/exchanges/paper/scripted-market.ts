import { type Candle, seriesOf } from '#domain/candle.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import type { FundingSettlement, MarketData } from '#exchanges/ports/market-data.ts';

export const START_MS = Date.UTC(2026, 0, 5);

export type Prices = readonly [open: number, high: number, low: number, close: number];

/** A market whose every minute is written by the test; its clock stands at the close of the last bar. */
export interface ScriptedMarket {
  readonly data: MarketData;
  readonly clock: Clock;
  /** How often candles were asked for. */
  readonly asked: { candles: number };
  /** One more minute for every symbol: those not named stand still at their last close. */
  minute(bars: Readonly<Record<MarketSymbol, Prices>>, volumeBase?: number): void;
  /** Moves the clock inside a bar, without a new one. */
  wait(ms: number): void;
  /** Funding at the current time. */
  fund(symbol: MarketSymbol, rateFraction: number): void;
  /** Hides bars that opened at or after an instant, as a source that is late; null shows all. */
  hideFrom(openAtMs: number | null): void;
}

export function createScriptedMarket(
  instruments: readonly Instrument[],
  first: { readonly close: number; readonly volumeBase: number },
): ScriptedMarket {
  const bars = new Map<MarketSymbol, Candle[]>();
  const settlements = new Map<MarketSymbol, FundingSettlement[]>();
  const asked = { candles: 0 };
  let nowMs = START_MS;
  let hiddenFromMs: number | null = null;
  for (const { symbol } of instruments)
    bars.set(symbol, [
      barOf(START_MS - MINUTE_MS, [first.close, first.close, first.close, first.close], first.volumeBase),
    ]);

  const data: MarketData = {
    source: { kind: 'generator', name: 'scripted', synthetic: true },
    finestTimeframe: '1m',
    fastTimeframe: '3m',
    spanMs: { from: START_MS, to: null },
    instruments: async () => instruments,
    snapshot: () => Promise.reject(new Error('the paper venue asks for no snapshot')),
    candles: async ({ symbol, timeframe, fromMs, toMs }) => {
      asked.candles += 1;
      const shown = (bars.get(symbol) ?? []).filter(
        (bar) =>
          bar.openAtMs >= fromMs &&
          bar.openAtMs + TIMEFRAME_MS[timeframe] <= toMs &&
          (hiddenFromMs === null || bar.openAtMs < hiddenFromMs),
      );
      return seriesOf(symbol, timeframe, shown);
    },
    fundingBetween: async (symbol, fromMs, toMs) =>
      (settlements.get(symbol) ?? []).filter(({ atMs }) => atMs > fromMs && atMs <= toMs),
    close: async () => {},
  };

  return {
    data,
    clock: { nowMs: () => nowMs },
    asked,
    minute(prices, volumeBase = first.volumeBase) {
      const openAtMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
      for (const [symbol, known] of bars) {
        const last = known[known.length - 1]!.close;
        known.push(barOf(openAtMs, prices[symbol] ?? [last, last, last, last], volumeBase));
      }
      nowMs = openAtMs + MINUTE_MS;
    },
    wait: (ms) => {
      nowMs += ms;
    },
    fund(symbol, rateFraction) {
      settlements.set(symbol, [...(settlements.get(symbol) ?? []), { atMs: nowMs, rateFraction }]);
    },
    hideFrom: (openAtMs) => {
      hiddenFromMs = openAtMs;
    },
  };
}

function barOf(openAtMs: number, [open, high, low, close]: Prices, volume: number): Candle {
  return { openAtMs, open, high, low, close, volume };
}
