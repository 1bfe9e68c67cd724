/** Where a training's candles come from: files or the table of a venue's. One venue and one interval serve all symbols. */
import { join } from 'node:path';
import type { CandleRepository } from '#db/repositories/candles.ts';
import { type CandleSeries, seriesOf } from '#domain/candle.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { canBuildFrom, isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { intersectSpans, joinSpans, type TimeSpan, touchesSpan } from '#domain/time-span.ts';
import type { FundingSettlement } from '#exchanges/ports/market-data.ts';
import { decodeCandles } from '#exchanges/replay/decode-candles.ts';
import { indexFolder } from '#exchanges/replay/folder-index.ts';
import { joinSeries } from '#exchanges/replay/join-series.ts';
import { isPerpetualVenue } from '#exchanges/replay/rank-plans.ts';
import { readBytes } from '#exchanges/replay/read-bytes.ts';
import { createFundingBook } from '#exchanges/replay/replay-funding.ts';

export interface CandleRequest {
  readonly symbols: readonly MarketSymbol[];
  /** Null: the one that has most of what is asked. */
  readonly venue: string | null;
  /** What is decided on; finer bars do as well. */
  readonly timeframe: Timeframe;
  readonly span: TimeSpan;
}

export interface CandleSource {
  /** Venue and interval, such as `BINANCEUSDM 5m files`. */
  readonly name: string;
  readonly timeframe: Timeframe;
  has(symbol: MarketSymbol): boolean;
  /** The bars that open in the span. */
  series(symbol: MarketSymbol): Promise<CandleSeries>;
  settlements(symbol: MarketSymbol): Promise<readonly FundingSettlement[]>;
}

/** What a venue has on one interval. */
interface Offer {
  readonly venue: string;
  readonly timeframe: Timeframe;
  readonly spans: ReadonlyMap<MarketSymbol, readonly TimeSpan[]>;
}

/** @throws AppError `candle_data_missing` when nothing there holds all symbols within the span */
export async function openCandleFiles(path: string, request: CandleRequest): Promise<CandleSource> {
  const index = await indexFolder(path);
  const offers = offersOf(index.candles.map((file) => ({ ...file, spans: [file] })));
  const { venue, timeframe, spans } = chooseOffer(
    offers,
    request,
    path,
    'name other --symbols, another --from and --to, or another folder in VIGIL_DATA',
  );
  const funding = createFundingBook(
    index.folder,
    index.fundings.filter((file) => file.venue === venue),
  );
  return {
    ...{ name: `${venue} ${timeframe} files`, timeframe, has: (symbol) => spans.has(symbol) },
    async series(symbol) {
      const files = index.candles
        .filter((file) => file.venue === venue && file.timeframe === timeframe && file.symbol === symbol)
        .filter((file) => touchesSpan(file, request.span))
        .sort((left, right) => left.fromMs - right.fromMs || left.toMs - right.toMs);
      const parts: CandleSeries[] = [];
      for (const file of files)
        parts.push(decodeCandles(await readBytes(join(index.folder, file.name)), file));
      return parts.length === 0 ? seriesOf(symbol, timeframe, []) : joinSeries(parts.sort(byFirstBar));
    },
    settlements: (symbol) => funding.settlements(symbol),
  };
}

/** Names tell days: of files that begin on the same one the bars say which is first. */
function byFirstBar(left: CandleSeries, right: CandleSeries): number {
  return (left.openAtMs[0] ?? 0) - (right.openAtMs[0] ?? 0);
}

/** @throws AppError `candle_data_missing` when the table does not hold all symbols within the span */
export async function openCandleTable(
  candles: CandleRepository,
  request: CandleRequest,
): Promise<CandleSource> {
  const { venue, timeframe, spans } = chooseOffer(
    offersOf(await candles.held()),
    request,
    'the candles table',
    'store them with `vigil backfill`, or set VIGIL_DATA to a folder of candle files',
  );
  return {
    ...{ name: `${venue} ${timeframe} table`, timeframe, has: (symbol) => spans.has(symbol) },
    series: (symbol) => candles.between({ venue, symbol, timeframe }, request.span),
    settlements: async () => [],
  };
}

type Held = Pick<Offer, 'venue' | 'timeframe'> & {
  readonly symbol: MarketSymbol;
  readonly spans: readonly TimeSpan[];
};

function offersOf(held: readonly Held[]): Offer[] {
  const offers = new Map<
    string,
    { venue: string; timeframe: Timeframe; spans: Map<MarketSymbol, TimeSpan[]> }
  >();
  for (const { venue, timeframe, symbol, spans } of held) {
    const key = `${venue} ${timeframe}`;
    const offer = offers.get(key) ?? { venue, timeframe, spans: new Map<MarketSymbol, TimeSpan[]>() };
    offers.set(key, offer);
    offer.spans.set(symbol, joinSpans([...(offer.spans.get(symbol) ?? []), ...spans]));
  }
  return [...offers.values()];
}

/** States are made of these, so the bars have to be as fine; coarser ones are taken where nothing else is there. */
const STATE_TIMEFRAME: Timeframe = '15m';

/**
 * Most of the span for all symbols together; then bars that states can be made of as a desk makes them, perpetuals
 * before spot, and the coarsest of those, since a minute file only takes longer to read.
 */
function chooseOffer(offers: readonly Offer[], request: CandleRequest, where: string, wayOut: string): Offer {
  const { symbols, venue, timeframe, span } = request;
  const fit = offers
    .filter((offer) => venue === null || offer.venue.toUpperCase() === venue.toUpperCase())
    .filter((offer) => canBuildFrom(offer.timeframe, timeframe))
    .map((offer) => ({ offer, coveredMs: coveredMs(offer, symbols, span) }))
    .filter(({ coveredMs }) => coveredMs > 0)
    .sort(
      (left, right) =>
        right.coveredMs - left.coveredMs ||
        Number(canBuildFrom(right.offer.timeframe, STATE_TIMEFRAME)) -
          Number(canBuildFrom(left.offer.timeframe, STATE_TIMEFRAME)) ||
        Number(isPerpetualVenue(right.offer.venue)) - Number(isPerpetualVenue(left.offer.venue)) ||
        TIMEFRAME_MS[right.offer.timeframe] - TIMEFRAME_MS[left.offer.timeframe] ||
        (left.offer.venue < right.offer.venue ? -1 : 1),
    );
  const [best] = fit;
  if (best !== undefined) return best.offer;
  const of = venue === null ? '' : ` of ${venue}`;
  throw new AppError(
    'candle_data_missing',
    `${where} has no bars${of} for ${symbols.join(', ')} together that ${timeframe} bars can be built from, between ${dayText(span.fromMs)} and ${dayText(span.toMs)}: ${wayOut}`,
    { context: { symbols, timeframe, ...span } },
  );
}

/** How much of the span all symbols have. */
function coveredMs({ spans }: Offer, symbols: readonly MarketSymbol[], span: TimeSpan): number {
  const common = symbols
    .map((symbol) => spans.get(symbol) ?? [])
    .reduce((all, own) => intersectSpans(all, own), [span]);
  return common.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

function dayText(atMs: number): string {
  return isoTime(atMs).slice(0, 10);
}
