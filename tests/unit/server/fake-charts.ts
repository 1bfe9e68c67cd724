/** A market of one symbol whose price rises by one each minute, for tests of the HTTP border. */
import { type CandleSeries, seriesOf } from '#domain/candle.ts';
import { TIMEFRAME_MS } from '#domain/time.ts';
import type { CandleRequest, MarketData } from '#exchanges/ports/market-data.ts';
import type { ApiDeps } from '#server/api-deps.ts';
import { createCharts } from '#server/charts/chart-bars.ts';

/** Bars of every timeframe, as far as they have closed; those that open at one of `holes` are missing. */
export function risingMarket(holes: readonly number[] = []) {
  const asked: CandleRequest[] = [];
  const candles = async (request: CandleRequest): Promise<CandleSeries> => {
    asked.push(request);
    const { symbol, timeframe, fromMs, toMs } = request;
    const widthMs = TIMEFRAME_MS[timeframe];
    const count = Math.max(0, Math.floor((toMs - fromMs) / widthMs));
    const opens = Array.from({ length: count }, (_, bar) => fromMs + bar * widthMs);
    const rows = opens
      .filter((openAtMs) => !holes.includes(openAtMs))
      .map((openAtMs) => {
        const open = 1 + openAtMs / 60_000;
        const close = open + widthMs / 60_000;
        return { openAtMs, open, high: close, low: open, close, volume: widthMs / 60_000 };
      });
    return seriesOf(symbol, timeframe, rows);
  };
  return { candles, asked };
}

export function fakeCharts(nowMs: () => number, holes: readonly number[] = []) {
  const { candles, asked } = risingMarket(holes);
  const market = {
    source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
    finestTimeframe: '3m',
    instruments: async () => [],
    candles,
  } as unknown as MarketData;
  return { charts: createCharts({ market, marketClock: { nowMs }, barsPerSeries: 150 }), asked };
}

export function fakeSignals(
  note: (name: string, input: unknown) => void,
): Pick<ApiDeps, 'signals' | 'boards'> {
  return {
    signals: {
      async list(filter) {
        note('signals.list', filter);
        return { items: [], nextCursor: null };
      },
    },
    boards: { board: async () => null },
  };
}
