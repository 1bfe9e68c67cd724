/**
 * Another market's candles with a crash laid over them: what they did goes on, and the crash is multiplied upon it. Before
 * the crash every answer is the other market's own. Coarser bars are built from the fallen finest ones, so that all agree.
 */
import { type BarColumns, blankColumns, type CandleSeries, sliceColumns } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSnapshot, SymbolMarket } from '#domain/market.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { barOpenAtMs, isoTime, TIMEFRAME_MS } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import type { CandleRequest, MarketData } from '#exchanges/ports/market-data.ts';
import type { Crash } from './crash.ts';
import { profileOf } from './profiles.ts';
import { type ScheduledCrash, scheduleCrash } from './scheduled-crash.ts';

/**
 * The crash is aimed like the generator's: the symbol ends on its price, whatever its candles do meanwhile.
 * @throws AppError `candle_data_missing` where the candles have no price at its beginning or its end
 */
export async function createFallenMarket(market: MarketData, ordered: ScheduledCrash): Promise<MarketData> {
  const { beta } = profileOf(ordered.symbol);
  const ownLog = await moveLog(market, ordered);
  const crash = scheduleCrash(ordered, {
    beta,
    moveWith: (tried) => ownLog + beta * tried.logAt(ordered.atMs + ordered.overMs),
  });
  const listed = await market.instruments();
  const ticks = new Map(listed.map(({ symbol, tickSizeQuote }) => [symbol, Number(tickSizeQuote)]));
  const finest = market.finestTimeframe;

  async function candles(request: CandleRequest): Promise<CandleSeries> {
    if (request.toMs <= crash.beginsAtMs) return market.candles(request);
    const fine = await market.candles({ ...request, timeframe: finest });
    const fallen = { ...fine, ...fallenColumns(fine, crash, ticks.get(request.symbol) ?? 0) };
    return buildTimeframe(fallen, request.timeframe);
  }

  async function fallenSymbol(known: SymbolMarket, asOfMs: number): Promise<SymbolMarket> {
    const series = new Map(known.series);
    for (const [timeframe, whole] of known.series) {
      const fromMs = barOpenAtMs(crash.beginsAtMs, timeframe);
      const kept = whole.openAtMs.findIndex((openAtMs) => openAtMs >= fromMs);
      if (kept < 0) continue;
      const tail = await candles({
        symbol: known.symbol,
        timeframe,
        fromMs: whole.openAtMs[kept] ?? fromMs,
        toMs: asOfMs,
      });
      series.set(timeframe, { ...whole, ...joined(sliceColumns(whole, 0, kept), tail) });
    }
    const widthMs = TIMEFRAME_MS[finest];
    const last = await candles({
      symbol: known.symbol,
      timeframe: finest,
      fromMs: asOfMs - 10 * widthMs,
      toMs: asOfMs,
    });
    const lastQuote = last.close.at(-1) ?? known.ticker.lastQuote;
    return { ...known, series, ticker: { ...known.ticker, lastQuote } };
  }

  return {
    ...market,
    source: { ...market.source, name: `${market.source.name} with a crash laid over it`, synthetic: true },
    get spanMs() {
      return market.spanMs;
    },
    candles,
    async snapshot(request): Promise<MarketSnapshot> {
      const known = await market.snapshot(request);
      if (request.asOfMs <= crash.beginsAtMs) return known;
      const markets = await Promise.all(
        [...known.markets].map(
          async ([symbol, one]) => [symbol, await fallenSymbol(one, request.asOfMs)] as const,
        ),
      );
      return { ...known, markets: new Map<MarketSymbol, SymbolMarket>(markets) };
    },
  };
}

async function moveLog(market: MarketData, { symbol, atMs, overMs }: ScheduledCrash): Promise<number> {
  const timeframe = market.finestTimeframe;
  const priceAt = async (toMs: number) => {
    const fromMs = toMs - 2 * TIMEFRAME_MS[timeframe];
    const price = (await market.candles({ symbol, timeframe, fromMs, toMs })).close.at(-1);
    if (price !== undefined) return price;
    throw new AppError(
      'candle_data_missing',
      `${market.source.name} has no bar of ${symbol} at ${isoTime(toMs)}`,
    );
  };
  return Math.log((await priceAt(atMs + overMs)) / (await priceAt(atMs)));
}

/** What stands for a dollar does not fall with the coins. */
const PEGGED: ReadonlySet<string> = new Set(['USDT', 'USDC', 'DAI', 'FDUSD', 'TUSD', 'BUSD']);

function fallenColumns(fine: CandleSeries, crash: Crash, tick: number): BarColumns {
  const beta = PEGGED.has(baseOf(fine.symbol)) ? 0 : profileOf(fine.symbol).beta;
  const widthMs = TIMEFRAME_MS[fine.timeframe];
  const factorAt = (atMs: number) => Math.exp(beta * crash.logAt(atMs));
  // Multiplied rather than divided by: a tick of 0.1 has no exact float, its ten have.
  const perTick = tick > 0 ? Math.round(1e8 / tick) / 1e8 : 0;
  const onTick = (price: number) =>
    perTick > 0 ? Math.max(1, Math.round(price * perTick)) / perTick : price;
  const columns = blankColumns(fine.length);
  for (let i = 0; i < fine.length; i++) {
    const openAtMs = fine.openAtMs[i] ?? 0;
    const before = factorAt(openAtMs);
    const after = factorAt(openAtMs + widthMs);
    // What the crash has not reached stays as it was told.
    const inBar = Math.sqrt(before * after);
    const move = inBar === 1 ? (price: number) => price : onTick;
    const open = move((fine.open[i] ?? Number.NaN) * before);
    const close = move((fine.close[i] ?? Number.NaN) * after);
    columns.openAtMs[i] = openAtMs;
    columns.open[i] = open;
    columns.close[i] = close;
    columns.high[i] = Math.max(open, close, move((fine.high[i] ?? Number.NaN) * inBar));
    columns.low[i] = Math.min(open, close, move((fine.low[i] ?? Number.NaN) * inBar));
    columns.volume[i] = (fine.volume[i] ?? Number.NaN) * crash.volumeAt(openAtMs);
  }
  return columns;
}

function joined(head: BarColumns, tail: BarColumns): BarColumns {
  const columns = blankColumns(head.length + tail.length);
  for (const name of ['openAtMs', 'open', 'high', 'low', 'close', 'volume'] as const) {
    columns[name].set(head[name].subarray(0, head.length), 0);
    columns[name].set(tail[name].subarray(0, tail.length), head.length);
  }
  return columns;
}
