/** What it would have come to to buy a little of everything and wait. */
import { type CandleSeries, candleAt } from '#domain/candle.ts';
import { type DecimalText, decimal, decimalText, roundToStep, sumDecimals } from '#domain/decimal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { ReckonTerms } from './reckon-trades.ts';
import { type SimulatedOutcome, simulateOutcome } from './simulate-outcome.ts';

export interface BuyAndHold {
  readonly symbols: readonly MarketSymbol[];
  readonly netQuote: DecimalText;
  readonly netFraction: number;
  /** The farthest its worth fell from its best, at the instants that were asked for. */
  readonly worstDrawdownQuote: DecimalText;
}

export interface HoldSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** When its worth is looked at, for the drawdown. */
  readonly lookAtMs: readonly EpochMs[];
}

/**
 * The equity at the start in equal parts, unlevered, long in every symbol whose candles begin with the span; fees and
 * half the spread in and out, funding in between. No impact: who has days to buy needs no single bar for it. Null
 * where no symbol can be bought, and for a span without length.
 */
export function buyAndHold(
  equityQuote: DecimalText,
  { fromMs, toMs, lookAtMs }: HoldSpan,
  { histories, costs: assumed }: Pick<ReckonTerms, 'histories' | 'costs'>,
): BuyAndHold | null {
  if (toMs <= fromMs) return null;
  const share = Number(equityQuote) / histories.size;
  const held: { symbol: MarketSymbol; series: CandleSeries; quantity: string; outcome: SimulatedOutcome }[] =
    [];
  for (const [symbol, { series, fundings, instrument }] of histories) {
    const from = series.openAtMs.findIndex((openAtMs) => openAtMs >= fromMs);
    const first = from < 0 ? null : candleAt(series, from);
    if (first === null) continue;
    const { takerFeeFraction, tickSizeQuote, quantityStepBase } = instrument;
    const quantity = decimalText(roundToStep(decimal(share / first.open), quantityStepBase, 'down'));
    const long = {
      ...{ side: 'long' as const, quantityBase: quantity, entryPriceQuote: decimalText(first.open) },
      ...{ stopPriceQuote: null, targetPriceQuote: null, atMs: fromMs },
    };
    const costs = { ...assumed, takerFeeFraction, tickSizeQuote, impactFraction: 0 };
    const outcome = simulateOutcome(long, series, { ...costs, fundings, closeAtMs: toMs });
    if (outcome !== null) held.push({ symbol, series, quantity, outcome });
  }
  if (held.length === 0) return null;
  const net = sumDecimals(held.map(({ outcome }) => outcome.netQuote));
  const worths = lookAtMs
    .filter((atMs) => atMs >= fromMs && atMs < toMs)
    .map((atMs) =>
      held.reduce(
        (sum, { series, quantity, outcome }) =>
          sum + (lastCloseAt(series, atMs) - Number(outcome.entryPriceQuote)) * Number(quantity),
        0,
      ),
    );
  return {
    symbols: held.map(({ symbol }) => symbol),
    netQuote: decimalText(net),
    netFraction: Number(net) / Number(equityQuote),
    worstDrawdownQuote: decimalText(drawdownOf([0, ...worths, Number(net)]).toFixed(2)),
  };
}

/** The close of the last bar that opened before the instant; the first open where there is none. */
function lastCloseAt(series: CandleSeries, atMs: EpochMs): number {
  let from = 0;
  let to = series.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((series.openAtMs[middle] ?? atMs) < atMs) from = middle + 1;
    else to = middle;
  }
  return series.close[from - 1] ?? series.open[0] ?? Number.NaN;
}

function drawdownOf(worths: readonly number[]): number {
  let best = Number.NEGATIVE_INFINITY;
  let worst = 0;
  for (const worth of worths) {
    best = Math.max(best, worth);
    worst = Math.max(worst, best - worth);
  }
  return worst;
}
