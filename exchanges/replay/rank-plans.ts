/** Decides which venue, which interval and which span of the files a replay runs on, from names alone. */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { intersectSpans, joinSpans, type TimeSpan } from '#domain/time-span.ts';
import type { CandleFile } from './candle-file-name.ts';
import type { FolderIndex } from './folder-index.ts';
import { BASE_TIMEFRAMES, lookBackMs, lookBackSpan } from './snapshot-timeframes.ts';
import { daysText, spanText } from './span-text.ts';

export interface PlanRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly venue: string | null;
  readonly fromMs: EpochMs | null;
  /** What the bars have to reach, when more is asked for than a start. */
  readonly toMs: EpochMs | null;
  readonly barsPerSeries: number;
  /** What a person sets to choose the start and, with it, the end. */
  readonly startOption: string;
}

/** One way to run: all asked symbols have bars of `timeframe` at `venue` throughout `span`, by their files' names. */
export interface ReplayPlan {
  readonly venue: string;
  readonly timeframe: Timeframe;
  readonly span: TimeSpan;
}

const SPANS_TOLD = 12;

/**
 * Every plan that gives the look-back and starts where asked, best first: room of a day to run forward; perpetual
 * venues before spot; then, with a start asked for, the finest interval, else the span that ends last and in it the
 * finest interval; then the longer span.
 * @throws AppError `candle_data_missing` when no venue has all symbols, or none of their common spans will do;
 * `interval_unbuildable` when a symbol's bars are all coarser than what has to be built of them
 */
export function rankPlans(index: FolderIndex, request: PlanRequest): ReplayPlan[] {
  const venues = venuesToTry(index, request);
  const all = venues.flatMap((venue) => plansOf(index, venue, request.symbols));
  const fit = all.filter((plan) => hasLookBack(plan, request) && reachesEnd(plan, request));
  if (fit.length === 0) throw tooCoarse(index, venues, request) ?? noSpan(index, all, request);
  return fit.sort((left, right) => comparePlans(left, right, request));
}

/** Names that mark venues of perpetual futures: a desk that trades perpetuals looks at their prices first. */
export function isPerpetualVenue(venue: string): boolean {
  return /USDM|LINEAR|PERP|SWAP|FUTURES|HYPERLIQUID/.test(venue);
}

/** The named venue, or those that have all asked symbols, with a word about the best when none has. */
function venuesToTry(index: FolderIndex, request: PlanRequest): string[] {
  const symbolsOf = new Map<string, Set<MarketSymbol>>();
  for (const file of index.candles) {
    const symbols = symbolsOf.get(file.venue) ?? new Set();
    symbolsOf.set(file.venue, symbols.add(file.symbol));
  }
  const missingAt = (venue: string) => request.symbols.filter((symbol) => !symbolsOf.get(venue)!.has(symbol));
  const venues = [...symbolsOf.keys()].sort(
    (left, right) => missingAt(left).length - missingAt(right).length || compareVenues(left, right),
  );
  if (request.venue !== null && !symbolsOf.has(request.venue)) throw noVenue(index, request.venue, venues);
  const best = request.venue ?? venues[0]!;
  const missing = missingAt(best);
  if (missing.length > 0) throw noSymbols(index, best, missing, [...symbolsOf.get(best)!], venues);
  return request.venue === null ? venues.filter((venue) => missingAt(venue).length === 0) : [request.venue];
}

function plansOf(index: FolderIndex, venue: string, symbols: readonly MarketSymbol[]): ReplayPlan[] {
  return BASE_TIMEFRAMES.flatMap((timeframe) =>
    commonSpans(
      index.candles.filter((file) => file.venue === venue && file.timeframe === timeframe),
      symbols,
    ).map((span) => ({ venue, timeframe, span })),
  );
}

function commonSpans(files: readonly CandleFile[], symbols: readonly MarketSymbol[]): TimeSpan[] {
  const spans = symbols.map((symbol) => joinSpans(files.filter((file) => file.symbol === symbol)));
  return spans.reduce((common, own) => intersectSpans(common, own));
}

function hasLookBack(plan: ReplayPlan, { fromMs, barsPerSeries }: PlanRequest): boolean {
  const startMs = fromMs ?? plan.span.fromMs + lookBackMs(barsPerSeries);
  return plan.span.fromMs <= lookBackSpan(startMs, barsPerSeries).fromMs && startMs < plan.span.toMs;
}

