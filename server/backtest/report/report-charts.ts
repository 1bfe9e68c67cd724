/** The pictures of a report: equity beside holding, its falls, and every trade on the price it was made at. */
import type { Trade } from '#domain/account.ts';
import type { BacktestResult } from '#domain/backtest.ts';
import type { CandleSeries } from '#domain/candle.ts';
import { percentText } from '#domain/percent.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { canBuildFrom, TIMEFRAME_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { type ChartMark, lineChart } from './line-chart.ts';
import { escaped, minuteText } from './markup.ts';

const MOST_BARS = 1_000;
const MOST_POINTS = 2_000;
const COARSER = ['5m', '15m', '1h', '4h', '1d'] as const;

export type Point = readonly [atMs: number, value: number];
export type PriceLines = ReadonlyMap<MarketSymbol, readonly Point[]>;

/** Closes of bars as coarse as a screen can show. */
export async function priceLines(
  market: MarketData,
  symbols: readonly MarketSymbol[],
  { fromMs, toMs }: TimeSpan,
): Promise<PriceLines> {
  const buildable = COARSER.filter((one) => canBuildFrom(market.finestTimeframe, one));
  const timeframe =
    buildable.find((one) => (toMs - fromMs) / TIMEFRAME_MS[one] <= MOST_BARS) ??
    buildable.at(-1) ??
    market.finestTimeframe;
  const lines = new Map<MarketSymbol, readonly Point[]>();
  for (const symbol of symbols)
    lines.set(symbol, closesOf(await market.candles({ symbol, timeframe, fromMs, toMs })));
  return lines;
}

/** From the first open on, so that what is held is held from the beginning. */
function closesOf({ length, openAtMs, open, close, timeframe }: CandleSeries): Point[] {
  return Array.from({ length: length === 0 ? 0 : length + 1 }, (_, i) =>
    i === 0
      ? [openAtMs[0] ?? 0, open[0] ?? Number.NaN]
      : [(openAtMs[i - 1] ?? 0) + TIMEFRAME_MS[timeframe], close[i - 1] ?? Number.NaN],
  );
}

export function equityCharts({ equity }: BacktestResult, prices: PriceLines): string {
  const start = equity[0]?.[1] ?? 0;
  let peak = start;
  const falls = equity.map(([atMs, quote]): Point => {
    peak = Math.max(peak, quote);
    return [atMs, peak > 0 ? quote / peak - 1 : 0];
  });
  const worth = lineChart({
    words: 'equity over time, beside holding the symbols in equal parts',
    lines: [
      { name: 'equity', className: 'equity', points: thinned(equity) },
      { name: 'holding in equal parts, prices alone', className: 'hold', points: holdLine(start, prices) },
    ],
    valueText: (quote) => quote.toFixed(0),
  });
  const fall = lineChart({
    words: 'how far equity lay below its best',
    lines: [{ name: 'fall', className: 'fall', points: thinned(falls), isArea: true }],
    valueText: percentText,
  });
  return `<h2>Equity</h2>${worth}<h2>Fall from the best</h2>${fall}`;
}

/** A mean of the prices, each measured from its first. */
export function holdLine(start: number, prices: PriceLines): Point[] {
  const [first = [], ...others] = [...prices.values()];
  return first.map(([atMs], i) => {
    const growths = [first, ...others].map((line) => (line[i]?.[1] ?? 0) / (line[0]?.[1] ?? 1));
    return [atMs, (start * growths.reduce((sum, one) => sum + one, 0)) / growths.length];
  });
}

export function tradeCharts(trades: readonly Trade[], prices: PriceLines): string {
  const charts = [...prices].map(([symbol, points]) => {
    const own = trades.filter((trade) => trade.symbol === symbol);
    const chart = lineChart({
      words: `the price of ${symbol} with ${own.length} trades on it`,
      lines: [{ name: 'price', className: 'price', points }],
      marks: own.flatMap(marksOf),
      valueText: (price) => String(Number(price.toPrecision(5))),
    });
    return `<h2>${escaped(symbol)}: ${own.length} trades</h2>${chart}`;
  });
  const key =
    'A triangle is where a position was opened, up for long and down for short; a diamond where it was closed.';
  return `${charts.join('\n')}<p class="note">${key}</p>`;
}

function marksOf(trade: Trade): ChartMark[] {
  const { side, openedAtMs, closedAtMs, entryPriceQuote, exitPriceQuote, exitReason, netQuote } = trade;
  const shape = side === 'long' ? 'up' : 'down';
  return [
    {
      ...{ atMs: openedAtMs, value: Number(entryPriceQuote), shape, className: shape },
      words: `${side} at ${entryPriceQuote}, ${minuteText(openedAtMs)}`,
    },
    {
      ...{ atMs: closedAtMs, value: Number(exitPriceQuote), shape: 'end', className: 'end' },
      words: `${side} closed by its ${exitReason} at ${exitPriceQuote}, ${minuteText(closedAtMs)}, net ${netQuote}`,
    },
  ];
}

/** Of each of the equal parts the lowest point and the last. */
function thinned(points: readonly Point[]): readonly Point[] {
  const part = Math.ceil((2 * points.length) / MOST_POINTS);
  if (part < 2) return points;
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += part) {
    const own = points.slice(from, from + part);
    const lowest = own.reduce((low, point) => (point[1] < low[1] ? point : low));
    const last = own.at(-1) ?? lowest;
    kept.push(...(lowest === last ? [last] : [lowest, last]));
  }
  return kept;
}
