/** Which files of a folder tell a price that is watched beside the replay and never traded, such as a peg's. */
import type { MarketSymbol } from '#domain/symbol.ts';
import { TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { joinSpans, touchesSpan } from '#domain/time-span.ts';
import type { CandleFile } from './candle-file-name.ts';
import type { FolderIndex } from './folder-index.ts';
import type { ReplayPlan } from './rank-plans.ts';

/** Files of one symbol on one interval at one venue. */
export interface WatchedFiles {
  readonly symbol: MarketSymbol;
  readonly venue: string;
  readonly timeframe: Timeframe;
  readonly files: readonly CandleFile[];
}

/**
 * For each symbol that has any, the files from which bars of the plan can be built and that hold the most days of it; of
 * as many days those of the plan's own venue, then the finest. What a currency is worth is no matter of one venue.
 */
export function watchedFiles(
  { candles }: Pick<FolderIndex, 'candles'>,
  plan: ReplayPlan,
  symbols: readonly MarketSymbol[],
): WatchedFiles[] {
  return symbols.flatMap((symbol) => {
    const fit = candles.filter((file) => file.symbol === symbol && isOfUse(file, plan));
    const [best] = seriesIn(fit).sort((left, right) => compareSeries(left, right, plan));
    return best ?? [];
  });
}

function seriesIn(files: readonly CandleFile[]): WatchedFiles[] {
  const series = new Map<string, WatchedFiles>();
  for (const file of files) {
    const { symbol, venue, timeframe } = file;
    const key = `${venue} ${timeframe}`;
    const known = series.get(key)?.files ?? [];
    series.set(key, { symbol, venue, timeframe, files: [...known, file] });
  }
  return [...series.values()];
}

function isOfUse(file: CandleFile, plan: ReplayPlan): boolean {
  return TIMEFRAME_MS[plan.timeframe] % TIMEFRAME_MS[file.timeframe] === 0 && touchesSpan(file, plan.span);
}

function compareSeries(left: WatchedFiles, right: WatchedFiles, plan: ReplayPlan): number {
  return (
    heldMs(right.files, plan) - heldMs(left.files, plan) ||
    Number(right.venue === plan.venue) - Number(left.venue === plan.venue) ||
    TIMEFRAME_MS[left.timeframe] - TIMEFRAME_MS[right.timeframe] ||
    (left.venue < right.venue ? -1 : 1)
  );
}

function heldMs(files: readonly CandleFile[], { span }: ReplayPlan): number {
  return joinSpans(files).reduce(
    (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)),
    0,
  );
}
