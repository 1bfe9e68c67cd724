/** The candles after the decisions: a venue's out of the table where it has them, else out of the market itself. */
import type { CandleRepository } from '#db/repositories/candles.ts';
import type { CandleSeries } from '#domain/candle.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { SymbolHistory } from '#tools/performance/reckon-trades.ts';

export interface HistorySources {
  readonly market: MarketData;
  /** Absent where the market is no venue. */
  readonly stored?: {
    readonly venue: string;
    readonly candles: Pick<CandleRepository, 'coverage' | 'between'>;
  };
}

export interface Histories {
  readonly histories: ReadonlyMap<MarketSymbol, SymbolHistory>;
  /** Symbols the market does not offer any more. */
  readonly missing: readonly MarketSymbol[];
}

/** @throws AppError what the market throws, such as `venue_unavailable` */
export async function loadHistories(
  symbols: readonly MarketSymbol[],
  span: TimeSpan,
  sources: HistorySources,
  onLoaded: (symbol: MarketSymbol, loaded: number) => void,
): Promise<Histories> {
  const offered = new Map((await sources.market.instruments()).map((one) => [one.symbol, one]));
  const histories = new Map<MarketSymbol, SymbolHistory>();
  for (const [index, symbol] of symbols.entries()) {
    const instrument = offered.get(symbol);
    if (instrument !== undefined) histories.set(symbol, await historyOf(instrument, span, sources));
    onLoaded(symbol, index + 1);
  }
  return { histories, missing: symbols.filter((symbol) => !offered.has(symbol)) };
}

async function historyOf(
  instrument: Instrument,
  span: TimeSpan,
  { market, stored }: HistorySources,
): Promise<SymbolHistory> {
  const { symbol } = instrument;
  const { fromMs, toMs } = span;
  const timeframe = market.finestTimeframe;
  const own = async (): Promise<CandleSeries> => market.candles({ symbol, timeframe, fromMs, toMs });
  const fundings = await market.fundingBetween(symbol, fromMs, toMs);
  if (stored === undefined) return { series: await own(), fundings, instrument };
  const key = { venue: stored.venue, symbol, timeframe };
  const { read } = await stored.candles.coverage(key, span);
  const isWhole = read.some((part) => part.fromMs <= fromMs && part.toMs >= toMs);
  return { series: isWhole ? await stored.candles.between(key, span) : await own(), fundings, instrument };
}
