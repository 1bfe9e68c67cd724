/** What buying a desk's symbols and waiting would have come to over the span of its equity curve. */
import type { DecimalText } from '#domain/decimal.ts';
import type { HoldComparison } from '#domain/performance.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { canBuildFrom, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { type CycleSettings, DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { buyAndHold } from '#tools/performance/buy-and-hold.ts';
import type { SymbolHistory } from '#tools/performance/reckon-trades.ts';

export type HoldMarket = Pick<MarketData, 'instruments' | 'candles' | 'fundingBetween' | 'finestTimeframe'>;

export interface HoldQuestion {
  readonly symbols: readonly MarketSymbol[];
  readonly span: TimeSpan;
  readonly equityQuote: DecimalText;
  /** As wide as a page's question can bear unless told: the span shrinks to whole bars. */
  readonly timeframe?: Timeframe;
}

export type HoldAnswer =
  | { readonly buyAndHold: HoldComparison; readonly buyAndHoldReason: null }
  | { readonly buyAndHold: null; readonly buyAndHoldReason: string };

/** Bars of a page's question are few: a venue tells a thousand at once. */
const MOST_BARS = 1_000;
const COARSER = ['15m', '1h', '4h', '1d'] as const;

/** Begins at the first bar that opens in the span. @throws AppError what the market throws, such as `venue_unavailable` */
export async function holdComparison(
  market: HoldMarket,
  question: HoldQuestion,
  costs: CycleSettings['assumedCosts'] = DEFAULT_SETTINGS.assumedCosts,
): Promise<HoldAnswer> {
  const { symbols, span, equityQuote, timeframe = bearable(market.finestTimeframe, span) } = question;
  const barMs = TIMEFRAME_MS[timeframe];
  const fromMs = Math.ceil(span.fromMs / barMs) * barMs;
  const { toMs } = span;
  if (toMs - fromMs < barMs)
    return nothing(`the curve has not reached over a whole ${timeframe} candle of the market yet`);
  const histories = new Map<MarketSymbol, SymbolHistory>();
  for (const instrument of await market.instruments()) {
    const { symbol } = instrument;
    if (!symbols.includes(symbol)) continue;
    const series = await market.candles({ symbol, timeframe, fromMs, toMs });
    if (series.length === 0) continue;
    const fundings = await market.fundingBetween(symbol, fromMs, toMs);
    histories.set(symbol, { series, fundings, instrument });
  }
  const lookAtMs = Array.from(
    { length: Math.floor((toMs - fromMs) / barMs) },
    (_, bar) => fromMs + bar * barMs,
  );
  const held = buyAndHold(equityQuote, { fromMs, toMs, lookAtMs }, { histories, costs });
  if (held === null) return nothing('the market has no candles over the span of the curve');
  return {
    buyAndHold: { ...held, symbols: [...held.symbols], fromMs, toMs },
    buyAndHoldReason: null,
  };
}

function bearable(finest: Timeframe, { fromMs, toMs }: TimeSpan): Timeframe {
  const buildable = COARSER.filter((one) => canBuildFrom(finest, one));
  return buildable.find((one) => (toMs - fromMs) / TIMEFRAME_MS[one] <= MOST_BARS) ?? '1d';
}

function nothing(buyAndHoldReason: string): HoldAnswer {
  return { buyAndHold: null, buyAndHoldReason };
}