function reachesEnd({ span }: ReplayPlan, { toMs }: PlanRequest): boolean {
  return toMs === null || toMs <= span.toMs;
}

function comparePlans(left: ReplayPlan, right: ReplayPlan, request: PlanRequest): number {
  const roomy = (plan: ReplayPlan) => {
    const startMs = request.fromMs ?? plan.span.fromMs + lookBackMs(request.barsPerSeries);
    return plan.span.toMs - startMs >= DAY_MS ? 0 : 1;
  };
  const finest = TIMEFRAME_MS[left.timeframe] - TIMEFRAME_MS[right.timeframe];
  const latest = right.span.toMs - left.span.toMs;
  return (
    roomy(left) - roomy(right) ||
    Number(isPerpetualVenue(right.venue)) - Number(isPerpetualVenue(left.venue)) ||
    (request.fromMs === null ? latest || finest : finest || latest) ||
    left.span.fromMs - right.span.fromMs ||
    compareVenues(left.venue, right.venue)
  );
}

function compareVenues(left: string, right: string): number {
  return Number(isPerpetualVenue(right)) - Number(isPerpetualVenue(left)) || (left < right ? -1 : 1);
}

function noVenue(index: FolderIndex, venue: string, venues: readonly string[]): AppError {
  return new AppError(
    'candle_data_missing',
    `${index.path} has no candle files of venue ${venue}; set VIGIL_DATA_VENUE to one of ${venues.join(', ')}`,
    { context: { path: index.path, venue, venues } },
  );
}

function noSymbols(
  index: FolderIndex,
  venue: string,
  missing: readonly MarketSymbol[],
  there: readonly MarketSymbol[],
  venues: readonly string[],
): AppError {
  return new AppError(
    'candle_data_missing',
    `${index.path} has no candle files of ${missing.join(', ')} at ${venue}, which has ${there.join(', ')}; ` +
      `choose among them with --symbols or VIGIL_SYMBOLS, or another venue with VIGIL_DATA_VENUE (${venues.join(', ')})`,
    { context: { path: index.path, venue, missing, there, venues } },
  );
}

function tooCoarse(index: FolderIndex, venues: readonly string[], { symbols }: PlanRequest): AppError | null {
  for (const symbol of symbols) {
    const files = index.candles.filter((file) => file.symbol === symbol && venues.includes(file.venue));
    const there = [...new Set(files.map(({ timeframe }) => timeframe))];
    if (there.some((timeframe) => BASE_TIMEFRAMES.includes(timeframe))) continue;
    return new AppError(
      'interval_unbuildable',
      `4h bars of ${symbol} cannot be built from the ${there.join(', ')} bars in ${index.path}: add files of ${BASE_TIMEFRAMES.join(', ')}, or choose other symbols (--symbols, VIGIL_SYMBOLS)`,
      { context: { path: index.path, symbol, there } },
    );
  }
  return null;
}

function noSpan(index: FolderIndex, plans: readonly ReplayPlan[], request: PlanRequest): AppError {
  const latestFirst = plans.toSorted((left, right) => right.span.toMs - left.span.toMs);
  const spans = latestFirst.map((plan) => `${plan.venue} ${plan.timeframe} ${spanText(plan.span)}`);
  const more = spans.length > SPANS_TOLD ? ` and ${spans.length - SPANS_TOLD} earlier ones` : '';
  const need = `${request.barsPerSeries} bars of 4h (${daysText(lookBackMs(request.barsPerSeries))})`;
  const { startOption } = request;
  const start = request.fromMs === null ? '' : ` before ${startOption} ${isoTime(request.fromMs)}`;
  const end = request.toMs === null ? '' : ` and the bars up to ${isoTime(request.toMs)}`;
  const there =
    spans.length > 0
      ? `their common spans are ${spans.slice(0, SPANS_TOLD).join(', ')}${more}`
      : 'they have no span in common';
  return new AppError(
    'candle_data_missing',
    `no files in ${index.path} hold the look-back of ${need}${start}${end} for ${request.symbols.join(', ')} together: ${there}; ` +
      `choose other symbols (--symbols, VIGIL_SYMBOLS), another venue (VIGIL_DATA_VENUE) or another start (${startOption})`,
    { context: { path: index.path, symbols: request.symbols, spans } },
  );
}
