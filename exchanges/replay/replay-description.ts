/** What a replay chose and why, for `doctor`. */
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime, type Timeframe } from '#domain/time.ts';
import { touchesSpan } from '#domain/time-span.ts';
import type { CandleFile, FundingFile } from './candle-file-name.ts';
import type { FolderIndex } from './folder-index.ts';
import { isPerpetualVenue, type PlanRequest, type ReplayPlan } from './rank-plans.ts';
import { fastTimeframeOf } from './snapshot-timeframes.ts';
import { spanText } from './span-text.ts';
import type { SymbolCandles } from './symbol-candles.ts';
import type { WatchedFiles } from './watched-files.ts';

export interface ReplayDescription {
  readonly path: string;
  readonly venue: string;
  readonly why: string;
  readonly symbols: readonly {
    readonly symbol: MarketSymbol;
    readonly files: readonly string[];
    readonly fundingFiles: readonly string[];
    readonly interval: Timeframe;
    /** By the files' names: whole days. */
    readonly fromMs: EpochMs;
    readonly toMs: EpochMs;
  }[];
  /** What is watched beside them and not traded. */
  readonly watched: readonly {
    readonly symbol: MarketSymbol;
    readonly venue: string;
    readonly interval: Timeframe;
    readonly files: readonly string[];
  }[];
  readonly finestTimeframe: Timeframe;
  readonly fastTimeframe: Timeframe;
  readonly startAtMs: EpochMs;
  /** How many files were passed over, by reason. */
  readonly ignored: Readonly<Record<string, number>>;
}

export function describeReplay(choice: {
  readonly index: FolderIndex;
  readonly plan: ReplayPlan;
  readonly request: PlanRequest;
  readonly books: readonly SymbolCandles[];
  readonly watched: readonly WatchedFiles[];
  readonly fundings: readonly FundingFile[];
  readonly startAtMs: EpochMs;
}): ReplayDescription {
  const { index, plan, books, watched, fundings } = choice;
  return {
    path: index.path,
    venue: plan.venue,
    why: whyText(choice),
    symbols: books.map(({ symbol, files }) => ({
      symbol,
      files: files.map((file) => file.name),
      fundingFiles: fundings.filter((file) => file.symbol === symbol).map((file) => file.name),
      interval: plan.timeframe,
      fromMs: files[0]!.fromMs,
      toMs: files.at(-1)!.toMs,
    })),
    watched: watched.map(({ symbol, venue, timeframe, files }) => ({
      ...{ symbol, venue, interval: timeframe },
      files: files.map(({ name }) => name),
    })),
    finestTimeframe: plan.timeframe,
    fastTimeframe: fastTimeframeOf(plan.timeframe),
    startAtMs: choice.startAtMs,
    ignored: countIgnored(index, plan, books, [...fundings, ...watched.flatMap(({ files }) => files)]),
  };
}

function whyText({ plan, request, startAtMs }: Parameters<typeof describeReplay>[0]): string {
  const venue =
    request.venue === null
      ? `${plan.venue} has every asked symbol${isPerpetualVenue(plan.venue) ? ' as a perpetual' : ''}`
      : `${plan.venue} was asked for`;
  const span =
    request.fromMs === null
      ? `of the common spans with a look-back of ${request.barsPerSeries} bars the one that ends last is ${spanText(plan.span)}, and ${plan.timeframe} its finest interval; it begins where every look-back is whole, ${isoTime(startAtMs)}`
      : `${plan.timeframe} is the finest interval with a look-back of ${request.barsPerSeries} bars at ${isoTime(startAtMs)}, in ${spanText(plan.span)}`;
  return `${venue}; ${span}`;
}

function countIgnored(
  index: FolderIndex,
  plan: ReplayPlan,
  books: readonly SymbolCandles[],
  usedBeside: readonly (CandleFile | FundingFile)[],
): Record<string, number> {
  const counts = new Map(index.ignored);
  const used = new Set<CandleFile | FundingFile>([...books.flatMap((book) => book.files), ...usedBeside]);
  const symbols = new Set(books.map((book) => book.symbol));
  for (const file of [...index.candles, ...index.fundings]) {
    if (used.has(file)) continue;
    const reason = reasonUnused(file, plan, symbols);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function reasonUnused(
  file: CandleFile | FundingFile,
  plan: ReplayPlan,
  symbols: ReadonlySet<MarketSymbol>,
): string {
  if (file.venue !== plan.venue) return 'another venue';
  if (!symbols.has(file.symbol)) return 'another symbol';
  if (file.kind === 'candles' && file.timeframe !== plan.timeframe) return 'another interval';
  return touchesSpan(file, plan.span) ? 'covered by another file' : 'outside the span';
}
