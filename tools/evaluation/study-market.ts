/** The candles of one symbol that strategies are judged on: stretches without a hole that matters, with what holding paid. */
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { fundingColumns } from '#tools/qtable/training-series.ts';
import type { FundingColumns } from '#tools/strategies/walk-strategy.ts';

export interface MarketStretch {
  readonly bars: CandleSeries;
  readonly funding: FundingColumns;
}

export interface StudyMarket {
  readonly venue: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** Oldest first; never empty. */
  readonly stretches: readonly MarketStretch[];
  /** Where there are none near, either side pays the assumed rate. */
  readonly settlements: readonly FundingSettlement[];
}

/** A venue that stands still for hours is waited out; nobody holds a position through what nobody has seen for longer. */
const LONGEST_HOLE_MS = DAY_MS;

/** Cuts candles at every hole of more than a day. @throws RangeError without a bar */
export function studyMarket(
  venue: string,
  bars: CandleSeries,
  settlements: readonly FundingSettlement[],
  assumedFundingFraction: number,
): StudyMarket {
  const { symbol, timeframe, openAtMs, length } = bars;
  if (length === 0) throw new RangeError(`${venue} ${symbol} ${timeframe} has no bar`);
  const widthMs = TIMEFRAME_MS[timeframe];
  const stretches: MarketStretch[] = [];
  let from = 0;
  for (let bar = 1; bar <= length; bar += 1) {
    const holeMs = (openAtMs[bar] ?? Number.POSITIVE_INFINITY) - (openAtMs[bar - 1] ?? 0) - widthMs;
    if (holeMs <= LONGEST_HOLE_MS) continue;
    const own = sliceSeries(bars, from, bar);
    const [long, short] = fundingColumns(own.openAtMs, widthMs, settlements, assumedFundingFraction);
    stretches.push({ bars: own, funding: { long, short } });
    from = bar;
  }
  return { venue, symbol, timeframe, stretches, settlements };
}

/** From the first open to the last close of each stretch. */
export function coveredSpans({ stretches, timeframe }: StudyMarket): TimeSpan[] {
  return stretches.map(({ bars: { openAtMs, length } }) => ({
    fromMs: openAtMs[0] ?? 0,
    toMs: (openAtMs[length - 1] ?? 0) + TIMEFRAME_MS[timeframe],
  }));
}

export function marketName({
  venue,
  symbol,
  timeframe,
}: Pick<StudyMarket, 'venue' | 'symbol' | 'timeframe'>) {
  return `${venue} ${symbol} ${timeframe}`;
}
