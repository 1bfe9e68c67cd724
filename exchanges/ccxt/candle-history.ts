/** The past candles of a venue, for who stores them: its own timeframes alone, nothing built and nothing remembered. */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, type EpochMs, Timeframe } from '#domain/time.ts';
import { candlePages, type ReadCandlePage } from './candle-pages.ts';
import type { VenueAddress } from './load-venue.ts';
import { openVenueSession } from './venue-session.ts';

export interface CandleHistory {
  readonly readPage: ReadCandlePage;
  /** The venue's time, as far as it is known. */
  nowMs(): EpochMs;
  close(): Promise<void>;
}

export interface CandleHistoryRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly timeframe: Timeframe;
}

/** @throws AppError `config_invalid`, `interval_unbuildable`, `symbol_unknown`, `venue_unavailable`, `clock_skew` */
export async function openCandleHistory(
  address: VenueAddress,
  { symbols, timeframe }: CandleHistoryRequest,
  wallClock: Clock,
): Promise<CandleHistory> {
  const session = await openVenueSession(address, wallClock);
  try {
    assertOffered(address.exchangeId, Object.keys(session.exchange.timeframes), timeframe);
    await session.ready();
    for (const symbol of symbols) session.market(symbol);
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
  return { readPage: candlePages(session), nowMs: session.nowMs, close: session.close };
}

function assertOffered(exchangeId: string, offered: readonly string[], timeframe: Timeframe): void {
  if (offered.includes(timeframe)) return;
  const known = Timeframe.options.filter((one) => offered.includes(one));
  throw new AppError(
    'interval_unbuildable',
    `${exchangeId} has no ${timeframe} candles: store finer ones, it gives ${known.join(', ')}`,
    { context: { exchangeId, timeframe, offered: known } },
  );
}
