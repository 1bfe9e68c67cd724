/** What the server keeps of a finished backtest: the document of `--json`, what a page shows beside it, and its prices. */
import type { BacktestReport } from '#domain/backtest.ts';
import type { CandleSeries } from '#domain/candle.ts';
import type { ChartBars } from '#domain/chart-bars.ts';
import type { MarketSource } from '#domain/market.ts';
import { canBuildFrom, type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { equityFigures } from '#tools/performance/equity-figures.ts';
import { tradeFigures } from '#tools/performance/trade-figures.ts';
import type { ReckonedBacktest } from './backtest-result.ts';
import { holdLine, type PriceLines } from './report/report-charts.ts';
import { type ReportParts, settingsOf } from './report/report-page.ts';

/** As many as a chart reads smoothly. */
const MOST_BARS = 1_000;
const COARSER = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '1d'] as const;

export async function wholeReport(
  reckoned: ReckonedBacktest,
  parts: ReportParts,
): Promise<{ readonly report: BacktestReport; readonly bars: readonly ChartBars[] }> {
  const { result, sharpe, sortino, hold, restraint } = reckoned;
  const { state, span, opened, desk } = parts;
  const asOfMs = state.doneToMs ?? span.fromMs;
  const bars = await chartBars(opened.market, result.symbols, { fromMs: span.fromMs, toMs: asOfMs });
  const points = result.equity.map(([atMs, quote]) => ({ atMs, equityQuote: String(quote) }));
  const trades = result.perTrade;
  return {
    bars,
    report: {
      result,
      performance: {
        ...{ deskId: 'backtest', fromMs: span.fromMs, toMs: asOfMs, isWhole: true, sharpe, sortino },
        ...{ trades: tradeFigures(trades), equity: equityFigures(points), ...hold },
      },
      holdCurve: holdLine(result.equity[0]?.[1] ?? 0, closesOf(bars)).map(([atMs, quote]) => [atMs, quote]),
      months: [...reckoned.months],
      openPositions: [...(desk.books.books()?.positions ?? [])],
      cycles: { ...state.outcomes },
      ...{ restraint, failure: state.failure },
      settings: Object.entries(await settingsOf(reckoned, parts)).map(([name, value]) => ({ name, value })),
    },
  };
}

async function chartBars(
  market: MarketData,
  symbols: readonly string[],
  span: TimeSpan,
): Promise<ChartBars[]> {
  const buildable = COARSER.filter((one) => canBuildFrom(market.finestTimeframe, one));
  const timeframe =
    buildable.find((one) => (span.toMs - span.fromMs) / TIMEFRAME_MS[one] <= MOST_BARS) ?? '1d';
  const bars: ChartBars[] = [];
  for (const symbol of symbols)
    bars.push(barsOf(await market.candles({ symbol, timeframe, ...span }), market.source, span.toMs));
  return bars;
}

function barsOf(series: CandleSeries, source: MarketSource, asOfMs: EpochMs): ChartBars {
  const { symbol, timeframe, openAtMs, open, high, low, close, volume } = series;
  const [opens, highs, lows, closes, volumes] = [open, high, low, close, volume].map((column) => [...column]);
  return {
    ...{ symbol, timeframe, source, asOfMs, openAtMs: [...openAtMs] },
    ...{ open: opens ?? [], high: highs ?? [], low: lows ?? [], close: closes ?? [], volume: volumes ?? [] },
    ...{ indicators: {}, gaps: [], forming: null, olderTo: null },
  };
}

/** From the first open on, so that what is held is held from the beginning. */
function closesOf(bars: readonly ChartBars[]): PriceLines {
  return new Map(
    bars.map(({ symbol, timeframe, openAtMs, open, close }) => {
      const closes = openAtMs.map(
        (atMs, i) => [atMs + TIMEFRAME_MS[timeframe], close[i] ?? Number.NaN] as const,
      );
      const first = openAtMs.slice(0, 1).map((atMs) => [atMs, open[0] ?? Number.NaN] as const);
      return [symbol, [...first, ...closes]];
    }),
  );
}
