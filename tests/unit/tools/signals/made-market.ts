import type { CandleSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import type { Timeframe } from '#domain/time.ts';
import { computeIndicatorFrame, type IndicatorFrame } from '#tools/indicators/indicator-frame.ts';

export function marketOf(...series: readonly [CandleSeries, ...CandleSeries[]]): SymbolMarket {
  const [first] = series;
  return {
    symbol: first.symbol,
    instrument: {
      symbol: first.symbol,
      tickSizeQuote: '0.1',
      quantityStepBase: '0.001',
      minQuantityBase: '0.001',
      maxQuantityBase: '1000',
      minNotionalQuote: '5',
      maxLeverage: 50,
      maintenanceMarginFraction: 0.005,
      takerFeeFraction: 0.0005,
      makerFeeFraction: 0.0002,
    },
    series: new Map(series.map((one) => [one.timeframe, one])),
    ticker: { lastQuote: first.close.at(-1) ?? 1, atMs: 0, quoteVolume24h: null },
    funding: null,
    openInterestQuote: null,
  };
}

export function framesOf(market: SymbolMarket): ReadonlyMap<Timeframe, IndicatorFrame> {
  return new Map(
    [...market.series].map(([timeframe, series]) => [timeframe, computeIndicatorFrame(series)] as const),
  );
}
