/** A strategy over a span of a market: its trades and days as fractions of the most it may hold. */
import { firstBarFrom, sliceSeries } from '#domain/candle.ts';
import { DAY_MS, type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { StrategyParameters } from '#tools/strategies/parameter-range.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { equityColumn, type Walk, walkStrategy } from '#tools/strategies/walk-strategy.ts';
import type { HeldTrade } from './random-entries.ts';
import type { MarketStretch, StudyMarket } from './study-market.ts';

export interface StudyCosts {
  /** Of the worth of a fill, on each side. */
  readonly feeFraction: number;
  /** Of the price, against whoever trades. */
  readonly slippageFraction: number;
}

export interface SpanTrade {
  readonly enteredAtMs: EpochMs;
  readonly leftAtMs: EpochMs;
  /** After all costs, of the most the strategy may hold. */
  readonly netFraction: number;
  readonly held: HeldTrade;
  /** The bar of its entry, counted through the stretches of the span as if there were no holes. */
  readonly entryBar: number;
}

export interface SpanWalk {
  readonly trades: readonly SpanTrade[];
  /** One for each UTC day with a candle in the span, oldest first; what is open counts at its mark. */
  readonly days: readonly { readonly dayAtMs: EpochMs; readonly value: number }[];
  /** Of trades that were closed. */
  readonly feesFraction: number;
  readonly fundingFraction: number;
  /** Bars of the span with candles. */
  readonly bars: number;
}

/**
 * Begins and ends flat in each stretch: what is open at its end counts at the mark and is no trade. Look-backs reach before
 * the span, decisions do not. O(bars), and what the strategy prepares.
 */
export function walkSpan(
  strategy: Strategy,
  parameters: StrategyParameters,
  { stretches, timeframe }: StudyMarket,
  span: TimeSpan,
  costs: StudyCosts,
): SpanWalk {
  const most = strategy.limits(parameters).maxUnits;
  const trades: SpanTrade[] = [];
  const days = new Map<EpochMs, number>();
  const sums = { fees: 0, funding: 0, bars: 0 };
  for (const stretch of stretches) {
    const { from, to } = barsWithin(stretch, span, TIMEFRAME_MS[timeframe]);
    if (to - from < 2) continue;
    const bars = sliceSeries(stretch.bars, 0, to);
    const terms = { ...costs, unit: 'quote', funding: stretch.funding, from, to } as const;
    const walk = walkStrategy(strategy, parameters, bars, terms);
    addDays(days, walk, stretch, from, most);
    for (let i = 0; i < walk.trades.count; i += 1)
      trades.push(tradeOf(walk, i, stretch, sums.bars - from, most));
    sums.bars += to - from;
    sums.fees += walk.trades.feesQuote.reduce((sum, one) => sum + one, 0) / most;
    sums.funding += walk.trades.fundingQuote.reduce((sum, one) => sum + one, 0) / most;
  }
  return {
    trades,
    days: [...days].map(([dayAtMs, value]) => ({ dayAtMs, value })),
    ...{ feesFraction: sums.fees, fundingFraction: sums.funding, bars: sums.bars },
  };
}

/** The bars that open and close within the span. */
export function barsWithin({ bars }: MarketStretch, { fromMs, toMs }: TimeSpan, widthMs: number) {
  const from = firstBarFrom(bars, fromMs);
  return { from, to: Math.max(from, firstBarFrom(bars, toMs - widthMs + 1)) };
}

function tradeOf(
  { trades }: Walk,
  i: number,
  { bars: { openAtMs } }: MarketStretch,
  shift: number,
  most: number,
): SpanTrade {
  const entered = trades.enteredAtBar[i] ?? 0;
  const left = trades.leftAtBar[i] ?? 0;
  const units = (trades.units[i] ?? 0) / most;
  return {
    enteredAtMs: openAtMs[entered] ?? 0,
    leftAtMs: openAtMs[left] ?? 0,
    netFraction: (trades.profitQuote[i] ?? 0) / most,
    held: { side: units > 0 ? 'long' : 'short', bars: left - entered, units: Math.abs(units) },
    entryBar: entered + shift,
  };
}

/** The change of equity in each bar belongs to the day it opens on. */
function addDays(
  days: Map<EpochMs, number>,
  walk: Walk,
  { bars }: MarketStretch,
  from: number,
  most: number,
): void {
  const equity = equityColumn(walk, bars);
  let before = 0;
  for (let bar = from; bar < walk.to; bar += 1) {
    const dayAtMs = Math.floor((bars.openAtMs[bar] ?? 0) / DAY_MS) * DAY_MS;
    const now = bar < walk.from ? 0 : (equity[bar - walk.from] ?? before);
    days.set(dayAtMs, (days.get(dayAtMs) ?? 0) + (now - before) / most);
    before = now;
  }
}
