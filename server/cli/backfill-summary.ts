/** What the table holds of the asked span when a backfill ends. */
import type { CandleCoverage } from '#db/repositories/candles.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { missingSpans, type TimeSpan } from '#domain/time-span.ts';

export interface BackfillSummary {
  readonly venue: string;
  readonly timeframe: Timeframe;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** Whether nothing of the span is left to ask for. */
  readonly complete: boolean;
  readonly bars: number;
  readonly newBars: number;
  readonly seconds: number;
  readonly series: readonly SeriesSummary[];
}

export interface SeriesSummary {
  readonly symbol: MarketSymbol;
  readonly bars: number;
  readonly newBars: number;
  /** Bars the venue does not have. */
  readonly gaps: readonly (TimeSpan & { readonly bars: number })[];
  /** Bars still to be asked for. */
  readonly missingBars: number;
}

export function summarizeSeries(
  { symbol, timeframe, span }: { symbol: MarketSymbol; timeframe: Timeframe; span: TimeSpan },
  before: CandleCoverage,
  after: CandleCoverage,
): SeriesSummary {
  const barsIn = (spans: readonly TimeSpan[]) =>
    spans.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / TIMEFRAME_MS[timeframe], 0);
  const bars = barsIn(after.bars);
  return {
    symbol,
    bars,
    newBars: bars - barsIn(before.bars),
    gaps: after.read
      .flatMap((read) => missingSpans(read, after.bars))
      .map((gap) => ({ ...gap, bars: barsIn([gap]) })),
    missingBars: barsIn(missingSpans(span, [...after.read, ...after.bars])),
  };
}

export function summaryText({ venue, timeframe, fromMs, toMs, seconds, ...rest }: BackfillSummary): string {
  const lines = [`${venue} ${timeframe}, ${isoTime(fromMs)} to ${isoTime(toMs)}`];
  for (const { symbol, bars, newBars, gaps, missingBars } of rest.series) {
    const told = [`${symbol}: ${bars} bars, ${newBars} of them new`];
    if (gaps.length > 0) told.push(gapText(gaps));
    if (missingBars > 0) told.push(`${missingBars} still to be asked for`);
    lines.push(told.join('; '));
  }
  lines.push(`${rest.bars} bars, ${rest.newBars} of them new, in ${seconds} s`);
  if (!rest.complete) lines.push('the same command asks for the rest');
  return lines.join('\n');
}

function gapText(gaps: SeriesSummary['gaps']): string {
  const longest = gaps.reduce((one, other) => (other.bars > one.bars ? other : one));
  const bars = gaps.reduce((sum, gap) => sum + gap.bars, 0);
  return `the venue lacks ${bars} in ${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}, the longest from ${isoTime(longest.fromMs)} to ${isoTime(longest.toMs)}`;
}
